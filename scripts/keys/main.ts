import { parseArgs } from 'node:util';
import { openDatabase } from '../../db/database';
import { migrate } from '../../db/migrate';
import { parseDuration } from '../../domain/durations';
import { loadConfig } from '../../platform/config';
import { addressRingOf, hubKeys } from '../../platform/development-keys';
import { loadEnvFile } from '../../platform/env-file';
import { connectTemporal } from '../../platform/temporal/client';
import { vendorRoots } from '../../vendors/registry';
import { rotateKeys } from './rotate';

/**
 * `npm run keys:rotate`: seals everything anew with the first key of FULCRUM_KEYS, beside a hub that runs. Exits with 0 when
 * no row, Schedule or open workflow needs an old key, with 1 when some do, and with 2 when it could not be begun.
 */

const usage = `Usage: npm run keys:rotate -- [--dry-run] [--delete-closed] [--wait <duration>]
  --dry-run        only report what needs which key
  --delete-closed  delete closed histories that need an old key from Temporal, instead of waiting for its retention
  --wait           how long to wait for open runs to go on in a new history, e.g. 5m (default 1m)`;

/** Whoever calls it has made a slip: they are told how it is called. */
class UsageError extends Error {}

function options(): { isDryRun: boolean; deletesClosed: boolean; patienceMs: number } {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        'dry-run': { type: 'boolean', default: false },
        'delete-closed': { type: 'boolean', default: false },
        wait: { type: 'string', default: '1m' },
      },
    }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const patienceMs = parseDuration(values.wait);
  if (patienceMs === null) throw new UsageError(`--wait ${values.wait}: write a duration like 90s or 5m`);
  if (values['dry-run'] && values['delete-closed'])
    throw new UsageError('--dry-run changes nothing, so it cannot go with --delete-closed');
  return { isDryRun: values['dry-run'], deletesClosed: values['delete-closed'], patienceMs };
}

async function main(): Promise<number> {
  const chosen = options();
  loadEnvFile();
  const config = loadConfig(process.env, vendorRoots);
  const { databaseUrl: applicationUrl } = config;
  if (applicationUrl === null || config.temporal.address === null) {
    throw new Error(
      'Set DATABASE_URL and TEMPORAL_ADDRESS to the stores of the hub, and FULCRUM_KEYS to its keys with the new one in front.',
    );
  }
  // Rows of the audit can be sealed anew by their owner alone.
  const url = config.migrationDatabaseUrl ?? applicationUrl;
  const { ring } = hubKeys(config);
  let stopped = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (stopped = true));
  await migrate({ url, applicationUrl });
  const db = openDatabase({
    url,
    poolSize: 2,
    connectTimeoutMs: config.storeTimeouts.connectMs,
    // Counting reads whole tables.
    statementTimeoutMs: 0,
  });
  const temporal = await connectTemporal(config, ring);
  try {
    const { isDone } = await rotateKeys({
      ...chosen,
      db,
      client: temporal.client,
      ring,
      addressRing: addressRingOf(config, ring),
      say: (line) => console.log(line),
      isStopped: () => stopped,
    });
    return isDone ? 0 : 1;
  } finally {
    await Promise.allSettled([db.close(), temporal.close()]);
  }
}

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message}\n${error instanceof UsageError ? `${usage}\n` : ''}`);
    process.exit(2);
  },
);
