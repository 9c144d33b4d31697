import { FulcrumError } from '../../domain/errors';
import { assessmentWorkflowId } from '../../domain/ids';
import type { Connection } from '../../domain/connection';
import type { Screening } from '../../domain/screening';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import type { AnyVendor, CallbackNews } from '../../vendors/define';
import type { RunTiming } from '../../workflows/messages';
import type { RunGateway } from '../runs/gateway';
import { callbackOf, digestKey, noteOf, outcome, type Arrival, type Outcome } from './arrival';
import { decide } from './lever-decision';
import { readDelivery, readNews } from './lever-message';

/** What dispatching asks of the rest of the hub. */
export interface DispatchDeps {
  runs: RunGateway;
  /** Goes into every run at its start, so that it keeps its times through a deployment. */
  timing: RunTiming;
  vendor: (id: Connection['vendor']) => AnyVendor;
  connectionById: (id: string) => Connection | null;
  /** Whether the vendor's messages to this connection prove who has sent them. */
  provesSender: (connection: Connection) => boolean;
  /** Open runs of an opportunity. @throws FulcrumError `db.unavailable` */
  openRunsOf: (connectionId: string, opportunityId: string) => Promise<{ workflowId: string }[]>;
  /** The run that a vendor's reference names. @throws FulcrumError `db.unavailable` */
  runByReference: (
    connectionId: string,
    reference: string,
  ) => Promise<{ workflowId: string; assessmentId: string } | null>;
  /** Whether an assessment was ever recorded. @throws FulcrumError `db.unavailable` */
  isRecorded: (assessmentId: string) => Promise<boolean>;
}

/**
 * Brings one verified arrival to Temporal, whether it has just come in, was kept while Temporal was away, or is
 * replayed by a person: the connection's present settings decide each time.
 * @throws FulcrumError `temporal.unavailable`, `db.unavailable`; nothing has been lost then, and a repeat is safe
 */
export type Dispatch = (arrival: Arrival) => Promise<Outcome>;

export function createDispatch(deps: DispatchDeps): Dispatch {
  return async (arrival) => {
    const connection = deps.connectionById(arrival.connectionId);
    if (!connection) return outcome('ignored', 'the connection no longer exists');
    return arrival.source === 'lever'
      ? fromLever(deps, connection, arrival)
      : fromVendor(deps, connection, arrival);
  };
}

async function fromLever(deps: DispatchDeps, connection: Connection, arrival: Arrival): Promise<Outcome> {
  const settings = deps.vendor(connection.vendor).settings.safeParse(connection.settings);
  const decision = decide(connection, settings.data ?? null, readNews(readDelivery(arrival.body)));
  switch (decision.do) {
    case 'ping':
      return outcome('ping');
    case 'ignore':
      return outcome('ignored', decision.reason);
    case 'hold':
      return outcome('held', decision.reason);
    case 'start':
      return start(deps, connection, arrival, decision);
    case 'hint':
      return hint(deps, connection, arrival, decision.opportunityId);
  }
}

async function start(
  deps: DispatchDeps,
  connection: Connection,
  arrival: Arrival,
  { opportunityId, stageId }: { opportunityId: string; stageId: string },
): Promise<Outcome> {
  const { vendor, id: connectionId } = connection;
  const { eventKey } = arrival;
  const workflowId = assessmentWorkflowId({ vendor, connectionId, subject: opportunityId, eventKey });
  const started = await deps.runs.start(connection, workflowId, {
    assessmentId: assessmentIdOf(workflowId),
    vendor,
    connectionId,
    opportunityId,
    eventKey,
    stageId,
    delivery: noteOf(arrival, 'started'),
    timing: deps.timing,
  });
  return started
    ? outcome('started', null, workflowId)
    : outcome('duplicate', 'the run of this stage change is already over', workflowId);
}

async function hint(
  deps: DispatchDeps,
  connection: Connection,
  arrival: Arrival,
  opportunityId: string,
): Promise<Outcome> {
  const reached: string[] = [];
  for (const workflowId of await openRuns(deps, connection.id, opportunityId)) {
    const open = await deps.runs.hint(workflowId, { delivery: noteOf(arrival, 'signalled') });
    if (open) reached.push(workflowId);
  }
  return reached[0] === undefined
    ? outcome('ignored', 'the opportunity has no open run')
    : outcome('signalled', null, reached[0]);
}

/** The database knows a run from its first step on; Temporal's visibility stands in for it while it is away. */
async function openRuns(deps: DispatchDeps, connectionId: string, opportunityId: string): Promise<string[]> {
  try {
    const runs = await deps.openRunsOf(connectionId, opportunityId);
    return runs.map((run) => run.workflowId);
  } catch (error) {
    if (!(error instanceof FulcrumError && error.code === 'db.unavailable')) throw error;
    return deps.runs.openRunsOf(connectionId, opportunityId);
  }
}

/** The key under which a repeat of the same news is known. Two runs may hear the same words: the run is part of it. */
export const newsKey = (
  news: CallbackNews,
  { body, workflowId }: Pick<Arrival, 'body' | 'workflowId'>,
): string => news.eventKey ?? digestKey(workflowId, news.vendorRef, news.event.type, body);

async function fromVendor(deps: DispatchDeps, connection: Connection, arrival: Arrival): Promise<Outcome> {
  const all = deps.vendor(connection.vendor).callback.parse(callbackOf(arrival));
  const news = all.find((item) => newsKey(item, arrival) === arrival.eventKey);
  if (!news) return outcome('ignored', 'the message says nothing that concerns a run');

  if (news.screening !== undefined) return startScreening(deps, connection, arrival, news.screening);

  const run = await runOf(deps, arrival);
  if (!run) return outcome('unmatched', "no run is known under the vendor's reference yet");

  const { vendor, id: connectionId } = connection;
  const message = {
    delivery: noteOf(arrival, 'signalled'),
    event: deps.provesSender(connection) ? news.event : { ...news.event, unproven: true as const },
    vendorRef: news.vendorRef,
  };
  if (await deps.runs.tell(run.workflowId, message)) return outcome('signalled', null, run.workflowId);

  const { assessmentId } = run;
  // Temporal forgets a closed run after its retention; the records know it for longer.
  if (!(await deps.runs.knows(run.workflowId)) && !(await deps.isRecorded(assessmentId))) {
    return outcome('ignored', 'the run is not known any more', run.workflowId);
  }
  const amendment = await deps.runs.amend(
    connection,
    { assessmentId, vendor, connectionId, timing: deps.timing },
    message,
  );
  return outcome('signalled', 'the run is over: given to its amendment', amendment);
}

/** A run that the vendor began: what has just come is all of it (design 3). It is held like a webhook that starts one. */
async function startScreening(
  deps: DispatchDeps,
  connection: Connection,
  arrival: Arrival,
  screening: Screening,
): Promise<Outcome> {
  const { vendor, id: connectionId } = connection;
  if (connection.status === 'disabled') return outcome('ignored', 'the connection is disabled');
  if (!deps.vendor(vendor).settings.safeParse(connection.settings).success)
    return outcome('held', 'the settings of the connection cannot be read: correct them');
  if (connection.status !== 'active') return outcome('held', `the connection is ${connection.status}`);
  const { eventKey } = arrival;
  const subject = screening.sessionId;
  const workflowId = assessmentWorkflowId({ vendor, connectionId, subject, eventKey });
  const started = await deps.runs.start(connection, workflowId, {
    assessmentId: assessmentIdOf(workflowId),
    vendor,
    connectionId,
    opportunityId: null,
    eventKey,
    stageId: '',
    delivery: noteOf(arrival, 'started'),
    timing: deps.timing,
    screening,
  });
  return started
    ? outcome('started', null, workflowId)
    : outcome('duplicate', 'the run of this event is already over', workflowId);
}

async function runOf(
  deps: DispatchDeps,
  arrival: Arrival,
): Promise<{ workflowId: string; assessmentId: string } | null> {
  if (arrival.workflowId !== null) {
    return { workflowId: arrival.workflowId, assessmentId: assessmentIdOf(arrival.workflowId) };
  }
  return arrival.reference === null ? null : deps.runByReference(arrival.connectionId, arrival.reference);
}
