import type { EventRank } from './events';

/**
 * The order of a vendor's news by the vendor's own count, so that what comes late or again is known as such (a message
 * that overtook another is the rule, not the exception). News without a rank are taken as they come.
 */

/** Whether this is about a moment before the newest one that is known. The same rank is none: it may say more. */
export const isOlder = (rank: EventRank | undefined, newest: EventRank | undefined): boolean =>
  rank !== undefined &&
  newest !== undefined &&
  (rank.attempt === newest.attempt ? rank.sequence < newest.sequence : rank.attempt < newest.attempt);

/** The newer of the two; null where neither is known. */
export function newestOf(one: EventRank | undefined, other: EventRank | undefined): EventRank | null {
  if (one === undefined) return other ?? null;
  return isOlder(one, other) ? (other ?? null) : one;
}

/** Why old news are ignored, for the timeline. */
export const overtaken = (rank: EventRank, newest: EventRank): string =>
  `attempt ${rank.attempt}, number ${rank.sequence} is older than what is known (attempt ${newest.attempt}, number ${newest.sequence})`;
