import { shown, traced } from '../../domain/traces';
import type { Attention } from './attention';
import type { PlanChange } from './effect-runner';
import type { KnownFacts } from './known-facts';
import type { RunContext } from './run-context';
import type { Timeline } from './timeline';

/** Notes what becomes of the run's plans: in the timeline, in its traces, and where a person is needed. */
export class PlanChanges {
  constructor(
    private readonly context: Pick<RunContext, 'inheritTags'>,
    private readonly facts: Pick<KnownFacts, 'traces' | 'rememberTraces'>,
    private readonly timeline: Pick<Timeline, 'add' | 'addTrouble' | 'rememberError'>,
    private readonly attention: Pick<Attention, 'update'>,
  ) {}

  note(change: PlanChange): void {
    const { facts, timeline } = this;
    switch (change.what) {
      case 'started':
        timeline.add('plan_started', change.planId);
        break;
      case 'finished':
        if (change.isShown) facts.rememberTraces(shown(facts.traces, change.planId));
        if (!change.isTold) timeline.add('plan_finished', change.planId);
        break;
      case 'failed':
        timeline.rememberError(change.code);
        timeline.add('effect_failed', `${change.effectId}: ${change.code}: ${change.message}`);
        break;
      case 'unplanned':
        timeline.addTrouble(change.code, `${change.planId} could not be planned: ${change.message}`);
        break;
      case 'settled':
        timeline.add('effect_settled', `${change.effectId} ${change.how}`);
        break;
      case 'asked':
      case 'written':
        return facts.rememberTraces(traced(facts.traces, change, this.context.inheritTags));
    }
    this.attention.update(change.what === 'failed');
  }
}
