import type { Commands } from './commands';
import type { Inbox, InboxItem } from './inbox';
import type { LateNews } from './late-news';
import type { RunLifecycle } from './lifecycle';
import type { LostInvitation } from './lost-invitation';
import type { OperatorActions } from './operator-actions';
import type { OpportunityCheck } from './opportunity-check';
import type { RunContext } from './run-context';

/** Takes what has come in, one message after another. */
export class InboxProcessor {
  constructor(
    private readonly inbox: Pick<Inbox, 'take' | 'isEmpty' | 'hasInterruption' | 'hasOperator' | 'release'>,
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded' | 'apply'>,
    private readonly context: Pick<RunContext, 'learnReference'>,
    private readonly commands: Pick<Commands, 'carryOut'>,
    private readonly check: Pick<OpportunityCheck, 'make'>,
    private readonly lost: Pick<LostInvitation, 'adoptLate'>,
    private readonly lateNews: Pick<LateNews, 'take'>,
    private readonly operator: Pick<OperatorActions, 'answer'>,
  ) {}

  get isDone(): boolean {
    return this.inbox.isEmpty;
  }

  /** What a person or Lever wants now, even while the vendor is still being asked. */
  get hasInterruption(): boolean {
    return this.inbox.hasInterruption;
  }

  /** What a person wants now. */
  get hasOperator(): boolean {
    return this.inbox.hasOperator;
  }

  /** Puts what came too early before the run again. */
  release(): void {
    this.inbox.release();
  }

  async process(): Promise<void> {
    for (let item = this.inbox.take(); item !== undefined; item = this.inbox.take()) {
      this.operator.answer(item, await this.processOne(item));
    }
  }

  /** What came of it at the vendor, for a person who asked for it. */
  private async processOne(item: InboxItem): Promise<string | null> {
    const { lifecycle, commands } = this;
    switch (item.kind) {
      case 'vendor':
        this.context.learnReference(item.vendorRef);
        if (!lifecycle.hasEnded) return commands.carryOut(lifecycle.apply(item.event, item));
        await this.lost.adoptLate(item);
        await this.lateNews.take(item.event);
        return null;
      case 'operator':
        return commands.carryOut(lifecycle.apply(item.event, item));
      case 'opportunity': {
        const event = await this.check.make(item);
        return event === null ? null : commands.carryOut(lifecycle.apply(event, item));
      }
    }
  }
}
