import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SEED } from '../../simulators/lever/seed';
import { startLeverSimulator } from '../../simulators/lever/server';
import type { LeverSimulator } from '../../simulators/lever/server';
import { defaultAccount, startPopSimulator } from '../../simulators/pop/server';
import type { PopSimulator } from '../../simulators/pop/server';
import { workflowBundle } from '../../workers/bundle';
import { createTestDatabase } from '../helpers/database';
import { startDatabaseTap } from '../helpers/database-tap';
import type { DatabaseTap } from '../helpers/database-tap';
import { freshNamespace } from '../helpers/fresh-namespace';
import { startHttpGate } from '../helpers/http-gate';
import type { HttpGate } from '../helpers/http-gate';
import { startHubProcesses } from '../helpers/hub-process';
import type { HubPart, HubProcesses } from '../helpers/hub-process';
import { writtenKey } from '../helpers/keys';
import { until } from '../helpers/until';
import { keepDiary } from './diary';
import type { Diary } from './diary';

/** Longer than Lever's and the vendor's own patience would ever be asked for here. */
export const patienceMs = 60_000;

/** As long as Lever may wait for an answer to a webhook (design D2): the simulators hang up after it. */
const clientPatienceMs = 3_000;

export interface Candidate {
  opportunityId: string;
  email: string;
}

/** A whole hub of two processes between a Lever account and a vendor, with gates where things can be made to break. */
export interface Site {
  lever: LeverSimulator;
  pop: PopSimulator;
  hub: HubProcesses;
  /** Requests of the hub to Lever, of the hub to the vendor, and of both to the hub. */
  gates: { lever: HttpGate; pop: HttpGate; hub: HttpGate };
  taps: Record<HubPart, DatabaseTap>;
  diary: Diary;
  namespace: string;
  /** The hub's key ring, to read what it left in Temporal. */
  keys: string;
  temporalAddress: string;
  connectionId: string;
  /** A GET of `/api/v1`, as the operator; with a body a POST. @throws Error for any status but 2xx */
  ask<T>(path: string, body?: unknown): Promise<T>;
  /** Somebody with a posting that has an assessment, not yet in the trigger stage. */
  addCandidate(): Candidate;
  /** What a recruiter does to have a candidate assessed. */
  move(candidate: Candidate): void;
  stop(): Promise<void>;
}

export interface SiteOptions {
  /** Where a test stops the servers it needs its own; else those of the whole run, with a namespace and a database apart. */
  temporal?: { address: string; namespace: string };
  /** Reached without a tap, so that it is missed as a server that is gone is. */
  databaseUrl?: string;
  /** Further variables of both processes. */
  environment?: Record<string, string>;
}

/** So short that a killed worker's activity is soon given to the next one; see design D7 for the order between them. */
const shortTimes = {
  HTTP_TIMEOUT: '1500ms',
  WORKER_START_TO_CLOSE: '2s',
  WORKER_RETRY_INITIAL: '100ms',
  WORKER_RETRY_MAX: '500ms',
  UNCLEAR_RETRY_DELAY: '200ms',
  LEVER_LAG: '3s',
  // So seldom that no look falls into a test that is about something else.
  RECONCILE_INTERVAL: '365d',
};

/** A run's workflow tasks would wait ten seconds for the worker that has its state in memory; nothing is kept there. */
const withoutCache = { WORKER_MAX_CACHED_WORKFLOWS: '0' };

export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'fulcrum-faults-'));
    stops.push(() => rm(dataDir, { recursive: true, force: true }));
    const databaseUrl = options.databaseUrl ?? (await ownDatabase(stops));
    const temporal = options.temporal ?? (await ownNamespace());

    const lever = await startLeverSimulator({
      webhooksEnabled: true,
      rate: false,
      webhookTimeoutMs: clientPatienceMs,
      webhookRetryDelaysMs: Array.from({ length: 200 }, () => 300),
    });
    stops.push(() => lever.stop());
    const pop = await startPopSimulator({
      callbackTimeoutMs: clientPatienceMs,
      callbackLadder: [{ everyMs: 300, untilMs: patienceMs }],
    });
    stops.push(() => pop.stop());

    let apiUrl = '';
    const gates = {
      lever: await startHttpGate(() => lever.url),
      pop: await startHttpGate(() => pop.url),
      hub: await startHttpGate(() => apiUrl),
    };
    stops.push(() => Promise.all(Object.values(gates).map((gate) => gate.stop())));
    const taps = { api: await startDatabaseTap(databaseUrl), worker: await startDatabaseTap(databaseUrl) };
    stops.push(() => Promise.all(Object.values(taps).map((tap) => tap.stop())));

    const keys = writtenKey('faults');
    const operatorToken = randomBytes(24).toString('base64url');
    const hub = await startHubProcesses({
      both: {
        LOG_LEVEL: 'info',
        DATA_DIR: dataDir,
        PUBLIC_URL: gates.hub.url,
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_NAMESPACE: temporal.namespace,
        FULCRUM_KEYS: keys,
        FULCRUM_OPERATOR_TOKEN: operatorToken,
        LEVER_API_URL: `${gates.lever.url}/v1`,
        LEVER_AUTH_URL: gates.lever.url,
        SMG_BASE_URL: `${gates.pop.url}/api/1.0`,
        OUTBOUND_ALLOW: '127.0.0.0/8',
        WORKER_LEVER_RATE: '0',
        WORKER_BUNDLE_PATH: await prebuiltBundle(),
        ...shortTimes,
        ...withoutCache,
        ...options.environment,
      },
      api: { DATABASE_URL: options.databaseUrl ?? taps.api.url },
      worker: { DATABASE_URL: options.databaseUrl ?? taps.worker.url },
    });
    stops.push(() => hub.stop());
    apiUrl = hub.apiUrl;
    await until('the worker runs', () => isWorking(hub), patienceMs);

    const call = async <T>(path: string, body?: unknown): Promise<T> => {
      const answer = await fetch(`${hub.apiUrl}/api/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    };
    const connection = await call<{ id: string; webhook: { state: string } }>('/connections', aConnection);
    if (connection.webhook.state !== 'registered') throw new Error('the webhooks were not registered');

    return {
      lever,
      pop,
      hub,
      gates,
      taps,
      diary: keepDiary(lever, gates.lever),
      namespace: temporal.namespace,
      keys,
      temporalAddress: temporal.address,
      connectionId: connection.id,
      ask: call,
      addCandidate: () => {
        const email = `${randomUUID()}@candidates.test`;
        const postingId = SEED.postings.storeManager;
        return { email, opportunityId: lever.admin.addCandidate({ name: 'Kim Example', email, postingId }) };
      },
      move: ({ opportunityId }) => lever.admin.moveCandidate(opportunityId, SEED.stages.assessment),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** With a note on completion: of all effects the one that a repeat would double. */
const aConnection = {
  vendor: 'smg',
  customer: 'Fault Stores',
  lever: { apiKey: SEED.apiKey },
  credentials: { username: defaultAccount.user, password: defaultAccount.password },
  settings: {
    triggerStages: ['Assessment'],
    performAs: SEED.users.service,
    note: 'Completed "{assessment}" with {score}.',
  },
};

async function ownDatabase(stops: (() => Promise<unknown>)[]): Promise<string> {
  const database = await createTestDatabase();
  stops.push(() => database.drop());
  return database.url;
}

async function ownNamespace(): Promise<{ address: string; namespace: string }> {
  const address = process.env['FULCRUM_TEST_TEMPORAL_ADDRESS'];
  if (address === undefined)
    throw new Error('FULCRUM_TEST_TEMPORAL_ADDRESS is not set: run the tests with jest.');
  return { address, namespace: await freshNamespace(address) };
}

/** Made once for all files and runs, until the workflows change. */
async function prebuiltBundle(): Promise<string> {
  const bundle = await workflowBundle({ bundlePath: null, cacheDir: join(__dirname, '../../.fulcrum/test') });
  if (!('codePath' in bundle)) throw new Error('the bundle is not a file');
  return bundle.codePath;
}

/** A worker that ended by itself would be started again by whoever runs it; in a test it is a fault. */
function isWorking(hub: HubProcesses): boolean {
  if (!hub.isRunning('worker')) throw new Error(`the worker ended by itself:\n${hub.lastLines('worker')}`);
  return hub.lastLines('worker').includes('workers are running');
}
