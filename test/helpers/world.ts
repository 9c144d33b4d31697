import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection as TemporalConnection } from '@temporalio/client';
import type { NewConnection } from '../../api/connections/input';
import type { PresentedConnection } from '../../api/connections/present';
import { startApi } from '../../api/server';
import { loadConfig } from '../../platform/config';
import { parseKeyRing } from '../../platform/crypto/keyring';
import type { KeyRing } from '../../platform/crypto/keyring';
import { createLogger } from '../../platform/log';
import type { Logger } from '../../platform/log';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { prepareNamespace } from '../../platform/temporal/namespace';
import { freePort } from '../../scripts/embedded/machine';
import type { LeverSimulatorOptions } from '../../simulators/lever/options';
import { SEED } from '../../simulators/lever/seed';
import { startLeverSimulator } from '../../simulators/lever/server';
import type { LeverSimulator } from '../../simulators/lever/server';
import { defaultAccount, startPopSimulator } from '../../simulators/pop/server';
import type { PopOptions, PopSimulator } from '../../simulators/pop/server';
import { vendorRoots } from '../../vendors/registry';
import { workflowBundle } from '../../workers/bundle';
import { startWorkers } from '../../workers/start';
import { searchAttributes } from '../../workflows/messages';
import { createTestDatabase } from './database';
import { until } from './until';

/** A whole hub in this process, between simulators of Lever and SMG, spoken to over real HTTP as programs would. */
export interface World {
  lever: LeverSimulator;
  pop: PopSimulator;
  api: { url: string; operatorToken: string };
  /** Temporal as an operator's tools see it, with the hub's codec. */
  client: Client;
  ring: KeyRing;
  databaseUrl: string;
  /** The one connection that was made at the start. */
  connection: PresentedConnection;
  connect(change?: Partial<NewConnection>): Promise<PresentedConnection>;
  stop(): Promise<void>;
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
  pop?: PopOptions;
  /** More of the hub's configuration. */
  env?: Record<string, string>;
  log?: Logger;
}

/** Intervals short enough for a test, and the rates lifted: what is tested here is order and content. */
const quick = {
  WORKER_RETRY_INITIAL: '100ms',
  WORKER_RETRY_MAX: '500ms',
  UNCLEAR_RETRY_DELAY: '200ms',
  RESULT_LOOKS_WITHIN: '6s',
  HTTP_TIMEOUT: '3s',
  WORKER_START_TO_CLOSE: '10s',
  WORKER_LEVER_RATE: '0',
  DATABASE_POOL_SIZE: '5',
  // So seldom that no look falls into a test that is about something else.
  RECONCILE_INTERVAL: '365d',
};

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const lever = await startLeverSimulator({ webhooksEnabled: true, rate: false, ...options.lever });
    stops.push(() => lever.stop());
    const pop = await startPopSimulator(options.pop);
    stops.push(() => pop.stop());
    const databaseUrl = options.databaseUrl ?? (await ownDatabase(stops));
    const temporalAddress = options.temporalAddress ?? given('FULCRUM_TEST_TEMPORAL_ADDRESS');
    const dataDir = await mkdtemp(join(tmpdir(), 'fulcrum-world-'));
    stops.push(() => rm(dataDir, { recursive: true, force: true }));
    const keys = options.keys ?? `world:${randomBytes(32).toString('base64')}`;
    const ring = parseKeyRing(keys);
    const namespace = `world-${randomUUID()}`;
    const { client, connection } = await preparedTemporal(temporalAddress, namespace, ring);
    stops.push(() => connection.close());

    const port = await freePort();
    const operatorToken = randomBytes(24).toString('base64url');
    const config = loadConfig(
      {
        PORT: String(port),
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        DATABASE_URL: databaseUrl,
        DATA_DIR: dataDir,
        TEMPORAL_ADDRESS: temporalAddress,
        TEMPORAL_NAMESPACE: namespace,
        FULCRUM_KEYS: keys,
        FULCRUM_OPERATOR_TOKEN: operatorToken,
        LEVER_API_URL: lever.apiUrl,
        LEVER_AUTH_URL: lever.authUrl,
        SMG_BASE_URL: pop.apiUrl,
        SMG_LEVER_CLIENT_ID: SEED.app.clientId,
        SMG_LEVER_CLIENT_SECRET: SEED.app.clientSecret,
        OUTBOUND_ALLOW: '127.0.0.0/8',
        WORKER_BUNDLE_PATH: await sharedBundle(),
        ...quick,
        ...options.env,
      },
      vendorRoots,
    );
    const log = options.log ?? createLogger({ level: 'silent', name: 'world' });
    const api = await startApi({ config, log, requestsPerMinute: 1_000_000 });
    stops.push(() => api.stop());
    const workers = await startWorkers(config, ring, log);
    stops.push(() => workers.stop());

    const connect = (change: Partial<NewConnection> = {}): Promise<PresentedConnection> =>
      makeConnection(api.url, operatorToken, change);
    const first = await connect({
      ...options.connection,
      settings: { triggerStages: ['Assessment'], ...options.settings },
    });
    return {
      lever,
      pop,
      api: { url: api.url, operatorToken },
      client,
      ring,
      databaseUrl,
      connection: first,
      connect,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

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

async function ownDatabase(stops: (() => Promise<unknown>)[]): Promise<string> {
  const database = await createTestDatabase();
  stops.push(() => database.drop());
  return database.url;
}

/** One bundle for all test files: its name holds the fingerprint of the workflow code. */
async function sharedBundle(): Promise<string> {
  const made = await workflowBundle({ bundlePath: null, cacheDir: join(tmpdir(), 'fulcrum-test-bundles') });
  return (made as { codePath: string }).codePath;
}

/** Temporal needs a moment before a new namespace and its search attributes can be used. */
async function preparedTemporal(
  address: string,
  namespace: string,
  ring: KeyRing,
): Promise<{ client: Client; connection: TemporalConnection }> {
  const connection = await TemporalConnection.connect({ address });
  const names = Object.values(searchAttributes).map((key) => key.name);
  const query = names.map((name) => `${name} IS NULL`).join(' AND ');
  await until(
    'the namespace can be used',
    async () => {
      try {
        await prepareNamespace(connection, { namespace, retentionDays: 30, searchAttributes: names });
        await connection.workflowService.countWorkflowExecutions({ namespace, query });
        return true;
      } catch {
        return false;
      }
    },
    60_000,
  );
  return {
    client: new Client({ connection, namespace, dataConverter: createDataConverter(ring) }),
    connection,
  };
}

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with jest, whose setup starts the servers.`);
  return value;
}
