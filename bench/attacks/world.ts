import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Database } from '../../db/database';
import { openDatabase } from '../../db/database';
import type { KeyRing } from '../../platform/crypto/keyring';
import { parseKeyRing } from '../../platform/crypto/keyring';
import type { AtEnd } from '../../scripts/assemble';
import { assemble } from '../../scripts/assemble';
import { cpuOfTree } from '../processes';
import type { Side } from '../side';
import { startSide } from '../side';
import { startStores } from '../stores';

/** A hub that is attacked, and beside it a process that takes the same load and does nothing. */
export interface AttackWorld {
  hub: Side;
  hubUrl: string;
  stubUrl: string;
  /** The hub's own, for what an attack of days has left behind. */
  db: Database;
  ring: KeyRing;
  /** CPU time of PostgreSQL so far, ms; not a number where the system does not tell. */
  postgresCpu(): number;
  /** Of the one customer. */
  connectionId: string;
  stop(): Promise<void>;
}

export const buildAttackWorld = (): Promise<AttackWorld> =>
  assemble(async (atEnd) => {
    const { embedded, env: stores } = await startStores(atEnd);
    // What is refused is not worth a line on the terminal, thousands of times over.
    const env = { ...stores, LOG_LEVEL: 'silent', WORKER_LEVER_RATE: '0' };
    const hub = await startSide('hub', env);
    atEnd(() => hub.stop());
    const stubUrl = await startStub(atEnd);
    const db = openDatabase({
      url: env.DATABASE_URL,
      poolSize: 2,
      connectTimeoutMs: 10_000,
      statementTimeoutMs: 120_000,
    });
    atEnd(() => db.close());
    const { id } = await db.kysely.selectFrom('connections').select('id').executeTakeFirstOrThrow();
    return {
      hub,
      hubUrl: new URL(hub.address.webhookUrl).origin,
      stubUrl,
      db,
      ring: parseKeyRing(env.FULCRUM_KEYS),
      postgresCpu: () => {
        const { postgres } = embedded.pids();
        return (postgres === undefined ? null : cpuOfTree(postgres)) ?? Number.NaN;
      },
      connectionId: id,
    };
  });

async function startStub(atEnd: AtEnd): Promise<string> {
  const child = fork(require.resolve('./stub'), { execArgv: process.execArgv });
  atEnd(async () => {
    const gone = once(child, 'exit');
    child.disconnect();
    await gone;
  });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return url;
}
