import type { WakeUp } from './updatable-timer';

/** How long failed effects wait for a person (decision 0011). Times in ms since 1970; null: none waits. */

/** Nobody has looked at a failed effect for this long: the run ends without it. */
export const attentionLimitMs = 14 * 86_400_000;

/**
 * Since when the newest of them waits. Whoever is to look at a failure has all the time for it, however long others have
 * waited before.
 */
export function attentionSince(
  before: number | null,
  { isNeeded, isNew, now }: { isNeeded: boolean; isNew: boolean; now: number },
): number | null {
  if (!isNeeded) return null;
  return isNew ? now : (before ?? now);
}

export const isAttentionOver = (since: number | null, now: number): boolean =>
  since !== null && since + attentionLimitMs <= now;

export const wakeForAttention = (since: number | null): WakeUp =>
  since === null ? null : { at: since + attentionLimitMs, why: 'a failed effect waits for a person' };
