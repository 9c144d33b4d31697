import { parseArgs } from 'node:util';
import { startLeverSimulator } from './server';

/** Runs the simulator as its own process: `tsx simulators/lever/main.ts --port 4010 [--webhooks-on] [--no-rate]`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4010' },
      'api-key': { type: 'string' },
      'webhooks-on': { type: 'boolean', default: false },
      'no-rate': { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('--port must be between 0 and 65535');
  const simulator = await startLeverSimulator({
    port,
    webhooksEnabled: values['webhooks-on'],
    ...(values['api-key'] === undefined ? {} : { apiKey: values['api-key'] }),
    ...(values['no-rate'] ? { rate: false as const } : {}),
  });
  // One line of JSON, so that a parent process can wait for it and read the addresses.
  const { url, apiUrl, authUrl } = simulator;
  process.stdout.write(`${JSON.stringify({ url, apiUrl, authUrl })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
