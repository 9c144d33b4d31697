import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import type { LeverSimulator } from '../../simulators/lever/server';
import { startLeverSimulator } from '../../simulators/lever/server';
import type { SmgSimulator } from '../../simulators/smg/server';
import { defaultAccount, startSmgSimulator } from '../../simulators/smg/server';
import { taskQueues } from '../../workflows/names';
import { sharedBundle } from './bundle';
import { ownDatabase } from './database';
import type { DatabaseTap } from './database-tap';
import { startDatabaseTap } from './database-tap';
import type { Diary } from './diary';
import { keepDiary } from './diary';
import type { HttpGate } from './http-gate';
import { startHttpGate } from './http-gate';
import type { HubPart, HubProcesses } from './hub-process';
import { startHubProcesses } from './hub-process';
import { writtenKey } from './keys';
import { patientStores, repeatedFor, waitMs } from './limits';
import { freshNamespace, temporalAddress, untilPolled } from './temporal';
import { until } from './until';
import type { Stoppable } from './use-world';

/** As long as Lever may wait for an answer to a webhook: the simulators hang up after it. */
const clientPatienceMs = 3_000;

export interface Candidate {
  opportunityId: string;
  email: string;
}

/** A whole hub of two processes between a Lever account and a vendor, with gates where things can be made to break. */
export interface ProcessWorld extends Stoppable {
  lever: LeverSimulator;
  smg: SmgSimulator;
  hub: HubProcesses;
  /** Requests of the hub to Lever, of the hub to the vendor, and of both to the hub. */
  gates: { lever: HttpGate; smg: HttpGate; hub: HttpGate };
  taps: Record<HubPart, DatabaseTap>;
  diary: Diary;
  namespace: string;
  /** What both processes are given; a change counts from their next start on. */
  environment: Record<string, string>;
  /** The hub's key ring, to read what it left in Temporal. */
  keys: string;
  temporalAddress: string;
  databaseUrl: string;
  operatorToken: string;
  connectionId: string;
  /** A GET of `/api/v1`, as the operator; with a body a POST. @throws Error for any status but 2xx */
  ask<T>(path: string, body?: unknown): Promise<T>;
  /** Somebody with a posting that has an assessment, not yet in the trigger stage. */
  addCandidate(): Candidate;
  /** What a recruiter does to have a candidate assessed. */
  move(candidate: Candidate): void;
}

export interface ProcessWorldOptions {
  /** Where a test stops the servers it needs its own; else those of the whole run, with a namespace and a database apart. */
  temporal?: { address: string; namespace: string };
  /** Reached without a tap, so that it is missed as a server that is gone is. */
  databaseUrl?: string;
  /** Further variables of both processes. */
  environment?: Record<string, string>;
  /** The sources of an older release to begin with, whose own migrations make the database. */
  from?: string;
}

/**
 * So short that a killed worker's activity is soon given to the next one. A request ends before its activity's time does,
 * or a second attempt could overlap the first one's request.
 */
const shortTimes = {
  HTTP_TIMEOUT: '3s',
  WORKER_START_TO_CLOSE: '4s',
  WORKER_RETRY_INITIAL: '100ms',
  WORKER_RETRY_MAX: '500ms',
  UNCLEAR_RETRY_DELAY: '200ms',
  LEVER_LAG: '3s',
  // So seldom that no look falls into a test that is about something else.
  RECONCILE_INTERVAL: '365d',
};

/** A run's workflow tasks would wait ten seconds for the worker that has its state in memory; nothing is kept there. */
const withoutCache = { WORKER_MAX_CACHED_WORKFLOWS: '0' };

/**
 * Starts both processes and all around them; waits until the worker asks for work and the webhooks of the one connection
 * are registered.
 * @throws whatever keeps a part of it from starting; those that were started are stopped
 */
export const startProcessWorld = (options: ProcessWorldOptions = {}): Promise<ProcessWorld> =>
  assemble(async (atEnd) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'fulcrum-faults-'));
    atEnd(() => rm(dataDir, { recursive: true, force: true }));
    const databaseUrl = options.databaseUrl ?? (await ownDatabase(atEnd, options.from !== undefined));
    const temporal = options.temporal ?? (await ownNamespace());

    const lever = await startLeverSimulator({
      webhooksEnabled: true,
      rate: false,
      webhookTimeoutMs: clientPatienceMs,
      webhookRetryDelaysMs: repeatedFor(waitMs, 300),
    });
    atEnd(() => lever.stop());
    const smg = await startSmgSimulator({
      callbackTimeoutMs: clientPatienceMs,
      callbackLadder: [{ everyMs: 300, untilMs: waitMs }],
    });
    atEnd(() => smg.stop());

    let apiUrl = '';
    const gates = {
      lever: await startHttpGate(() => lever.url),
      smg: await startHttpGate(() => smg.url),
      hub: await startHttpGate(() => apiUrl),
    };
    atEnd(() => Promise.all(Object.values(gates).map((gate) => gate.stop())));
    const taps = { api: await startDatabaseTap(databaseUrl), worker: await startDatabaseTap(databaseUrl) };
    atEnd(() => Promise.all(Object.values(taps).map((tap) => tap.stop())));

    const keys = writtenKey('faults');
    const operatorToken = randomBytes(24).toString('base64url');
    const both: Record<string, string> = {
      LOG_LEVEL: 'info',
      DATA_DIR: dataDir,
      PUBLIC_URL: gates.hub.url,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      FULCRUM_KEYS: keys,
      FULCRUM_OPERATOR_TOKEN: operatorToken,
      LEVER_API_URL: `${gates.lever.url}/v1`,
      LEVER_AUTH_URL: gates.lever.url,
      SMG_BASE_URL: `${gates.smg.url}/api/1.0`,
      OUTBOUND_ALLOW: '127.0.0.0/8',
      WORKER_LEVER_RATE: '0',
      ...shortTimes,
      // Those who bring a store of their own mean to stop it.
      ...(options.temporal === undefined && options.databaseUrl === undefined && patientStores),
      ...withoutCache,
      ...options.environment,
    };
    const environment = {
      both,
      api: { DATABASE_URL: options.databaseUrl ?? taps.api.url },
      worker: { DATABASE_URL: options.databaseUrl ?? taps.worker.url },
      // An older release makes its own.
      now: { WORKER_BUNDLE_PATH: await sharedBundle() },
    };
    const hub = await startHubProcesses(environment, options.from);
    atEnd(() => hub.stop());
    apiUrl = hub.apiUrl;
    // Not by what it prints: of a chatty worker only the last lines are kept.
    await untilPolled(temporal, taskQueues.assessments, () => expectWorking(hub));

    const call = async <T>(path: string, body?: unknown): Promise<T> => {
      const answer = await fetch(`${hub.apiUrl}/api/v1${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    };
    type Made = { id: string; webhook: { state: string; problem: string | null } };
    const connection = await call<Made>('/connections', aConnection);
    await until(
      'the webhooks are registered',
      () => call<Made>(`/connections/${connection.id}`),
      ({ webhook }) => webhook.state === 'registered',
    );

    return {
      lever,
      smg,
      hub,
      gates,
      taps,
      diary: keepDiary(lever, gates.lever),
      namespace: temporal.namespace,
      environment: environment.both,
      databaseUrl,
      operatorToken,
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
    };
  });

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

async function ownNamespace(): Promise<{ address: string; namespace: string }> {
  const address = temporalAddress();
  return { address, namespace: await freshNamespace(address) };
}

/** A worker that ended by itself would be started again by whoever runs it; in a test it is a fault. */
function expectWorking(hub: HubProcesses): void {
  if (!hub.isRunning('worker')) throw new Error(`the worker ended by itself:\n${hub.lastLines('worker')}`);
}
