import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { VendorEvent } from '../domain/events';
import type { Candidate, Route, Subject } from '../domain/assessment';
import type { Lifecycle } from '../domain/lifecycle';
import type { DeliveryNote, RunFacts } from '../domain/records';
import type { VendorId } from '../domain/ids';
import type { Screening } from '../domain/screening';
import type { Ending, SweepBrake } from '../domain/sweep';
import type { CarriedRunState } from './assessment/run-state';
import { searchAttributes } from './search-attributes';

/** Everything that is said to and by the workflows. Clients import this file; it holds no behaviour. */

export const taskQueues = {
  /** Workflow tasks. */
  assessments: 'assessments',
  /** One activity = one request to Lever (decision 0007). */
  lever: 'lever',
  records: 'records',
  vendor: (vendor: VendorId): string => `vendor-${vendor}`,
} as const;

export const workflowTypes = {
  assessment: 'assessment',
  amendment: 'amendment',
  candidacy: 'candidacy',
  reconcile: 'reconcile',
  keepGrants: 'keepGrants',
  probeAccess: 'probeAccess',
  forgetOld: 'forgetOld',
  sweep: 'sweep',
} as const;

/** One of each for the hub. */
export const keepGrantsScheduleId = 'keep-grants';
export const probeAccessScheduleId = 'probe-access';
export const forgetOldScheduleId = 'forget-old';
export const sweepScheduleId = 'sweep';

/** Times of the activities, from configuration; they travel with the run so that its replay stays the same. */
export interface ActivityTiming {
  /** Longest attempt of one activity, ms. */
  startToCloseMs: number;
  /** Pauses between attempts grow from the one to the other, ms. */
  initialIntervalMs: number;
  maxIntervalMs: number;
  /** Goes on in a new history after this many events, beside Temporal's own suggestion; for tests. */
  historyLimit?: number;
}

/** What starts an `assessment` workflow. */
export interface AssessmentInput {
  /** Our key at the vendor; derived from the workflow id, so a repeat of the start names the same assessment. */
  assessmentId: string;
  vendor: VendorId;
  connectionId: string;
  /** Null for a run that its vendor began: it finds the opportunity itself. */
  opportunityId: string | null;
  eventKey: string;
  /** The stage the webhook spoke of; the run looks for itself whether the candidate is there (decision 0004). */
  stageId: string;
  /** The delivery that started it; null for children. */
  delivery: DeliveryNote | null;
  /** When Lever told of the move, ms since 1970; absent where it was not Lever, and in runs of older code. */
  toldAt?: number;
  timing: ActivityTiming;
  /** What a vendor that begins runs itself has told; such a run begins at its end. */
  screening?: Screening;
  /** Children of a run with several assessments: everything that the parent has already learned. */
  settled?: RoutedStart;
  /** Set on continue-as-new only. */
  resume?: CarriedRunState;
}

/** What a parent run hands to the run of a second assessment of the same stage change. */
export interface RoutedStart {
  route: Route;
  subject: Subject;
  inheritTags: string[];
  /** Status tags that earlier runs have left on the opportunity. */
  earlierTags?: string[];
}

/** What starts an `amendment` workflow: news of a run that is over (decision 0012). */
export interface AmendmentInput {
  assessmentId: string;
  vendor: VendorId;
  connectionId: string;
  timing: ActivityTiming;
}

/**
 * What starts a `candidacy` workflow: the search for one person's opportunity, which makes one where there is none. There
 * is never more than one of them for a person, because they all bear the same workflow id.
 */
export interface CandidacyInput {
  connectionId: string;
  /** The run that began the search, which is told what it meets. */
  assessmentId: string;
  /** The opportunity that the vendor named. */
  opportunityId: string | null;
  postingId: string;
  candidate: Candidate;
  timing: ActivityTiming;
}

/** What starts a `reconcile` workflow: one look for moves that no webhook told of (decision 0005). */
export interface ReconcileInput {
  connectionId: string;
  /** Somebody who entered a stage later than this ago is left to the next look: the webhook may be under way. */
  graceMs: number;
  timing: ActivityTiming;
}

/** What the Schedule of {@link keepGrantsScheduleId} starts. */
export interface KeepGrantsInput {
  /** Grants that were not refreshed for this long are, ms. */
  refreshAfterMs: number;
  timing: ActivityTiming;
  /** Set on continue-as-new only: the last connection that was looked after, and what came of it so far. */
  resume?: { after: string; kept: KeptGrants };
}

/** What a run of it came to; ids of connections. */
export interface KeptGrants {
  refreshed: number;
  /** Lever no longer takes their grant. */
  disconnected: string[];
  /** To be tried again by the next run. */
  failed: string[];
}

/** What the Schedule of {@link probeAccessScheduleId} starts. */
export interface ProbeAccessInput {
  /** By when every process has heard of a connection that came back, ms. */
  settleMs: number;
  timing: ActivityTiming;
  /** Set on continue-as-new only: the last connection that was asked about, and what came of it so far. */
  resume?: { after: string; probed: ProbedAccess };
}

/** What a run of it came to; ids of connections. */
export interface ProbedAccess {
  /** Lever takes their access again. */
  restored: string[];
  /** Lever still refuses it, or somebody else is asking just now. */
  waiting: number;
  /** Disconnected by now: the patience is over, or the refresh token is dead. */
  disconnected: string[];
  /** Lever could not be asked. */
  failed: string[];
}

/** What the Schedule of {@link forgetOldScheduleId} starts; days that each kind of record is kept. */
export interface ForgetOldInput {
  days: {
    bodies: number;
    assessments: number;
    guards: number;
    audit: number;
    /** Absent in Schedules of older code, as is the next. */
    refused?: number;
    ignored?: number;
  };
  timing: ActivityTiming;
}

/** What the Schedule of {@link sweepScheduleId} starts. */
export interface SweepInput {
  /** A run that has said something since is left to the next sweep. */
  quietMs: number;
  brake: SweepBrake;
  timing: ActivityTiming;
}

/** How many records of each kind a run of it forgot. */
export type ForgottenRecords = Record<string, number>;

/** News from the vendor: a signal, because the vendor waits for its acknowledgement, not for ours. */
export interface VendorNews {
  delivery: DeliveryNote;
  event: VendorEvent;
  /** The vendor's id of the run, where the message names it. */
  vendorRef: string | null;
}
export const vendorNewsSignal = defineSignal<[VendorNews]>('vendorNews');

/** Something happened to the opportunity; the run looks what (decision 0004). */
export interface OpportunityHint {
  delivery: DeliveryNote;
  /** When Lever told of it, ms since 1970; absent in signals of older code. */
  toldAt?: number;
  /** The delivery starts another run, which notes it. */
  isOthers?: true;
}
export const opportunityChangedSignal = defineSignal<[OpportunityHint]>('opportunityChanged');

/**
 * The connection was connected again, paused, or its settings changed: a suspended run looks at once. `look`: every run looks
 * what became of its opportunity, because no webhook told of it meanwhile.
 */
export const connectionChangedSignal = defineSignal<[{ look?: boolean }?]>('connectionChanged');

/**
 * The connection was disabled, and its runs are to end: the vendor withdraws what it can, and Lever is left alone. It says
 * which connection, because only what says something can be sealed.
 */
export const connectionEndedSignal = defineSignal<[{ connectionId: string }]>('connectionEnded');

/** Visibility query for everything that these two are for. A connection's id is ours, so it cannot end its own quotation. */
export const listening = (connectionId: string): string =>
  `${searchAttributes.connection.name} = '${connectionId}' AND ` +
  `WorkflowType IN ('${workflowTypes.assessment}', '${workflowTypes.amendment}') AND ExecutionStatus = 'Running'`;

/** To an amendment: the run was closed by the sweep, and Lever has still to be told. */
export const endedUnseenSignal = defineSignal<[EndedUnseen]>('endedUnseen');
export interface EndedUnseen {
  /** How Temporal says that the run ended, or its amendment; absent where older code told it. */
  ending?: Ending;
  /** … which told it in words. */
  reason?: string;
  /** Not the run itself: its amendment, over news that it may have told by then. */
  ofAmendment?: true;
}

/** Operator actions are updates: a person waits for the answer. */
export interface ActionBy {
  /** Who asks, for the timeline. */
  by: string;
}
export const remindUpdate = defineUpdate<ActionAnswer, [ActionBy]>('remind');
/** `until`: ms since 1970. */
export const extendUpdate = defineUpdate<ActionAnswer, [ActionBy & { until: number }]>('extend');
export const cancelUpdate = defineUpdate<ActionAnswer, [ActionBy & { reason: string }]>('cancel');
export const retryEffectUpdate = defineUpdate<ActionAnswer, [ActionBy & { effectId: string }]>('retryEffect');
export const dismissEffectUpdate = defineUpdate<
  ActionAnswer,
  [ActionBy & { effectId: string; reason: string }]
>('dismissEffect');
export interface ActionAnswer {
  status: Lifecycle['status'];
  /** What it came to at the vendor, in words; absent where there is nothing to say. */
  detail?: string;
}
/** ApplicationFailure type of an update that a validator refused. */
export const refusedAction = 'action.refused';

/** The run as it is now, for whoever asks the api. */
export interface RunStatus {
  assessmentId: string;
  status: Lifecycle['status'];
  suspended: boolean;
  attention: { effectId: string; kind: string; code: string; message: string; attempts: number }[];
  /** What the run waits for, in words. */
  waitingFor: string;
  /** What of its connection holds a suspended run up; absent in what runs of older code say. */
  heldUpBy: { code: string; message: string } | null;
  deadlineAt: number | null;
  nextReminderAt: number | null;
  facts: Omit<RunFacts, 'context' | 'traces'>;
}
export const statusQuery = defineQuery<RunStatus>('status');
