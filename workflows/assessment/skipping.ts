import type { Plan } from '../../domain/effects';
import type { SkipReason } from '../../domain/events';
import type { KnownFacts } from './known-facts';
import type { RunLifecycle } from './lifecycle';
import type { PlanRunner } from './plan-runner';
import type { Timeline } from './timeline';

/** Ends a run of which nobody is invited, with the reason. */
export class Skipping {
  constructor(
    private readonly facts: Pick<KnownFacts, 'remember'>,
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded' | 'apply'>,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly plans: Pick<PlanRunner, 'add'>,
  ) {}

  skip(reason: SkipReason, detail: string | null = null, plan: Plan | null = null): null {
    // Called off meanwhile: what Lever shows is said already.
    if (this.lifecycle.hasEnded) return null;
    this.facts.remember({ skipReason: reason });
    this.lifecycle.apply({ type: 'skipped', reason });
    if (detail !== null) this.timeline.add('status', detail);
    if (plan !== null) this.plans.add(plan);
    return null;
  }
}
