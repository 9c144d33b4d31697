import type { WakeUp } from './alarm';
import type { KnownFailure } from './failures';
import type { Inbox, InboxItem } from './inbox';
import { pauseBeforeLook } from './lever-access';
import type { RunState } from './run-state';

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
