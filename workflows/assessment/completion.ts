import { workflowInfo } from '@temporalio/workflow';
import type { ConnectionWaits } from './connection-waits';
import type { Inbox } from './inbox';
import type { Ledger } from './ledger';
import type { RunLifecycle } from './lifecycle';
import type { PlanRunner } from './plan-runner';
import type { Timeline } from './timeline';

/** What is left of a run: whether anything is under way, to be told or to be waited for, and how it is closed. */
export class Completion {
  /** Whether the main loop waits: nothing is under way but plans. */
  isIdle = false;

  /** Whether it should go on in a new history as soon as it may, whose payloads are sealed with today's key. */
  isAskedToRenew = false;

  /** @param historyLimit a run goes on in a new history after so many events, beside Temporal's own suggestion */
  constructor(
    private readonly lifecycle: Pick<
      RunLifecycle,
      'status' | 'hasEnded' | 'isSuspended' | 'reason' | 'closeAsUnwritten'
    >,
    private readonly inbox: Pick<Inbox, 'isEmpty'>,
    private readonly plans: Pick<PlanRunner, 'isBusy' | 'isBehind' | 'hasReachedSuspendLimit' | 'failed'>,
    private readonly connection: Pick<ConnectionWaits, 'isBusy'>,
    private readonly ledger: Pick<
      Ledger,
      'hasNews' | 'hasPending' | 'isWriting' | 'isSealed' | 'writeRest' | 'writeRestAtOnce'
    >,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly historyLimit: number | undefined,
  ) {}

  /** Nothing left to do, ever. */
  get isOver(): boolean {
    return (
      this.lifecycle.hasEnded &&
      this.isQuiet &&
      (this.plans.hasReachedSuspendLimit || this.plans.failed.length === 0)
    );
  }

  get isQuiet(): boolean {
    return this.inbox.isEmpty && !this.plans.isBusy && !this.connection.isBusy;
  }

  /** Whether it may return, or continue as new: what a run that goes on has still to tell is carried along. */
  get mayLeave(): boolean {
    return this.isQuiet && !(this.isOver && this.ledger.hasPending);
  }

  /** Records that no call will carry soon: nothing is under way, or what is under way waits for the grant. */
  get hasToTell(): boolean {
    return this.ledger.hasNews && (this.isQuiet || this.lifecycle.isSuspended);
  }

  /** Whether records wait for a call behind another one, which may keep failing. */
  get hasStuckRecords(): boolean {
    return this.ledger.hasNews && !this.hasToTell && this.plans.isBehind && !this.ledger.isWriting;
  }

  /** The run should go on in a new history, for its length (decision 0013) or its keys (decision 0043), and nothing is under way in the old. */
  get mayBeRenewed(): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    const limit = this.historyLimit;
    const isLong = continueAsNewSuggested || (limit !== undefined && historyLength > limit);
    return (isLong || this.isAskedToRenew) && this.isQuiet && !this.ledger.isWriting;
  }

  /** The last record; what is done behind it needs another one. */
  close(): void {
    if (this.plans.hasReachedSuspendLimit) this.lifecycle.closeAsUnwritten();
    if (!this.ledger.isSealed) this.timeline.add('closed', this.lifecycle.reason, true);
  }

  /** News of somebody who was never invited change nothing, so the end of such a run may be written the cheaper way. */
  writeRest(): Promise<void> {
    return this.lifecycle.status === 'skipped' ? this.ledger.writeRestAtOnce() : this.ledger.writeRest();
  }
}
