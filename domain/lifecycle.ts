import type { ToldResult } from './assessment';
import type { EndReason } from './end-reasons';
import type { HighWaterMark } from './event-position';
import type { Presumption } from './events';
import type { PolicyInput, ResultWait } from './run-policy';
import { usualResultWait } from './run-policy';

/** The states of one assessment and the moves between them (decision 0019). Status names are stable words of the API. */

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
  { from: 'invited', to: 'awaiting_result' },
  { from: 'invited', to: 'completed' },
  { from: 'invited', to: 'expired' },
  { from: 'invited', to: 'declined' },
  { from: 'invited', to: 'cancelled' },
  { from: 'invited', to: 'failed' },
  { from: 'invited', to: 'unwritten' },
  { from: 'in_progress', to: 'awaiting_result' },
  { from: 'in_progress', to: 'completed' },
  { from: 'in_progress', to: 'expired' },
  { from: 'in_progress', to: 'declined' },
  { from: 'in_progress', to: 'cancelled' },
  { from: 'in_progress', to: 'failed' },
  { from: 'in_progress', to: 'unwritten' },
  { from: 'awaiting_result', to: 'completed' },
  { from: 'awaiting_result', to: 'declined' },
  { from: 'awaiting_result', to: 'cancelled' },
  { from: 'awaiting_result', to: 'unwritten' },
] as const;

export const statuses = [
  'routing',
  'inviting',
  'invited',
  'in_progress',
  // The vendor says that the candidate has finished, and does not show the result yet.
  'awaiting_result',
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

/** Final for the run: news that come later go to an amendment (decision 0012). */
export const isTerminal = (status: Status): boolean => !leavable.has(status);

/** The states in which the vendor has been asked and the candidate has not finished. */
export const isOpenAtVendor = (status: Status): boolean => status === 'invited' || status === 'in_progress';

/** The states in which the vendor has an invitation of ours and no result of it is known. */
export const isUnderWay = (status: Status): boolean => isOpenAtVendor(status) || status === 'awaiting_result';

export const canMove = (from: Status, to: Status): boolean =>
  transitions.some((move) => move.from === from && move.to === to);

/**
 * Those that the workflow of a run no longer makes by itself: news came late (decision 0012), Lever could not be told of
 * the end (`unwritten`, decision 0010), or the run left Temporal without a word (an open one has `failed`, decision 0001).
 */
const movesAfterEnd = {
  routing: ['failed'],
  inviting: ['failed'],
  invited: ['failed'],
  in_progress: ['failed'],
  awaiting_result: ['failed'],
  completed: ['completed', 'declined', 'unwritten'],
  expired: ['completed', 'unwritten'],
  declined: ['completed', 'unwritten'],
  cancelled: ['completed', 'unwritten'],
  failed: ['completed', 'declined', 'unwritten'],
  skipped: ['unwritten'],
  unwritten: ['completed'],
} as const satisfies Record<Status, readonly Status[]>;

/** A row may have a status that only a later release knows: nothing leads on from there. */
export const canMoveAfterEnd = (from: Status, to: Status): boolean =>
  (movesAfterEnd as Partial<Record<Status, readonly Status[]>>)[from]?.includes(to) ?? false;

/** When a result is looked for again after the claim that it is there, ms since then, ascending; at once comes first. */
export const looksWithin = (ms: number): number[] =>
  [60, 20, 10, 4, 2, 1].map((part) => Math.max(Math.round(ms / part), 1));

/** The vendor's word that the candidate has finished, or at least that there are news. */
export interface Claim {
  /** When it came, ms since 1970. */
  at: number;
  /** Whether the sender proved to be the vendor. Where nobody can sign, an address is all that vouches for a message. */
  proven: boolean;
  /** When the vendor is looked to next, ms since 1970, ascending. */
  looksAt: number[];
  /** What the vendor's message says of the result, if it was proven; it stands in for what the vendor does not show. */
  told?: ToldResult;
  /** How often the result was looked for in vain; absent: never. */
  looks?: number;
  /** What is looked for where the word does not say that the candidate has finished. Absent: the result. */
  asks?: 'news';
  /** What such news most likely mean, where the vendor cannot be asked. */
  presumed?: Presumption;
}

/** The part of a run that events change. Times are absolute, ms since 1970, so that it survives continue-as-new. */
export interface Lifecycle extends HighWaterMark {
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
  /** Why it is so; null where there is nothing to say. */
  reason: EndReason | null;
  /** Absent where nobody claims that the candidate has finished, or the result has proven it. */
  claim?: Claim;
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
    if (state.claim?.looksAt[0] !== undefined) times.push(state.claim.looksAt[0]);
  }
  if (state.status === 'awaiting_result') {
    const look = state.claim?.looksAt[0] ?? waitsForResultUntil(state);
    if (look !== null) times.push(look);
    if (state.nextPollAt !== null) times.push(state.nextPollAt);
  }
  return times.length === 0 ? null : Math.min(...times);
}

export const resultWaitOf = ({ policy }: Pick<Lifecycle, 'policy'>): ResultWait =>
  policy.result ?? usualResultWait;

/**
 * When a run that awaits its result goes on without it, ms since 1970; null: not while it waits for its connection, which
 * may be all that keeps the result away.
 */
export const waitsForResultUntil = (state: Lifecycle): number | null =>
  state.suspendedAt === null ? (state.claim?.at ?? 0) + resultWaitOf(state).patienceMs : null;

/** What a run does at the time that {@link nextWake} gave, in words for an operator. */
export function wakeReason(state: Lifecycle, at: number): string {
  if (state.suspendedAt !== null && at === state.suspendedAt + state.policy.suspendLimitMs) {
    return 'give up waiting for the connection to Lever';
  }
  const isLook = at === state.claim?.looksAt[0] && state.claim.asks !== 'news';
  if (state.status === 'awaiting_result' || isLook) return 'look for the result';
  if (at === state.deadlineAt) return 'the candidate has until then';
  if (at === state.nextPollAt || at === state.claim?.looksAt[0]) return 'ask the vendor for news';
  return 'remind the candidate';
}
