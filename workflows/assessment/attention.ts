import type { Display } from './display';
import type { PlanRunner } from './plan-runner';
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

/** The wait of a run's failed effects for a person. */
export class Attention {
  constructor(
    private present: number | null,
    private readonly plans: Pick<PlanRunner, 'failed' | 'dismissAll'>,
    private readonly display: Pick<Display, 'show'>,
  ) {}

  get since(): number | null {
    return this.present;
  }

  get wakeAt(): WakeUp {
    return wakeForAttention(this.present);
  }

  /** @param isNew an effect has just failed */
  update(isNew = false): void {
    const isNeeded = this.plans.failed.length > 0;
    this.present = attentionSince(this.present, { isNeeded, isNew, now: Date.now() });
    this.display.show();
  }

  /** Ends it when nobody came for two weeks. */
  endWhenOver(): void {
    if (!isAttentionOver(this.present, Date.now())) return;
    this.plans.dismissAll('nobody came for it within 14 days');
    this.update();
  }
}
