import type { ToldResult } from '../../domain/assessment';
import type { Plan } from '../../domain/effects';
import { endedFor, endReasonText } from '../../domain/end-reasons';
import type { VendorEvent } from '../../domain/events';
import { isOfConnection } from '../../domain/impairment';
import type { KnownFailure } from '../shared/failures';
import { explain } from '../shared/failures';
import { isFailureOfStep } from '../shared/steps';
import type { KnownFacts } from './known-facts';
import type { RunLifecycle } from './lifecycle';
import type { PlanRunner } from './plan-runner';
import type { Planner } from './planner';
import type { FetchedResult, ResultRequests } from './result-requests';
import { toldIn } from './result-requests';
import type { InvitedCall, RunContext } from './run-context';
import type { Timeline } from './timeline';

type Asked = Omit<Parameters<ResultRequests['fetch']>[0], 'claim'>;

/** The result of a run that is over (decision 0012). */
export class LateResults {
  constructor(
    private readonly requests: ResultRequests,
    private readonly context: Pick<RunContext, 'invitedCall'>,
    private readonly facts: Pick<KnownFacts, 'traces' | 'resultDigest'>,
    private readonly lifecycle: Pick<RunLifecycle, 'status' | 'amendTo'>,
    private readonly timeline: Pick<Timeline, 'add' | 'rememberError'>,
    private readonly planner: Pick<Planner, 'planOrLater' | 'planFor'>,
    private readonly plans: Pick<PlanRunner, 'isOpen'>,
  ) {}

  /**
   * What news promise: finished after all, or evaluated anew. It is waited for as long as a run under way would wait,
   * without holding anything up.
   */
  async fetch(event: VendorEvent, told: ToldResult | undefined): Promise<void> {
    const call = this.context.invitedCall;
    if (call === null)
      return this.timeline.add('event_ignored', `${event.type}: no invitation of ours is known`);
    await this.planner.planOrLater('amended-result', () => this.planPromised(event, call, told));
  }

  /** Has Lever show the result of a run that is completed, and could not tell so itself. */
  async show(): Promise<void> {
    const call = this.context.invitedCall;
    if (call === null) return this.timeline.add('event_ignored', 'completed: no invitation of ours is known');
    await this.planner.planOrLater('unseen-result', async () => {
      const amends = this.facts.traces.unshown?.startsWith('amended-') === true;
      const found = await this.ask({ ...call, amends }, true);
      if ('code' in found) {
        this.timeline.rememberError(found.code);
        await this.planner.planFor('completed', 'completed', endedFor('no_result', found.message));
        return null;
      }
      this.requests.remember(call.invitation, found);
      return this.requests.plan({ ...call, amends }, found);
    });
  }

  private async planPromised(
    event: VendorEvent,
    call: InvitedCall,
    told: ToldResult | undefined,
  ): Promise<Plan | null> {
    const { facts, lifecycle, timeline } = this;
    const proven = event.type === 'completed' && event.unproven !== true;
    const ask = (amends: boolean) => this.ask({ ...call, amends, ...toldIn(told) }, proven);
    const isKnown = lifecycle.status === 'completed';
    let amends = !this.isUnshown('completed');
    let found = await ask(amends);
    if (!amends && !('code' in found) && found.digest !== facts.resultDigest) {
      // What was left of the former result stays as it is.
      amends = true;
      found = await ask(amends);
    }
    if ('code' in found) {
      const lacks = endedFor('no_result', found.message);
      timeline.rememberError(found.code);
      if (!proven || isKnown) {
        timeline.add('event_ignored', `${event.type}: ${endReasonText(lacks)}`);
        return null;
      }
      lifecycle.amendTo('completed', lacks);
      await this.planner.planFor('completed', 'amended-completed', lacks);
      return null;
    }
    if (isKnown && found.digest === facts.resultDigest && !this.isUnshown(found.plan.id)) {
      timeline.add('event_ignored', 'completed: the result is the one already known');
      return null;
    }
    this.requests.remember(call.invitation, found);
    lifecycle.amendTo('completed', null);
    return this.requests.plan({ ...call, amends }, found);
  }

  /** Whether a run before this one ended over this plan; one that it carries out itself needs no second. */
  private isUnshown(planId: string): boolean {
    return this.facts.traces.unshown === planId && !this.plans.isOpen(planId);
  }

  /** The result, or why there is none. @throws what the connection stands in the way of */
  private async ask(input: Asked, proven: boolean): Promise<FetchedResult | KnownFailure> {
    try {
      return await this.requests.fetch({ ...input, claim: { at: Date.now(), proven } });
    } catch (error) {
      const failure = explain(error);
      if (!isFailureOfStep(error) || isOfConnection(failure.code)) throw error;
      return failure;
    }
  }
}
