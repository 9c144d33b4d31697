import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { NewConnection } from '../../api/connections/input';
import type { PresentedConnection } from '../../api/connections/present';
import { startApi } from '../../api/server';
import { loadConfig } from '../../platform/config';
import type { KeyRing } from '../../platform/crypto/keyring';
import { parseKeyRing } from '../../platform/crypto/keyring';
import type { Logger } from '../../platform/log';
import { createLogger } from '../../platform/log';
import { assemble } from '../../scripts/assemble';
import { freePort } from '../../scripts/embedded/machine';
import type { LeverSimulatorOptions } from '../../simulators/lever/options';
import { SEED } from '../../simulators/lever/seed';
import type { LeverSimulator } from '../../simulators/lever/server';
import { startLeverSimulator } from '../../simulators/lever/server';
import type { SmgOptions, SmgSimulator } from '../../simulators/smg/server';
import { defaultAccount, startSmgSimulator } from '../../simulators/smg/server';
import { vendorRoots } from '../../vendors/registry';
import { startWorkers } from '../../workers/start';
import { sharedBundle } from './bundle';
import { ownDatabase } from './database';
import { noLimits, patientCalls, patientStores } from './limits';
import { freshNamespace, openTemporal, temporalAddress } from './temporal';
import type { Stoppable } from './use-world';

/** A whole hub in this process, between simulators of Lever and SMG, spoken to over real HTTP as programs would. */
export interface World extends Stoppable {
  lever: LeverSimulator;
  smg: SmgSimulator;
  api: { url: string; operatorToken: string };
  /** Temporal as an operator's tools see it, with the hub's codec. */
  client: Client;
  ring: KeyRing;
  databaseUrl: string;
  /** The one connection that was made at the start. */
  connection: PresentedConnection;
  connect(change?: Partial<NewConnection>): Promise<PresentedConnection>;
}

export interface WorldOptions {
  /** Default: those of the test run, with a database of its own. */
  databaseUrl?: string;
  temporalAddress?: string;
  /** Default: a fresh key. */
  keys?: string;
  /** Settings of the first connection. */
  settings?: Record<string, unknown>;
  connection?: Partial<NewConnection>;
  lever?: LeverSimulatorOptions;
  smg?: SmgOptions;
  /** Where the hub finds Lever; given where it is. Default: there. */
  leverBy?: (origin: string) => string;
  /** More of the hub's configuration. */
  env?: Record<string, string>;
  log?: Logger;
}

/** Pauses short enough for a test, and the rates lifted: what is tested here is order and content. */
const shortTimes = {
  WORKER_RETRY_INITIAL: '100ms',
  WORKER_RETRY_MAX: '500ms',
  UNCLEAR_RETRY_DELAY: '200ms',
  LEVER_LAG: '3s',
  RESULT_LOOKS_WITHIN: '6s',
  WORKER_LEVER_RATE: '0',
  // A refusal counts at once; `refused-access.test.ts` has patience.
  LEVER_PATIENCE: '0s',
  DATABASE_POOL_SIZE: '5',
  ...patientStores,
  ...patientCalls,
  // So seldom that no look falls into a test that is about something else.
  RECONCILE_INTERVAL: '365d',
  SWEEP_INTERVAL: '365d',
};

/**
 * Starts the hub and all around it, and waits for its first connection with its webhooks.
 * @throws whatever keeps a part of it from starting; those that were started are stopped
 */
export const startWorld = (options: WorldOptions = {}): Promise<World> =>
  assemble(async (atEnd) => {
    const lever = await startLeverSimulator({ webhooksEnabled: true, rate: false, ...options.lever });
    atEnd(() => lever.stop());
    const leverOrigin = options.leverBy?.(lever.authUrl) ?? lever.authUrl;
    const smg = await startSmgSimulator(options.smg);
    atEnd(() => smg.stop());
    const databaseUrl = options.databaseUrl ?? (await ownDatabase(atEnd));
    const address = options.temporalAddress ?? temporalAddress();
    const dataDir = await mkdtemp(join(tmpdir(), 'fulcrum-world-'));
    atEnd(() => rm(dataDir, { recursive: true, force: true }));
    const keys = options.keys ?? `world:${randomBytes(32).toString('base64')}`;
    const ring = parseKeyRing(keys);
    const namespace = await freshNamespace(address);
    const client = await openTemporal({ address, namespace, ring });
    atEnd(() => client.connection.close());

    // Before the port is found: it may have to be built, and meanwhile nobody would listen on that.
    const bundle = await sharedBundle();
    const port = await freePort();
    const operatorToken = randomBytes(24).toString('base64url');
    const config = loadConfig(
      {
        PORT: String(port),
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        DATABASE_URL: databaseUrl,
        DATA_DIR: dataDir,
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
        FULCRUM_KEYS: keys,
        FULCRUM_OPERATOR_TOKEN: operatorToken,
        LEVER_API_URL: lever.apiUrl.replace(lever.authUrl, leverOrigin),
        LEVER_AUTH_URL: leverOrigin,
        SMG_BASE_URL: smg.apiUrl,
        SMG_LEVER_CLIENT_ID: SEED.app.clientId,
        SMG_LEVER_CLIENT_SECRET: SEED.app.clientSecret,
        OUTBOUND_ALLOW: '127.0.0.0/8',
        WORKER_BUNDLE_PATH: bundle,
        ...shortTimes,
        ...options.env,
      },
      vendorRoots,
    );
    const log = options.log ?? createLogger({ level: 'silent', name: 'world' });
    const api = await startApi({ config, log, limits: noLimits });
    atEnd(() => api.stop());
    const workers = await startWorkers(config, ring, log);
    atEnd(() => workers.stop());

    const connect = (change: Partial<NewConnection> = {}): Promise<PresentedConnection> =>
      makeConnection(api.url, operatorToken, change);
    const first = await connect({
      ...options.connection,
      settings: { triggerStages: ['Assessment'], ...options.settings },
    });
    return {
      lever,
      smg,
      api: { url: api.url, operatorToken },
      client,
      ring,
      databaseUrl,
      connection: first,
      connect,
    };
  });

async function makeConnection(
  url: string,
  token: string,
  change: Partial<NewConnection>,
): Promise<PresentedConnection> {
  const answer = await fetch(`${url}/api/v1/connections`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      vendor: 'smg',
      customer: 'Acme Stores',
      lever: { apiKey: SEED.apiKey },
      credentials: { username: defaultAccount.user, password: defaultAccount.password },
      ...change,
    }),
  });
  const body = (await answer.json()) as PresentedConnection;
  if (answer.status !== 201) throw new Error(`no connection: ${answer.status} ${JSON.stringify(body)}`);
  if (body.webhook.state !== 'registered') throw new Error(`no webhook: ${String(body.webhook.problem)}`);
  return body;
}
