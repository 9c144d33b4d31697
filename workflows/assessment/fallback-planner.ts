import type { Plan } from '../../domain/effects';
import type { EndReason } from '../../domain/end-reasons';
import { planning } from '../shared/proxies';
import { attempt } from '../shared/steps';
import type { Gate } from './gate';
import type { RunContext } from './run-context';
import type { Timeline } from './timeline';

/** Plans that need nothing of the connection: what Lever can be told in any case. */
export class FallbackPlanner {
  constructor(
    private readonly context: Pick<RunContext, 'identity' | 'planBasis'>,
    private readonly gate: Pick<Gate, 'during'>,
    private readonly timeline: Pick<Timeline, 'addTrouble'>,
  ) {}

  /** Null: there is nowhere to write, or not even that can be planned. */
  async plan(planId: string, outcome: 'held-up' | 'failed', reason: EndReason): Promise<Plan | null> {
    if (this.context.identity.opportunityId === null) return null;
    let plan: Plan | null = null;
    const failure = await attempt(async () => {
      plan = await this.gate.during(() =>
        planning.planAnyway.executeWithOptions({ summary: `plan what Lever shows: ${outcome}` }, [
          { ...this.context.planBasis, planId, outcome, reason },
        ]),
      );
    });
    if (failure !== null)
      this.timeline.addTrouble(failure.code, `${planId} could not be planned: ${failure.message}`);
    return plan;
  }
}
