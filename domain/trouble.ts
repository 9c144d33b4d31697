import type { ErrorCode } from './errors';

/** A step that keeps failing, as it says itself while it is still being tried: sealed at rest, because words come from outside. */
export interface Trouble {
  code: ErrorCode;
  /** What happened, and what becomes of it. */
  message: string;
  /** The activity that fails. */
  step: string;
  /** When the step was first due, ms since 1970. */
  since: number;
}

/** A step says so from this attempt on, … */
export const tellsFromAttempt = 3;
/** … or once it is this old, whatever it does: it may hang, or have been told to come back later. */
export const tellsAfterMs = 45_000;

/**
 * Whether a failed attempt is told of. @param nextIn how long until the next attempt: one that is put off far is told of
 * before, and not when it comes
 */
export const isWorthTelling = (attempt: number, age: number, nextIn: number): boolean =>
  attempt >= tellsFromAttempt || age + nextIn >= tellsAfterMs;
