import type { Client } from '@temporalio/client';
import { loadConfig } from '../platform/config';
import { parseKeyRing } from '../platform/crypto/keyring';
import { connectTemporal } from '../platform/temporal/client';
import { assemble } from '../scripts/assemble';
import { vendorRoots } from '../vendors/registry';
import { cpuOfTree } from './processes';
import type { Side, SideName } from './side';
import { sideNames, startSide } from './side';
import { startStores } from './stores';

/** One Temporal server and one PostgreSQL, and the two sides that are compared on them. */
export interface World {
  sides: Record<SideName, Side>;
  client: Client;
  /** CPU time of the servers so far, ms; null where the system does not tell. */
  serverCpu(): { temporal: number | null; postgres: number | null };
  stop(): Promise<void>;
}

export const buildWorld = (): Promise<World> =>
  assemble(async (atEnd) => {
    const { embedded, env: stores } = await startStores(atEnd);
    const env = { ...stores, WORKER_LEVER_RATE: '0' };
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
