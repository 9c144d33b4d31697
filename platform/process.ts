/** What a process does until it is told to stop. */
export interface Running {
  /** Rejects when it broke down of itself. */
  done?: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Runs a process until SIGTERM or SIGINT, or until it breaks down: then everything is stopped in order. A second signal
 * ends it at once. A fault at the start is told in one sentence, without a stack that says nothing to an operator.
 */
export async function runUntilStopped(start: () => Promise<Running>): Promise<void> {
  let asked = 0;
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        asked += 1;
        if (asked > 1) process.exit(1);
        resolve();
      });
    }
  });
  try {
    const running = await start();
    try {
      await Promise.race([signalled, running.done ?? signalled]);
    } catch (error) {
      // Why it broke down is what an operator has to read, whatever stopping comes to.
      await running.stop().catch(() => undefined);
      throw error;
    }
    await running.stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
