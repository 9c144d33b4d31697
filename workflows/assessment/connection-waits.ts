import type { KnownFailure } from '../shared/failures';
import type { HeldUp, HeldUpState } from './held-up';
import type { InboxItem } from './inbox';
import { LeverAccess } from './lever-access';
import type { RunLifecycle } from './lifecycle';
import type { OpportunityRechecks } from './opportunity-rechecks';
import type { Timeline } from './timeline';
import type { WakeUp } from './updatable-timer';

/** A run whose connection may not be usable: what waits for it, who is told of it, and what is checked again. */
export class ConnectionWaits {
  readonly access: LeverAccess;

  /** @param firstPauseMs before what the connection stood in the way of is tried again, where that may help by itself */
  constructor(
    private readonly lifecycle: Pick<RunLifecycle, 'state' | 'isSuspended' | 'suspend' | 'apply'>,
    private readonly timeline: Pick<Timeline, 'add' | 'rememberError'>,
    private readonly heldUp: HeldUp,
    private readonly rechecks: OpportunityRechecks,
    firstPauseMs: number,
  ) {
    this.access = new LeverAccess(
      {
        suspend: (failure) => this.suspend(failure),
        resume: () => this.resume(),
        giveUpAt: () => {
          const { suspendedAt, policy } = lifecycle.state;
          return (suspendedAt ?? Date.now()) + policy.suspendLimitMs;
        },
      },
      firstPauseMs,
    );
  }

  /** What stands in the way; null: nothing does. */
  get failure(): HeldUpState['failure'] | null {
    return this.heldUp.failure;
  }

  /** Lever is being told of it. */
  get isBusy(): boolean {
    return this.heldUp.isBusy;
  }

  get wakeAt(): WakeUp {
    return this.rechecks.wakeAt;
  }

  /** Checks a webhook's opportunity once the connection is usable: it was asked for now, in vain. */
  postponeCheck(item: InboxItem, failure: KnownFailure): void {
    this.suspend(failure);
    this.rechecks.postpone(item, failure);
  }

  /** Checks it once more: what the webhook told of may not show yet. */
  repeatCheck(item: InboxItem & { kind: 'opportunity' }): void {
    this.rechecks.repeat(item);
  }

  /** Has the checks made whose time has come. */
  recallDue(): void {
    this.rechecks.recallDue();
  }

  /** The connection was changed: whoever waits for it tries at once. */
  connectionChanged(): void {
    this.access.connectionChanged();
    this.rechecks.recall();
  }

  /** The row says so at once, and Lever where it can be written. */
  private suspend(failure: KnownFailure): void {
    if (this.heldUp.begin(failure)) {
      this.timeline.rememberError(failure.code);
      // A run that is suspended already hears of another cause.
      if (this.lifecycle.isSuspended) this.timeline.add('suspended', failure.message);
    }
    this.lifecycle.suspend(this.failure?.message ?? null);
  }

  private resume(): void {
    this.heldUp.end();
    if (!this.lifecycle.isSuspended) return;
    this.lifecycle.apply({ type: 'resumed' });
    this.rechecks.recall();
  }
}
