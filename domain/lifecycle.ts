import type { EventRank } from './events';

/** The states of one assessment and the moves between them (design 5). Status names are stable words of the API. */

export const transitions = [
  { from: 'routing', to: 'inviting' },
  { from: 'routing', to: 'skipped' },
  { from: 'routing', to: 'cancelled' },
  { from: 'routing', to: 'failed' },
  { from: 'routing', to: 'unwritten' },
  { from: 'inviting', to: 'invited' },
  { from: 'inviting', to: 'cancelled' },
  { from: 'inviting', to: 'failed' },
  { from: 'inviting', to: 'unwritten' },
  { from: 'invited', to: 'in_progress' },
  { from: 'invited', to: 'completed' },
  { from: 'invited', to: 'expired' },
  { from: 'invited', to: 'declined' },
  { from: 'invited', to: 'cancelled' },
  { from: 'invited', to: 'failed' },
  { from: 'invited', to: 'unwritten' },
  { from: 'in_progress', to: 'completed' },
  { from: 'in_progress', to: 'expired' },
  { from: 'in_progress', to: 'declined' },
  { from: 'in_progress', to: 'cancelled' },
  { from: 'in_progress', to: 'failed' },
  { from: 'in_progress', to: 'unwritten' },
] as const;

export const statuses = [
  'routing',
  'inviting',
  'invited',
  'in_progress',
  'completed',
  'expired',
  'declined',
  'cancelled',
  'failed',
  'skipped',
  'unwritten',
] as const;
export type Status = (typeof statuses)[number];

const leavable = new Set<Status>(transitions.map((move) => move.from));

/** Final for the run: news that come later go to an amendment (design D11). */
export const isTerminal = (status: Status): boolean => !leavable.has(status);

/** The states in which the vendor has been asked and has not finished. */
export const isOpenAtVendor = (status: Status): boolean => status === 'invited' || status === 'in_progress';

export const canMove = (from: Status, to: Status): boolean =>
  transitions.some((move) => move.from === from && move.to === to);

/** What a connection wants of its runs; durations in milliseconds. */
export interface PolicyInput {
  /** The run expires this long after the invitation; null: only the vendor ends it. */
  expiresAfterMs: number | null;
  /** Reminders go out this long after the invitation. */
  reminderOffsetsMs: number[];
  /** … and one at half of the time until the deadline, whoever set that. */
  remindsAtHalf?: boolean;
  /** What it means when the candidate leaves the trigger stage during the run. */
  onLeaveStage: 'keep' | 'cancel';
  /** A disconnected run is closed as unwritten after this long. */
  suspendLimitMs: number;
  /** How often the vendor is asked for news; null: it cannot be asked. */
  poll: { minMs: number; maxMs: number } | null;
}

/** The part of a run that events change. Times are absolute, ms since 1970, so that it survives continue-as-new. */
export interface Lifecycle {
  status: Status;
  policy: PolicyInput;
  invitedAt: number | null;
  deadlineAt: number | null;
  /** Reminders still to come, ascending. */
  remindersAt: number[];
  nextPollAt: number | null;
  pollIntervalMs: number;
  /** Whether the vendor was asked a last time before the deadline closes the run. */
  lastLookDone: boolean;
  suspendedAt: number | null;
  /** Steps of the vendor's own progress seen so far. */
  steps: string[];
  /** Why the run ended as it did, in words or as a code. */
  reason: string | null;
  /** The newest of the vendor's news that was heard; absent until the vendor has counted one. */
  newest?: EventRank;
}

/** Whether the run waits for the connection to Lever; one that was given up waits for nothing any more. */
export const isSuspended = (state: Lifecycle): boolean =>
  state.suspendedAt !== null && state.status !== 'unwritten';

/** The start of every run. `policy` is replaced once the connection was read. */
export const openLifecycle = (policy: PolicyInput): Lifecycle => ({
  status: 'routing',
  policy,
  invitedAt: null,
  deadlineAt: null,
  remindersAt: [],
  nextPollAt: null,
  pollIntervalMs: policy.poll?.minMs ?? 0,
  lastLookDone: false,
  suspendedAt: null,
  steps: [],
  reason: null,
});

/** When a timer should wake the run next, ms since 1970; null: only news can. */
export function nextWake(state: Lifecycle): number | null {
  if (isTerminal(state.status)) return null;
  const times: number[] = [];
  if (state.suspendedAt !== null) times.push(state.suspendedAt + state.policy.suspendLimitMs);
  if (isOpenAtVendor(state.status)) {
    if (state.deadlineAt !== null) times.push(state.deadlineAt);
    if (state.nextPollAt !== null) times.push(state.nextPollAt);
    if (state.suspendedAt === null && state.remindersAt[0] !== undefined) times.push(state.remindersAt[0]);
  }
  return times.length === 0 ? null : Math.min(...times);
}

/** What a run does at the time that {@link nextWake} gave, in words for an operator. */
export function wakeReason(state: Lifecycle, at: number): string {
  if (state.suspendedAt !== null && at === state.suspendedAt + state.policy.suspendLimitMs) {
    return 'give up waiting for the connection to Lever';
  }
  if (at === state.deadlineAt) return 'the candidate has until then';
  if (at === state.nextPollAt) return 'ask the vendor for news';
  return 'remind the candidate';
}
