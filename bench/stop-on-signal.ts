/** Whoever interrupts a benchmark leaves no servers and no folder behind. Returns how to forget it. */
export function stopOnSignal(world: { stop(): Promise<void> }): () => void {
  const stop = (): void => void world.stop().finally(() => process.exit(1));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  // Not once: Ctrl-C under npm comes twice, and the second would end the process at its default.
  for (const signal of signals) process.on(signal, stop);
  return () => signals.forEach((signal) => process.off(signal, stop));
}
