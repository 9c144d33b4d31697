/** Lever's API may show a move later than its webhook tells of it. Times in ms since 1970. */

/** What Lever shows of the move that a webhook told of. */
export type Arrival =
  | 'there'
  /** In the stage, by an earlier entry: Lever stamped the webhook late, or does not show yet that they left and returned. */
  | 'there_before'
  /** Entered as the webhook says, and gone on since. */
  | 'left'
  /** No entry since the webhook. */
  | 'not_yet';

/** Both times are Lever's own, so its servers' clocks are all that can differ. */
export const leverClocksMs = 5_000;

/**
 * @param enteredAt the last entry into the stage that Lever shows; null: none
 * @param toldAt when Lever told of the move; null: not known, and whatever is not there has left
 */
export function arrivalOf(seen: { isIn: boolean; enteredAt: number | null }, toldAt: number | null): Arrival {
  const { isIn, enteredAt } = seen;
  if (toldAt === null) return isIn ? 'there' : 'left';
  const isShown = enteredAt !== null && enteredAt >= toldAt - leverClocksMs;
  if (isIn) return isShown ? 'there' : 'there_before';
  return isShown ? 'left' : 'not_yet';
}

/** Shares of the patience at which is looked again: of two minutes after 2, 8, 20, 50 and 120 s. */
const looksAt = [1 / 60, 1 / 15, 1 / 6, 5 / 12, 1];

/** How long to wait for the next look, ms; null: there was patience enough. */
export function pauseBeforeLook(waitedMs: number, patienceMs: number): number | null {
  const next = looksAt.map((share) => share * patienceMs).find((at) => at > waitedMs);
  return next === undefined ? null : Math.ceil(next - waitedMs);
}
