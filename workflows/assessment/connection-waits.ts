import { endedFor } from '../../domain/end-reasons';
import { isSuspended } from '../../domain/lifecycle';
import type { WakeUp } from './updatable-timer';
import { DeferredLooks } from './deferred-looks';
import type { KnownFailure } from '../shared/failures';
import { HeldUp } from './held-up';
import type { HeldUpState } from './held-up';
import type { InboxItem } from './inbox';
import { LeverAccess } from './lever-access';
import { planAnyway } from './moments';
import type { PlanOwner } from './plan-runner';
import type { Run } from './run';
import type { RunState } from './run-state';

type Carried = Required<Pick<RunState, 'heldUpTimes' | 'lookAgain'>> & Pick<RunState, 'heldUp'>;

/** A run whose connection may not be usable: what waits for it, who is told of it, and what is looked at again. */
export class ConnectionWaits {
  readonly access: LeverAccess;
  private readonly heldUp: HeldUp;
  private readonly looks: DeferredLooks;

  constructor(
    private readonly run: Run,
    owner: PlanOwner,
    { heldUp, heldUpTimes, lookAgain }: Carried,
  ) {
    const { maxIntervalMs } = run.input.timing;
    this.access = new LeverAccess(
      {
        suspend: (failure) => this.suspend(failure),
        resume: () => this.resume(),
        giveUpAt: () => (run.lifecycle.suspendedAt ?? Date.now()) + run.lifecycle.policy.suspendLimitMs,
      },
      maxIntervalMs,
    );
    this.looks = new DeferredLooks(run.inbox, maxIntervalMs, lookAgain);
    this.heldUp = new HeldUp(
      owner,
      run.lever,
      {
        record: () => run.ledger.flush(),
        plan: (id, fault) => planAnyway(run, id, 'held-up', endedFor('fault', fault)),
        unwritten: (summary, { code, message }) => run.noteTrouble(code, `${summary}: ${message}`),
      },
      heldUp,
      heldUpTimes,
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
    return this.looks.wakeAt;
  }

  /** Looks at a webhook's opportunity once the connection is usable: it was asked for now, in vain. */
  putOff(item: InboxItem, failure: KnownFailure): void {
    this.suspend(failure);
    this.looks.putOff(item, failure);
  }

  /** Looks once more: what the webhook told of may not show yet. */
  lookAgain(item: InboxItem & { kind: 'opportunity' }): void {
    this.looks.again(item);
  }

  /** The time has come to look again. */
  recallDue(): void {
    this.looks.recallDue();
  }

  /** The connection was changed: whoever waits for it looks at once. */
  connectionChanged(): void {
    this.access.connectionChanged();
    this.looks.recall();
  }

  carry(): Omit<Carried, 'heldUp'> & Pick<RunState, 'heldUp'> {
    return { ...this.heldUp.carry(), lookAgain: this.looks.carry() };
  }

  /** The row says so at once, and Lever where it can be written. */
  private suspend(failure: KnownFailure): void {
    const { run } = this;
    if (this.heldUp.begin(failure)) {
      run.rememberError(failure.code);
      // A run that is suspended already hears of another cause.
      if (isSuspended(run.lifecycle)) run.addRecord('suspended', failure.message);
    }
    run.apply({ type: 'suspended' });
  }

  private resume(): void {
    this.heldUp.end();
    if (!isSuspended(this.run.lifecycle)) return;
    this.run.apply({ type: 'resumed' });
    this.looks.recall();
  }
}
