import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Connections } from '../../db/repositories/connections';
import { createConnections } from '../../db/repositories/connections';
import type { Grants } from '../../db/repositories/grants';
import { createGrants } from '../../db/repositories/grants';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { assemble } from '../../scripts/assemble';
import type { BehaviourPatch } from '../../simulators/lever/options';
import { SEED } from '../../simulators/lever/seed';
import type { LeverSimulator } from '../../simulators/lever/server';
import { startLeverSimulator } from '../../simulators/lever/server';
import { openTestPool, ownDatabase } from '../helpers/database';
import { aConnection, someSecrets } from '../helpers/domain';
import { patientCalls, patientStores } from '../helpers/limits';
import type { Stoppable } from '../helpers/use-world';
import type { CallOrder, CallReport } from './refresh-process';

/** Lever, a database, and processes that call the one with the grants in the other. */
export interface RefreshWorld extends Stoppable {
  lever: LeverSimulator;
  databaseUrl: string;
  connections: Connections;
  grants: Grants;
  /** A connection with a fresh consent, of which the hub holds the refresh token alone, or the whole pair. */
  connected(holds: 'refreshToken' | 'pair', behaviour?: BehaviourPatch): Promise<string>;
  /** Refreshes that Lever was asked for. */
  refreshes(): number;
  /** Refused calls of the API itself. */
  refusals(): number;
  /** @param env more of the process's configuration */
  startProcess(env?: Record<string, string>): Promise<RefreshProcess>;
}

export interface RefreshProcess {
  /** @throws Error when the process ends before it has answered */
  call(connectionId: string, calls: number): Promise<Omit<CallReport, 'order'>>;
  /** As a crash: SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

const scope = ['offline_access', 'stages:read:admin'];

export const startRefreshWorld = (): Promise<RefreshWorld> =>
  assemble(async (atEnd) => {
    const lever = await startLeverSimulator({ rate: false });
    atEnd(() => lever.stop());
    const ownUrl = await ownDatabase(atEnd);
    const db = openTestPool(ownUrl);
    atEnd(() => db.close());
    const keys = `refresh:${randomBytes(32).toString('base64')}`;
    const ring = parseKeyRing(keys);
    const connections = createConnections(db, ring);

    return {
      lever,
      databaseUrl: ownUrl,
      connections,
      grants: createGrants(db, ring),
      async connected(holds, behaviour = {}) {
        lever.admin.configure(behaviour);
        const tokens = lever.admin.grant({ clientId: SEED.app.clientId, scope });
        const connection = aConnection({ status: 'active', vendor: 'smg', leverAccountId: null });
        await connections.insert(connection, someSecrets, {
          kind: 'oauth',
          refreshToken: tokens.refresh_token as string,
          ...(holds === 'pair'
            ? { accessToken: tokens.access_token, expiresAt: Date.now() + tokens.expires_in * 1_000 }
            : { accessToken: null, expiresAt: null }),
        });
        lever.admin.clearRequests();
        return connection.id;
      },
      refreshes: () => lever.admin.requests({ method: 'POST', path: '/oauth/token' }).length,
      refusals: () => lever.admin.requests({ method: 'GET', status: 401 }).length,
      async startProcess(env = {}) {
        const started = await forkProcess({
          DATABASE_URL: ownUrl,
          FULCRUM_KEYS: keys,
          LEVER_API_URL: lever.apiUrl,
          LEVER_AUTH_URL: lever.authUrl,
          SMG_LEVER_CLIENT_ID: SEED.app.clientId,
          SMG_LEVER_CLIENT_SECRET: SEED.app.clientSecret,
          OUTBOUND_ALLOW: '127.0.0.0/8',
          ...patientStores,
          ...patientCalls,
          ...env,
        });
        atEnd(() => started.kill());
        return started;
      },
    };
  });

async function forkProcess(env: Record<string, string>): Promise<RefreshProcess> {
  const child = fork(join(__dirname, 'refresh-process.ts'), {
    cwd: join(__dirname, '../..'),
    execArgv: ['--import', 'tsx'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let orders = 0;
  const answer = <T>(isIt: (message: unknown) => boolean): Promise<T> =>
    new Promise((resolve, reject) => {
      const listen = (message: unknown): void => {
        if (!isIt(message)) return;
        child.off('message', listen);
        resolve(message as T);
      };
      child.on('message', listen);
      void gone.then(() => reject(new Error('the process ended')));
    });
  await answer((message) => message === 'ready');
  return {
    async call(connectionId, calls) {
      const order = (orders += 1);
      const reported = answer<CallReport>((message) => (message as CallReport).order === order);
      child.send({ order, connectionId, calls } satisfies CallOrder);
      const { succeeded, failures } = await reported;
      return { succeeded, failures };
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
