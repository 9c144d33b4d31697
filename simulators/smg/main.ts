import { parseArgs } from 'node:util';
import { duplicateRules } from './engine';
import type { SmgOptions } from './server';
import { startSmgSimulator } from './server';

const usage = `POP Engine simulator
  --port <number>            port on 127.0.0.1 (default: any free one)
  --user, --password <text>  Basic credentials of the account
  --config <k|v|k|v>         account config (url, not_method, auth, http_err, ext_notify, …)
  --duplicate-rule <rule>    ${duplicateRules.join(', ')}
  --callback-ladder <list>   everyMs:untilMs,everyMs:untilMs,…; the last rung may leave out untilMs`;

function readOptions(): SmgOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      user: { type: 'string' },
      password: { type: 'string' },
      config: { type: 'string' },
      'duplicate-rule': { type: 'string' },
      'callback-ladder': { type: 'string' },
    },
  });
  const rule = duplicateRules.find((known) => known === values['duplicate-rule']);
  if (values['duplicate-rule'] !== undefined && !rule) {
    throw new Error(`--duplicate-rule must be one of ${duplicateRules.join(', ')}`);
  }
  const { user, password, config } = values;
  return {
    ...(values.port !== undefined && { port: readPort(values.port) }),
    account: {
      ...(user !== undefined && { user }),
      ...(password !== undefined && { password }),
      ...(config !== undefined && { config }),
    },
    ...(rule && { duplicateRule: rule }),
    ...(values['callback-ladder'] !== undefined && { callbackLadder: readLadder(values['callback-ladder']) }),
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error('--port must be a number from 0 to 65535');
  return port;
}

function readLadder(text: string): { everyMs: number; untilMs: number }[] {
  return text.split(',').map((rung) => {
    const parts = /^(\d+)(?::(\d+))?$/.exec(rung);
    if (!parts)
      throw new Error('--callback-ladder must be everyMs:untilMs, comma-separated, in milliseconds');
    return { everyMs: Number(parts[1]), untilMs: Number(parts[2] ?? Number.POSITIVE_INFINITY) };
  });
}

async function main(): Promise<void> {
  const simulator = await startSmgSimulator(readOptions());
  process.stdout.write(`POP Engine simulator at ${simulator.url}, API at ${simulator.apiUrl}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
  process.exitCode = 1;
});
