/**
 * The order of a vendor's news by the vendor's own count, so that what comes late or again is known as such (a message
 * that overtook another is the rule, not the exception). News without a position are taken as they come.
 */

/** Counts what happens at the vendor, first by attempts, then within one: by it a late message is known as one. */
export interface EventPosition {
  attempt: number;
  sequence: number;
}

/** Whether this is about a moment before the highest position that is known. The same position is none: it may say more. */
export const isOlder = (position: EventPosition | undefined, known: EventPosition | undefined): boolean =>
  position !== undefined &&
  known !== undefined &&
  (position.attempt === known.attempt
    ? position.sequence < known.sequence
    : position.attempt < known.attempt);

/** The higher of the two; null where neither is known. */
export function higherOf(
  one: EventPosition | undefined,
  other: EventPosition | undefined,
): EventPosition | null {
  if (one === undefined) return other ?? null;
  return isOlder(one, other) ? (other ?? null) : one;
}

/** Why old news are ignored, for the timeline. */
export const overtaken = (position: EventPosition, known: EventPosition): string =>
  `attempt ${position.attempt}, number ${position.sequence} is older than what is known (attempt ${known.attempt}, number ${known.sequence})`;

/*
 * Signals, inboxes, continued runs and records hold positions under the names of releases before 0.2 as well: both are
 * written, as long as processes of such a release may run beside this one, and either is read.
 */

/** Of news. */
export interface Positioned {
  position?: EventPosition;
  /** As releases before 0.2 call it. */
  rank?: EventPosition;
}
export const positioned = (position: EventPosition): Required<Positioned> => ({ position, rank: position });
export const positionOf = ({ position, rank }: Positioned): EventPosition | undefined => position ?? rank;

/** Of what a run has heard. */
export interface HighWaterMark {
  /** The highest position of the vendor's news that was heard; absent until the vendor has counted one. */
  highWaterMark?: EventPosition;
  /** As releases before 0.2 call it. */
  newest?: EventPosition;
}
export const marked = (highWaterMark: EventPosition): Required<HighWaterMark> => ({
  highWaterMark,
  newest: highWaterMark,
});
export const highWaterMarkOf = ({ highWaterMark, newest }: HighWaterMark): EventPosition | undefined =>
  higherOf(highWaterMark, newest) ?? undefined;
