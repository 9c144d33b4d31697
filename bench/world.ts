import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { loadConfig } from '../platform/config';
import { parseKeyRing } from '../platform/crypto/keyring';
import { connectTemporal } from '../platform/temporal/client';
import { assemble } from '../scripts/assemble';
import { startEmbedded } from '../scripts/embedded/runtime';
import { vendorRoots } from '../vendors/registry';
import { cpuOfTree } from './processes';
import { sideNames, startSide } from './side';
import type { Side, SideName } from './side';

/** One Temporal server and one PostgreSQL, and the two sides that are compared on them. */
export interface World {
  sides: Record<SideName, Side>;
  client: Client;
  /** CPU time of the servers so far, ms; null where the system does not tell. */
  serverCpu(): { temporal: number | null; postgres: number | null };
  stop(): Promise<void>;
}

/** Everything is new and lies in a temporary folder, so no run is measured on what another one left behind. */
export const buildWorld = (): Promise<World> =>
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
      HOST: '127.0.0.1',
      PUBLIC_URL: 'http://localhost:8080',
      ALLOW_HTTP_PUBLIC_URL: 'true',
      LOG_LEVEL: 'error',
      DATA_DIR: dataDir,
      DATABASE_URL: embedded.databaseUrl ?? '',
      TEMPORAL_ADDRESS: embedded.temporalAddress ?? '',
      FULCRUM_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      FULCRUM_OPERATOR_TOKEN: randomBytes(24).toString('base64url'),
      WORKER_LEVER_RATE: '0',
    };
    const temporal = await connectTemporal(loadConfig(env, vendorRoots), parseKeyRing(env.FULCRUM_KEYS));
    atEnd(() => temporal.close());
    const sides = {} as Record<SideName, Side>;
    for (const name of sideNames) {
      sides[name] = await startSide(name, env);
      atEnd(() => sides[name].stop());
    }
    return {
      sides,
      client: temporal.client,
      serverCpu: () => {
        const { postgres, temporal: server } = embedded.pids();
        return {
          temporal: server === undefined ? null : cpuOfTree(server),
          postgres: postgres === undefined ? null : cpuOfTree(postgres),
        };
      },
    };
  });
