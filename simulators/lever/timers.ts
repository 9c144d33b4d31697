/** Timers that can all be ended at once; after `stop` no new one starts, so nothing keeps the process alive. */
export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();
  private stopped = false;

  later(delayMs: number, run: () => void): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.running.delete(timer);
      run();
    }, delayMs);
    this.running.add(timer);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
