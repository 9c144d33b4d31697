import { callLever } from '../../activities/access';
import { FulcrumError } from '../../domain/errors';
import { loadConfig } from '../../platform/config';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createLogger } from '../../platform/log';
import { vendorRoots } from '../../vendors/registry';
import { composeWorker } from '../../workers/compose';

/**
 * A worker process without Temporal: everything by which a worker calls Lever, told by its parent what to call. It ends
 * with its parent.
 */

/** Calls Lever this often at the same time. */
export interface CallOrder {
  order: number;
  connectionId: string;
  calls: number;
}

export interface CallReport {
  order: number;
  succeeded: number;
  /** Codes of the calls that failed. */
  failures: string[];
}

const config = loadConfig(process.env, vendorRoots);
const { deps, start } = composeWorker(
  config,
  parseKeyRing(config.keys as string),
  createLogger({ level: 'silent', name: 'refresh' }),
  () => undefined,
);

process.on('disconnect', () => process.exit());
process.on('message', (order: CallOrder) => void carryOut(order));
void start().then(() => process.send?.('ready'));

async function carryOut({ order, connectionId, calls }: CallOrder): Promise<void> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: calls }, () => callLever(deps, connectionId, (lever) => lever.listStages())),
  );
  const failures = outcomes
    .filter((outcome) => outcome.status === 'rejected')
    .map(({ reason }) => (reason instanceof FulcrumError ? reason.code : String(reason)));
  process.send?.({ order, succeeded: calls - failures.length, failures } satisfies CallReport);
}
