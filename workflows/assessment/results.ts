import type { ToldResult } from '../../domain/assessment';
import { isOfConnection } from '../../domain/impairment';
import { isUnderWay } from '../../domain/lifecycle';
import type { Command } from '../../domain/reduction';
import type { KnownFailure } from '../shared/failures';
import { explain } from '../shared/failures';
import { attempt, isFailureOfStep } from '../shared/steps';
import type { RunLifecycle } from './lifecycle';
import type { PlanRunner } from './plan-runner';
import type { Planner } from './planner';
import type { FetchedResult, ResultRequests } from './result-requests';
import { toldIn } from './result-requests';
import type { InvitedCall, RunContext } from './run-context';
import type { Timeline } from './timeline';

/** The vendor will not show one, however often it is asked. */
const refusals = new Set<KnownFailure['code']>([
  'vendor.rejected',
  'vendor.unsupported',
  'connection.missing',
]);

/** The place in line of a result that the connection stands in the way of. */
const heldBack = 'result';

/** The result of a run that is under way, and what Lever shows of it. */
export class Results {
  constructor(
    private readonly requests: ResultRequests,
    private readonly context: Pick<RunContext, 'invitedCall'>,
    private readonly lifecycle: Pick<RunLifecycle, 'state' | 'status' | 'apply'>,
    private readonly timeline: Pick<Timeline, 'add' | 'rememberError'>,
    private readonly planner: Pick<Planner, 'planOrLater' | 'planForCommand'>,
    private readonly plans: Pick<PlanRunner, 'isOpen' | 'addLater'>,
  ) {}

  /**
   * Asks for it once. Gives what else has to be done. Where the connection stands in the way, it is asked for again once it
   * no longer does; nothing waits meanwhile.
   * @param told what the vendor's own message said of it
   */
  async fetch(told: ToldResult | undefined): Promise<Command[]> {
    const call = this.context.invitedCall;
    if (call === null || this.plans.isOpen(heldBack)) return [];
    let commands: Command[] = [];
    const failure = await attempt(async () => {
      commands = await this.take(call, await this.ask(call, told));
    });
    if (failure === null) return commands;
    if (isOfConnection(failure.code)) this.plans.addLater(heldBack, () => this.fetchOnceUsable(call));
    return this.missing(failure);
  }

  private ask(call: InvitedCall, told: ToldResult | undefined): Promise<FetchedResult> {
    const { looks } = this.lifecycle.state.claim ?? {};
    const asked = { ...call, amends: false, claim: null, ...toldIn(told) };
    return this.requests.fetch({ ...asked, ...(looks !== undefined && { looks }) });
  }

  /** @throws what the connection stands in the way of, so that it is waited for */
  private async fetchOnceUsable(call: InvitedCall): Promise<null> {
    // It was called off, or given up, while it waited.
    if (!isUnderWay(this.lifecycle.status)) return null;
    try {
      await this.take(call, await this.ask(call, this.lifecycle.state.claim?.told));
    } catch (error) {
      const failure = explain(error);
      if (!isFailureOfStep(error) || isOfConnection(failure.code)) throw error;
      for (const command of this.missing(failure)) {
        if (command.do === 'plan') await this.planner.planForCommand(command);
      }
    }
    return null;
  }

  private async take(call: InvitedCall, found: FetchedResult): Promise<Command[]> {
    const { lifecycle, requests } = this;
    if (!isUnderWay(lifecycle.status)) {
      this.timeline.add('event_ignored', `completed: the run is already ${lifecycle.status}`);
      return [];
    }
    requests.remember(call.invitation, found);
    const commands = lifecycle.apply({ type: 'resultFetched' });
    await this.planner.planOrLater('completed', () => requests.plan({ ...call, amends: false }, found));
    return commands;
  }

  private missing({ code, message }: KnownFailure): Command[] {
    const isProven = this.lifecycle.state.claim?.proven === true;
    if (isProven) this.timeline.rememberError(code);
    return this.lifecycle.apply({ type: 'resultMissing', reason: message, never: refusals.has(code) });
  }
}
