import type { KnownFailure } from '../shared/failures';
import type { Inbox, InboxItem } from './inbox';
import { pauseBeforeRetry } from './lever-access';
import type { RunState } from './run-state';
import type { WakeUp } from './updatable-timer';

const pausesAfterNothingMs = [5_000, 55_000];
/** Checked so often, an opportunity is not checked again. */
export const lastCheck = pausesAfterNothingMs.length;

/**
 * Webhooks about the opportunity that the run cannot follow while its connection is not usable. The check is asked for once
 * and then postponed, so that vendor news, timers and people behind it go on.
 */
export class OpportunityRechecks {
  constructor(
    private readonly inbox: Pick<Inbox, 'defer' | 'hasDeferred' | 'recall'>,
    private readonly firstPauseMs: number,
    private next: RunState['lookAgain'],
  ) {}

  postpone(item: InboxItem, failure: KnownFailure): void {
    this.inbox.defer(item);
    const checks = this.next?.looks ?? 0;
    this.next = {
      at: Date.now() + pauseBeforeRetry(failure, checks, this.firstPauseMs),
      looks: checks + 1,
    };
  }

  /** A webhook may be faster than what Lever's API shows: a check that finds nothing is repeated, a few times. */
  repeat(item: InboxItem & { kind: 'opportunity' }): void {
    const checks = item.looks ?? 0;
    const pause = pausesAfterNothingMs[checks];
    if (pause === undefined) return;
    this.inbox.defer({ ...item, looks: checks + 1 });
    this.next = { at: Date.now() + pause, looks: this.next?.looks ?? 0 };
  }

  get wakeAt(): WakeUp {
    if (this.next === null || !this.inbox.hasDeferred) return null;
    return { at: this.next.at, why: 'look at the opportunity again' };
  }

  /** Has the check made if its time has come. */
  recallDue(): void {
    if (this.next !== null && this.next.at <= Date.now()) this.inbox.recall();
  }

  /** Has it made at once: the connection is usable again, or has changed. */
  recall(): void {
    this.next = null;
    this.inbox.recall();
  }

  snapshot(): RunState['lookAgain'] {
    return this.inbox.hasDeferred ? this.next : null;
  }
}
