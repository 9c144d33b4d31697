import type { WakeUp } from './updatable-timer';
import type { KnownFailure } from '../shared/failures';
import type { Inbox, InboxItem } from './inbox';
import { pauseBeforeLook } from './lever-access';
import type { RunState } from './run-state';

const pausesAfterNothingMs = [5_000, 55_000];
/** So often it was looked that no more looks follow. */
export const lastLook = pausesAfterNothingMs.length;

/**
 * Webhooks about the opportunity that the run cannot follow while its connection is not usable. The look is asked for once
 * and then put off, so that vendor news, timers and people behind it go on.
 */
export class DeferredLooks {
  constructor(
    private readonly inbox: Inbox,
    private readonly firstPauseMs: number,
    private next: NonNullable<RunState['lookAgain']> | null,
  ) {}

  putOff(item: InboxItem, failure: KnownFailure): void {
    this.inbox.defer(item);
    const looks = this.next?.looks ?? 0;
    this.next = {
      at: Date.now() + pauseBeforeLook(failure, looks, this.firstPauseMs),
      looks: looks + 1,
    };
  }

  /**
   * A webhook may be faster than what Lever's API shows: where a look finds nothing, it is looked again, a few times.
   */
  again(item: InboxItem & { kind: 'opportunity' }): void {
    const looks = item.looks ?? 0;
    const pause = pausesAfterNothingMs[looks];
    if (pause === undefined) return;
    this.inbox.defer({ ...item, looks: looks + 1 });
    this.next = { at: Date.now() + pause, looks: this.next?.looks ?? 0 };
  }

  get wakeAt(): WakeUp {
    if (this.next === null || !this.inbox.hasDeferred) return null;
    return { at: this.next.at, why: 'look at the opportunity again' };
  }

  /** The time has come to look again. */
  recallDue(): void {
    if (this.next !== null && this.next.at <= Date.now()) this.inbox.recall();
  }

  /** The connection is usable again, or has changed. */
  recall(): void {
    this.next = null;
    this.inbox.recall();
  }

  carry(): NonNullable<RunState['lookAgain']> | null {
    return this.inbox.hasDeferred ? this.next : null;
  }
}
