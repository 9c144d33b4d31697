import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase } from '../../db/database';
import type { Database } from '../../db/database';
import { parseKeyRing } from '../../platform/crypto/keyring';
import type { KeyRing } from '../../platform/crypto/keyring';
import { assemble } from '../../scripts/assemble';
import type { AtEnd } from '../../scripts/assemble';
import { startEmbedded } from '../../scripts/embedded/runtime';
import { cpuOfTree } from '../processes';
import { startSide } from '../side';
import type { Side } from '../side';

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
    const dataDir = mkdtempSync(path.join(tmpdir(), 'fulcrum-bench-'));
    atEnd(() => rmSync(dataDir, { recursive: true, force: true }));
    const embedded = await startEmbedded({
      dataDir,
      need: { postgres: true, temporal: true },
      ports: { temporal: 0, temporalUi: 0 },
    });
    atEnd(() => embedded.stop());
    const env = {
      NODE_ENV: 'production',
      LOG_LEVEL: 'silent',
      DATA_DIR: dataDir,
      DATABASE_URL: embedded.databaseUrl ?? '',
      TEMPORAL_ADDRESS: embedded.temporalAddress ?? '',
      FULCRUM_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      FULCRUM_OPERATOR_TOKEN: randomBytes(24).toString('base64url'),
      WORKER_LEVER_RATE: '0',
    };
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
