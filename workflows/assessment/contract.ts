import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Route, Subject } from '../../domain/assessment';
import type { VendorEvent } from '../../domain/events';
import type { VendorId } from '../../domain/ids';
import type { Lifecycle } from '../../domain/lifecycle';
import type { DeliveryNote, RunFacts } from '../../domain/records';
import type { Screening } from '../../domain/screening';
import type { ActivityTiming } from '../names';
import type { CarriedRunState } from './run-state';

/** Everything that is said to and by the workflow `assessment`, and by it to others: no behaviour. */

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

/**
 * What the history holds was sealed with a key that is to be removed: the run goes on in a new one as soon as nothing is under
 * way. It names the key that seals now, because only what says something can be sealed.
 */
export const renewKeysSignal = defineSignal<[{ keyId: string }]>('renewKeys');

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
