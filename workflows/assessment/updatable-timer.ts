import { CancellationScope, sleep } from '@temporalio/workflow';
import { isCancelled } from '../shared/failures';

/** When to look up without being told, ms since 1970, and what for; null: only news can wake the run. */
export type WakeUp = { at: number; why: string } | null;

export const earliest = (...wakes: WakeUp[]): WakeUp =>
  wakes.reduce((one, other) => (one === null || (other !== null && other.at < one.at) ? other : one), null);

/**
 * The one timer of a run. It is set again only when the time really changed: a timer that is taken back and started anew
 * at every turn costs two events each, in every history.
 */
export class UpdatableTimer {
  private set: { at: number; scope: CancellationScope } | null = null;
  /** One that nobody waits for any more: taken back when another is set, for that is an event, and most runs end before. */
  private idle: CancellationScope | null = null;

  /** Whether the time has come. */
  hasFired = false;

  /** Whether it rings at this time; one that rang is off until it is cleared. */
  isSetTo(wake: WakeUp): boolean {
    return this.hasFired || (this.set?.at ?? null) === (wake?.at ?? null);
  }

  setTo(wake: WakeUp): void {
    if (this.set !== null && this.set.at === wake?.at) return;
    this.idle = this.set?.scope ?? this.idle;
    this.set = null;
    this.hasFired = false;
    if (wake === null) return;
    this.idle?.cancel();
    this.idle = null;
    const scope = new CancellationScope();
    const mine = { at: wake.at, scope };
    this.set = mine;
    void scope
      .run(() => sleep(Math.max(wake.at - Date.now(), 1), { summary: wake.why }))
      .then(
        () => {
          if (this.set === mine) this.hasFired = true;
        },
        (error: unknown) => {
          if (!isCancelled(error)) throw error;
        },
      );
  }

  /** Forgets a time that has come, so that the same time can be set again. */
  clear(): void {
    this.setTo(null);
  }
}
