import type { Invitation, Route, Subject } from '../../domain/assessment';
import type { EndReason } from '../../domain/end-reasons';
import { readEndReason } from '../../domain/end-reasons';
import type { Lifecycle } from '../../domain/lifecycle';
import { openLifecycle } from '../../domain/lifecycle';
import type { PlanProgress } from '../../domain/plan-progress';
import { readProgress } from '../../domain/plan-progress';
import type { DeliveryNote, RunFacts, RunRecord } from '../../domain/records';
import type { PolicyInput } from '../../domain/run-policy';
import type { HeldUpState } from './held-up';
import type { InboxState } from './inbox';

/** All that a run is, in a form that continue-as-new can carry. Times are absolute. */
export interface RunState {
  lifecycle: Lifecycle;
  subject: Subject | null;
  route: Route | null;
  inheritTags: string[];
  invitation: Invitation | null;
  remindersSent: number;
  /** Since when a failed effect waits for a person, ms since 1970. */
  attentionSince: number | null;
  facts: RunFacts;
  inbox: InboxState;
  /** When what was deferred is checked again, ms since 1970, and how often it was. */
  lookAgain: { at: number; looks: number } | null;
  heldUp: HeldUpState | null;
  /** How often the run was held up: numbers what Lever was told of it. */
  heldUpTimes: number;
  plans: PlanProgress[];
  /** `at`: the time of the last record, ms since 1970. */
  ledger: { seq: number; at: number; pending: RunRecord[]; deliveries: DeliveryNote[] };
}

/** What some version of this code has carried on: older ones knew less, and gave reasons in words. */
export type CarriedRunState = Omit<
  RunState,
  'lifecycle' | 'inbox' | 'lookAgain' | 'heldUp' | 'heldUpTimes' | 'ledger'
> &
  Partial<Pick<RunState, 'lookAgain' | 'heldUp' | 'heldUpTimes'>> & {
    lifecycle: Omit<Lifecycle, 'reason'> & { reason: EndReason | string | null };
    inbox: Omit<InboxState, 'deferred'> & Partial<Pick<InboxState, 'deferred'>>;
    ledger: Omit<RunState['ledger'], 'at'> & Partial<Pick<RunState['ledger'], 'at'>>;
  };

/** Until the connection was read nothing is known of its wishes; only the suspend limit can matter so early. */
export const policyBeforeReading: PolicyInput = {
  expiresAfterMs: null,
  reminderOffsetsMs: [],
  onLeaveStage: 'keep',
  suspendLimitMs: 30 * 86_400_000,
  poll: null,
};

export const freshState = (delivery: DeliveryNote | null): RunState => ({
  lifecycle: openLifecycle(policyBeforeReading),
  subject: null,
  route: null,
  inheritTags: [],
  invitation: null,
  remindersSent: 0,
  attentionSince: null,
  facts: {},
  inbox: { waiting: [], held: [], deferred: [], seen: [] },
  lookAgain: null,
  heldUp: null,
  heldUpTimes: 0,
  plans: [],
  ledger: { seq: 0, at: 0, pending: [], deliveries: delivery === null ? [] : [delivery] },
});

/** What an earlier history carried on, as this code knows it. */
export const resumed = (carried: CarriedRunState): RunState => ({
  ...carried,
  lifecycle: { ...carried.lifecycle, reason: readEndReason(carried.lifecycle.reason) },
  plans: carried.plans.map(readProgress),
  inbox: { ...carried.inbox, deferred: carried.inbox.deferred ?? [] },
  lookAgain: carried.lookAgain ?? null,
  heldUp: carried.heldUp ?? null,
  heldUpTimes: carried.heldUpTimes ?? 0,
  ledger: { ...carried.ledger, at: carried.ledger.at ?? 0 },
});
