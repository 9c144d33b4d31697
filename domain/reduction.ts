import type { ToldResult } from './assessment';
import type { EndReason } from './end-reasons';
import type { Presumption } from './events';
import type { Lifecycle, Status } from './lifecycle';
import { canMove } from './lifecycle';

/** What every part of the reducer answers with. */

/** What has a vendor's `plan` asked what Lever should show. */
export type PlanTrigger =
  | 'invited'
  | 'started'
  | 'progress'
  | 'completed'
  | 'expired'
  | 'declined'
  | 'cancelled'
  | 'failed'
  | 'skipped'
  /** It is not certain whether the candidate was invited, or an invitation is out that should not be. */
  | 'doubt'
  | 'reminded';

/** What the run has to do because of an event, in this order. */
export type Command =
  | { do: 'plan'; trigger: Exclude<PlanTrigger, 'invited' | 'progress'>; reason: EndReason | null }
  | { do: 'plan'; trigger: 'progress'; step: string }
  /** Looks for the result, which brings the plan of `completed` with it (decision 0013). */
  | { do: 'fetchResult'; told?: ToldResult }
  /** Lever is told that the run ended at a step that failed, whatever is wrong with the connection. */
  | { do: 'tellFailure'; reason: EndReason }
  | { do: 'cancelAtVendor' }
  | { do: 'extendAtVendor'; until: number }
  | { do: 'remind' }
  | { do: 'poll'; presumed?: Presumption };

export type Reduction =
  | { outcome: 'applied'; state: Lifecycle; commands: Command[] }
  /** Too early: it is put before the run again as soon as the invitation is known. */
  | { outcome: 'held'; reason: string }
  /** `state` is there where the event still says how far the vendor's news have come. */
  | { outcome: 'ignored'; reason: string; state?: Lifecycle };

export const ignored = (reason: string): Reduction => ({ outcome: 'ignored', reason });

export const applied = (state: Lifecycle, commands: Command[] = []): Reduction => ({
  outcome: 'applied',
  state,
  commands,
});

/** Only along the table of transitions. */
export function moveTo(
  state: Lifecycle,
  to: Status,
  reason: EndReason | null = null,
  commands: Command[] = [],
): Reduction {
  if (!canMove(state.status, to)) return ignored(`a run that is ${state.status} cannot become ${to}`);
  return applied({ ...state, status: to, reason }, commands);
}
