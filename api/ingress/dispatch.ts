import type { Tombstones } from '../../db/repositories/tombstones';
import type { Connection } from '../../domain/connection';
import { connectionNotActive, deliveryReason } from '../../domain/delivery-reasons';
import { FulcrumError } from '../../domain/errors';
import { assessmentWorkflowId, stageChangeOf } from '../../domain/ids';
import type { Screening } from '../../domain/screening';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import type { AnyVendor } from '../../vendors/define';
import type { ActivityTiming } from '../../workflows/names';
import type { RunGateway } from '../runs/gateway';
import { type Arrival, noteOf, type Outcome, outcome } from './arrival';
import { bytesOf, type HintDeps, tellRuns } from './hints';
import { decide } from './lever-decision';
import { type FromLever, type FromVendor, type News, readAgain } from './news';

/** What dispatching asks of the rest of the hub. */
export interface DispatchDeps extends HintDeps {
  runs: RunGateway;
  /** Goes into every run at its start, so that it keeps its times through a deployment. */
  timing: ActivityTiming;
  vendor: (id: Connection['vendor']) => AnyVendor;
  connectionById: (id: string) => Connection | null;
  /** Whether the vendor's messages to this connection prove who has sent them. */
  provesSender: (connection: Connection) => boolean;
  /** The run that a vendor's reference names. @throws FulcrumError `db.unavailable` */
  runByReference: (
    connectionId: string,
    reference: string,
  ) => Promise<{ workflowId: string; assessmentId: string } | null>;
  /** The delivery that spent the token of this one. @throws FulcrumError `db.unavailable` */
  spentBy: (
    arrival: Pick<Arrival, 'source' | 'connectionId' | 'eventKey'>,
  ) => Promise<{ opportunityId: string | null } | null>;
  /** What is remembered of erased people. @throws FulcrumError `db.unavailable` */
  tombstones: Pick<Tombstones, 'opportunities' | 'isErasedWorkflow' | 'isErasedReference'>;
  /** What is on record of an assessment; null: nothing. @throws FulcrumError `db.unavailable` */
  recordOf: (assessmentId: string) => Promise<{ isOver: boolean } | null>;
}

/**
 * Brings one verified arrival to Temporal, whether it has just come in, was kept while Temporal was away, or is
 * replayed by a person: the connection's present settings decide each time. What can never be processed is held with the
 * reason: neither must it stand in the way of what comes behind it, nor may its sender be told to keep it.
 * @param news what it says, as it was read on its way in; absent where it has waited in a row, and is read now
 * @throws FulcrumError `temporal.unavailable`, `db.unavailable`; nothing has been lost then, and a repeat is safe
 */
export type Dispatch = (arrival: Arrival, news?: News) => Promise<Outcome>;

export function createDispatch(deps: DispatchDeps): Dispatch {
  return async (arrival, given) => {
    const connection = deps.connectionById(arrival.connectionId);
    if (!connection) return outcome('ignored', 'connection_gone');
    try {
      const news = given ?? readAgain(deps.vendor, connection, arrival);
      const erased = await whatIsErased(deps, arrival, news);
      if (erased === 'all') return outcome('ignored', 'erased');
      const became = await (news.from === 'lever'
        ? fromLever(deps, connection, arrival, news)
        : fromVendor(deps, connection, arrival, news));
      // Newer than the erasure, and nothing followed from it: it is no reason to know of the person again.
      return erased === 'earlier' && became.verdict === 'ignored' ? outcome('ignored', 'erased') : became;
    } catch (error) {
      if (isStoreAway(error)) throw error;
      deps.log.error({ deliveryId: arrival.id, err: error }, 'a delivery cannot be processed and is held');
      const code = error instanceof FulcrumError ? error.code : 'internal';
      return outcome('held', deliveryReason('unprocessable', code), arrival.workflowId);
    }
  };
}

/**
 * Whether a message is about somebody who was erased: `all` of it, or only what happened `earlier`. While the database is
 * away it is left to the run, which asks as soon as it begins.
 */
async function whatIsErased(
  { tombstones }: DispatchDeps,
  { connectionId, workflowId, opportunityId, reference }: Arrival,
  news: News,
): Promise<'all' | 'earlier' | null> {
  try {
    if (news.from === 'lever') {
      const id = 'opportunityId' in news.said ? news.said.opportunityId : opportunityId;
      if (id === null) return null;
      const erasedAt = (await tombstones.opportunities(connectionId, [id])).get(id);
      if (erasedAt === undefined) return null;
      return news.toldAt <= erasedAt ? 'all' : 'earlier';
    }
    if (workflowId !== null) return (await tombstones.isErasedWorkflow(workflowId)) ? 'all' : null;
    const name = news.said?.vendorRef ?? reference;
    return name !== null && (await tombstones.isErasedReference(connectionId, name)) ? 'all' : null;
  } catch (error) {
    if (!(error instanceof FulcrumError && error.code === 'db.unavailable')) throw error;
    return null;
  }
}

/** Whether a delivery that was not processed can be later, as it is. */
export const isStoreAway = (error: unknown): error is FulcrumError =>
  error instanceof FulcrumError && (error.code === 'temporal.unavailable' || error.code === 'db.unavailable');

async function fromLever(
  deps: DispatchDeps,
  connection: Connection,
  arrival: Arrival,
  { said, toldAt }: FromLever,
): Promise<Outcome> {
  const settings = deps.vendor(connection.vendor).settings.safeParse(connection.settings);
  const decision = decide(connection, settings.data ?? null, said);
  switch (decision.do) {
    case 'ping':
      return outcome('ping');
    case 'ignore':
      return outcome('ignored', decision.reason);
    case 'hold':
    case 'start':
      // Whoever enters a trigger stage, or one that the hub has not met, has left another.
      if (said.kind === 'stageChange' && settings.data?.onLeaveStage === 'cancel') {
        if (!(await tellLeaving(deps, connection, arrival, { ...said, toldAt }))) return beginning;
      }
      if (decision.do === 'hold') return outcome('held', decision.reason);
      return start(deps, connection, arrival, { ...decision, toldAt });
    case 'hint':
      return hint(deps, connection, arrival, { ...decision, toldAt });
  }
}

async function start(
  deps: DispatchDeps,
  connection: Connection,
  arrival: Arrival,
  { opportunityId, stageId, toldAt }: { opportunityId: string; stageId: string; toldAt: number },
): Promise<Outcome> {
  const { vendor, id: connectionId } = connection;
  const { eventKey } = arrival;
  if (await isSpentElsewhere(deps, arrival)) return outcome('rejected', 'token_reused');
  const workflowId = assessmentWorkflowId({ vendor, connectionId, subject: opportunityId, eventKey });
  const started = await deps.runs.start(connection, workflowId, {
    assessmentId: assessmentIdOf(workflowId),
    vendor,
    connectionId,
    opportunityId,
    eventKey,
    stageId,
    delivery: noteOf(arrival, 'started'),
    toldAt,
    timing: deps.timing,
  });
  return started ? outcome('started', null, workflowId) : outcome('duplicate', 'run_over', workflowId);
}

/**
 * Lever signs its token and not what it tells: with one message that somebody has seen they could tell of everybody. The run
 * finds that out for certain; this saves the runs of a flood. While the database is away it is left to the run.
 */
async function isSpentElsewhere(deps: DispatchDeps, arrival: Arrival): Promise<boolean> {
  try {
    const holder = await deps.spentBy(arrival);
    return holder !== null && holder.opportunityId !== arrival.opportunityId;
  } catch (error) {
    if (!(error instanceof FulcrumError && error.code === 'db.unavailable')) throw error;
    return false;
  }
}

async function hint(
  deps: DispatchDeps,
  { id: connectionId }: Connection,
  arrival: Arrival,
  { opportunityId, toldAt }: { opportunityId: string; toldAt: number },
): Promise<Outcome> {
  const said = { delivery: noteOf(arrival, 'signalled'), toldAt };
  const { reached, isEarly, refusal } = await tellRuns(deps, { connectionId, opportunityId }, said);
  if (isEarly) return beginning;
  // Nobody has heard it: it is held, as whatever else cannot be told.
  if (refusal !== null && reached[0] === undefined) throw refusal;
  return reached[0] === undefined
    ? outcome('ignored', 'no_open_run')
    : outcome('signalled', null, reached[0]);
}

const beginning = outcome('pending', 'run_beginning');

/**
 * Has the open runs of earlier stage changes look whether the candidate has left; false: one cannot be told yet. One that
 * takes no signal holds up nothing: the new run is not about it.
 */
async function tellLeaving(
  deps: DispatchDeps,
  { id: connectionId, vendor }: Connection,
  arrival: Arrival,
  { opportunityId, toldAt }: { opportunityId: string; toldAt: number },
): Promise<boolean> {
  const { eventKey } = arrival;
  const own = assessmentWorkflowId({ vendor, connectionId, subject: opportunityId, eventKey });
  const said = { delivery: noteOf(arrival, 'started'), toldAt, isOthers: true } as const;
  const isEarlier = (workflowId: string): boolean => stageChangeOf(workflowId) !== own;
  const { isEarly } = await tellRuns(deps, { connectionId, opportunityId }, said, isEarlier);
  return !isEarly;
}

async function fromVendor(
  deps: DispatchDeps,
  connection: Connection,
  arrival: Arrival,
  { said: news }: FromVendor,
): Promise<Outcome> {
  if (news === null) return outcome('ignored', 'no_news');

  if (news.screening !== undefined) return startScreening(deps, connection, arrival, news.screening);

  const run = await runOf(deps, arrival);
  if (!run) return outcome('unmatched', 'unknown_reference');

  const { vendor, id: connectionId } = connection;
  const message = {
    delivery: noteOf(arrival, 'signalled'),
    event: deps.provesSender(connection) ? news.event : { ...news.event, unproven: true as const },
    vendorRef: news.vendorRef,
  };
  if (deps.mayTell?.(run.workflowId, bytesOf(message)) === false) {
    return outcome('pending', 'run_told_much', run.workflowId);
  }
  if (await deps.runs.tell(run.workflowId, message)) return outcome('signalled', null, run.workflowId);

  const { assessmentId } = run;
  const recorded = await recordOf(deps, assessmentId);
  if (recorded === null) return outcome('ignored', 'run_unknown', run.workflowId);
  // Nothing can be amended before the end itself is on record: the sweep sees to that.
  if (!recorded.isOver) {
    return outcome('pending', 'run_end_unrecorded', run.workflowId);
  }
  const amendment = await deps.runs.amend(
    connection,
    { assessmentId, vendor, connectionId, timing: deps.timing },
    message,
  );
  return outcome('signalled', 'given_to_amendment', amendment);
}

/** While the database is away the news go to the amendment, which asks as soon as it is back. */
async function recordOf(deps: DispatchDeps, assessmentId: string): Promise<{ isOver: boolean } | null> {
  try {
    return await deps.recordOf(assessmentId);
  } catch (error) {
    if (!(error instanceof FulcrumError && error.code === 'db.unavailable')) throw error;
    return { isOver: true };
  }
}

/** A run that the vendor began: what has just come is all of it (decision 0035). It is held like a webhook that starts one. */
async function startScreening(
  deps: DispatchDeps,
  connection: Connection,
  arrival: Arrival,
  screening: Screening,
): Promise<Outcome> {
  const { vendor, id: connectionId } = connection;
  if (connection.status === 'disabled') return outcome('ignored', 'connection_disabled');
  if (!deps.vendor(vendor).settings.safeParse(connection.settings).success)
    return outcome('held', 'settings_unreadable');
  if (connection.status !== 'active') return outcome('held', connectionNotActive(connection));
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
  return started ? outcome('started', null, workflowId) : outcome('duplicate', 'run_over', workflowId);
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
