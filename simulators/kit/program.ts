import { parseArgs } from 'node:util';

/** Runs one simulator as a program of its own until it is asked to end. Its only option is `--port <number>`. */
export async function runAlone(
  brand: string,
  start: (options: { port: number }) => Promise<{ url: string; apiUrl: string; stop: () => Promise<void> }>,
): Promise<void> {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port > 65_535)
      throw new Error('--port must be a number from 0 to 65535');
    const simulator = await start({ port });
    process.stdout.write(`${brand} simulator at ${simulator.url}, API at ${simulator.apiUrl}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
