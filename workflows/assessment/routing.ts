import { CancellationScope, condition } from '@temporalio/workflow';
import type { RouteAnswer } from '../../activities/types';
import type { Subject } from '../../domain/assessment';
import type { AssessmentInput, RoutedStart } from './contract';
import type { InboxProcessor } from './inbox-processor';
import type { RunLifecycle } from './lifecycle';
import type { OpportunityReader } from './opportunity-reader';
import type { ResetRecovery } from './reset-recovery';
import type { RunContext } from './run-context';
import type { Siblings } from './siblings';
import type { Skipping } from './skipping';

/** How many first pauses long a run waits for an earlier one of its candidate to make room: by default two minutes. */
const pausesForEarlier = 120;

/**
 * From the stage change to the assessment (decision 0002): look whether the candidate is really there, find what the posting
 * asks for, and claim it.
 */
export class Routing {
  constructor(
    private readonly input: Pick<AssessmentInput, 'timing'>,
    private readonly reader: OpportunityReader,
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded'>,
    private readonly context: Pick<RunContext, 'takeUpAgain'>,
    private readonly messages: Pick<InboxProcessor, 'hasInterruption' | 'hasOperator' | 'process'>,
    private readonly siblings: Siblings,
    private readonly skipping: Skipping,
    private readonly recovery: Pick<ResetRecovery, 'takeBackBegun'>,
  ) {}

  /**
   * Null: the run is skipped, and says why, or was called off meanwhile. Routing takes as long as Lever or the database is
   * away. A person who calls the run off meanwhile is answered at once; an attempt that is under way is waited for, because
   * it may be taking the claim.
   */
  async routeUnlessCalledOff(): Promise<RoutedStart | null> {
    const { lifecycle, messages } = this;
    const scope = new CancellationScope();
    let answer: { routed: RoutedStart | null } | { error: unknown } | null = null;
    const working = scope
      .run(() => this.route())
      .then(
        (routed) => (answer = { routed }),
        (error: unknown) => (answer = { error }),
      );
    while (answer === null && !lifecycle.hasEnded) {
      await condition(() => answer !== null || messages.hasOperator);
      if (answer === null) await messages.process();
    }
    if (answer === null) scope.cancel();
    const outcome = await working;
    if (lifecycle.hasEnded) {
      await this.recovery.takeBackBegun();
      return null;
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.routed;
  }

  private async route(): Promise<RoutedStart | null> {
    const { reader, context, messages } = this;
    const { initialIntervalMs } = this.input.timing;
    const giveUpAt = Date.now() + pausesForEarlier * initialIntervalMs;
    for (let pause = initialIntervalMs; ; pause *= 2) {
      const mayWait = Date.now() < giveUpAt;
      const read = await reader.readOpportunity(mayWait);
      if (read.decision === 'skip') return this.skipping.skip(read.reason, read.detail);
      if (read.decision === 'hasBegun') return context.takeUpAgain(read.begun);
      if (read.decision === 'unknownStage') return this.skipping.skip('not_trigger');
      const answer = read.decision === 'routed' ? read.answer : await reader.readPosting(read, mayWait);
      if (answer.decision === 'hasBegun') return context.takeUpAgain(answer.begun);
      if (answer.decision !== 'waits') return this.take(read.subject, answer);
      await condition(() => messages.hasInterruption, Math.max(Math.min(pause, giveUpAt - Date.now()), 1), {
        summary: 'wait for an earlier run of the candidate to make room',
      });
      await messages.process();
      if (this.lifecycle.hasEnded) return null;
    }
  }

  private async take(
    subject: Subject,
    answer: Exclude<RouteAnswer, { decision: 'waits' | 'hasBegun' }>,
  ): Promise<RoutedStart | null> {
    if (answer.decision === 'skip') return this.skipping.skip(answer.reason, answer.detail, answer.plan);
    const { posting, own, others, inheritTags, earlierTags = [] } = answer;
    const routed = { ...subject, posting, siblings: others.length - (own === null ? 1 : 0) };
    // What this run has been told by now the others, which are only announced, have not.
    if (others.length > 0) await this.messages.process();
    if (this.lifecycle.hasEnded) {
      await this.siblings.takeBack(others);
      return null;
    }
    for (const other of others) await this.siblings.start(other, routed, earlierTags);
    if (own === null) return this.skipping.skip(answer.ownRefusal ?? 'no_assessment');
    return { subject: routed, route: own, inheritTags, earlierTags };
  }
}
