import type { Plan } from '../../domain/effects';
import type { EndReason } from '../../domain/end-reasons';
import { isOfConnection } from '../../domain/impairment';
import { bothNames } from '../../domain/plan-names';
import type { Command, PlanTrigger } from '../../domain/reduction';
import type { ActivityTiming } from '../names';
import { planForTrigger, planForTriggerLater, planForTriggerWithSiblings } from '../shared/proxies';
import { attempt } from '../shared/steps';
import type { Gate } from './gate';
import type { Ledger } from './ledger';
import type { PlanRunner } from './plan-runner';
import type { RunContext } from './run-context';
import type { Timeline } from './timeline';

/** `stillOpen`: the vendor should have withdrawn the invitation, and could not. `question`: what a person is asked besides. */
interface Besides {
  stillOpen?: boolean;
  question?: string;
}

/** Has plans made of what Lever should show, and hands them to whoever carries them out. */
export class Planner {
  constructor(
    private readonly context: Pick<RunContext, 'identity' | 'planBasis' | 'siblings'>,
    private readonly plans: Pick<PlanRunner, 'add' | 'addLater'>,
    private readonly ledger: Pick<Ledger, 'flush'>,
    private readonly gate: Pick<Gate, 'during'>,
    private readonly timeline: Pick<Timeline, 'addTrouble'>,
    private readonly timing: ActivityTiming,
  ) {}

  /** The plan of a trigger that no vendor call answers. */
  async planFor(
    trigger: PlanTrigger,
    planId: string,
    reason: EndReason | null,
    besides: Besides = {},
  ): Promise<void> {
    const { siblings } = this.context;
    // Written before the siblings are counted: of two that end at once, at least the later one sees both done.
    if (siblings > 0) await this.ledger.flush();
    const input = this.inputOf(trigger, planId, reason, besides);
    if (input === null) return;
    const summary = { summary: `plan what Lever shows: ${trigger}` };
    if (siblings === 0) {
      return this.planOrLater(planId, () =>
        this.gate.during(() => planForTrigger.executeWithOptions(summary, [input])),
      );
    }
    await this.planOrLater(
      planId,
      () => this.gate.during(() => planForTriggerWithSiblings.executeWithOptions(summary, [input])),
      () => planForTriggerLater(this.timing).executeWithOptions(summary, [input]),
    );
  }

  /** A step of the vendor's progress comes once each; every other trigger once in a run. */
  planForCommand(command: Extract<Command, { do: 'plan' }>, besides: Besides = {}): Promise<void> {
    return command.trigger === 'progress'
      ? this.planFor('progress', `progress-${command.step}`, null, besides)
      : this.planFor(command.trigger, command.trigger, command.reason, besides);
  }

  /**
   * Plans what Lever shows. What the connection stands in the way of is planned when it no longer does, in its own place in
   * line, and so is what needs a database that is away; what cannot be planned at all is said in the run's record.
   * @param again how it is made later, where that is otherwise
   */
  async planOrLater(planId: string, make: () => Promise<Plan | null>, again = make): Promise<void> {
    const failure = await attempt(async () => {
      const plan = await make();
      if (plan !== null) this.plans.add(plan);
    });
    if (failure === null) return;
    if (isOfConnection(failure.code) || failure.code === 'db.unavailable') {
      return this.plans.addLater(planId, again);
    }
    this.timeline.addTrouble(failure.code, `${planId} could not be planned: ${failure.message}`);
  }

  /** Null: the run was called off before its opportunity was found. */
  private inputOf(
    trigger: PlanTrigger,
    planId: string,
    reason: EndReason | null,
    { stillOpen = false, question }: Besides,
  ) {
    const { identity, planBasis, siblings } = this.context;
    if (identity.opportunityId === null) return null;
    return {
      ...planBasis,
      planId,
      ...bothNames(trigger),
      reason,
      siblings,
      ...(stillOpen && { stillOpen }),
      ...(question !== undefined && { question }),
    };
  }
}
