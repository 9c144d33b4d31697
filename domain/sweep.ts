/** The rules by which the sweep closes rows of runs that are over in Temporal without having said so. */

/** How Temporal says that a run ended; `unknown`: it has no such workflow. */
export const endings = ['completed', 'failed', 'terminated', 'cancelled', 'timed_out', 'unknown'] as const;
export type Ending = (typeof endings)[number];
export const isEnding = (value: unknown): value is Ending => (endings as readonly unknown[]).includes(value);

/** Why the row is closed, for people; nothing personal. */
export const endingWords: Record<Ending, string> = {
  completed: 'its workflow ended in Temporal without a last record',
  failed: 'its workflow failed in Temporal because of a fault of the hub',
  terminated: 'its workflow was terminated in Temporal',
  cancelled: 'its workflow was cut off in Temporal',
  timed_out: 'its workflow ran out of time in Temporal',
  unknown: 'Temporal no longer knows its workflow: it was deleted, or the server was restored',
};

/** Why a sweep closes nothing: too many runs ended unseen, or it met another Temporal server than the one it knows. */
export const sweepAlarms = ['too_many', 'other_server'] as const;
export type SweepAlarmKind = (typeof sweepAlarms)[number];

/** How many rows one sweep may close by itself. */
export interface SweepLimit {
  /** More rows than this, … */
  rows: number;
  /** … or more than this part of the open ones, are left to a person. */
  share: number;
}

/** What a sweep goes by. */
export interface SweepTerms {
  /** A run that has said something since is left to the next sweep. */
  quietMs: number;
  limit?: SweepLimit;
  /** The limit as releases before 0.2 call it. Written beside it, as long as one of them may run beside this one. */
  brake?: SweepLimit;
}

/** Below this a share says nothing: of three open runs one is a third. */
const tooFewForShare = 5;

/** Where nobody has said how many. */
const strictest: SweepLimit = { rows: 0, share: 0 };

/** Whether a person has to look first: so many runs do not end unseen by themselves. */
export const exceedsSweepLimit = (
  lost: number,
  open: number,
  { rows, share }: SweepLimit = strictest,
): boolean => lost > rows || (lost > tooFewForShare && lost > open * share);
