import type { PlannedEffect } from '../../domain/effects';
import type { RecordBatch } from '../../domain/records';
import { shown, traced } from '../../domain/traces';
import type { Completion } from './completion';
import type { Inbox } from './inbox';
import type { KnownFacts } from './known-facts';
import type { Ledger } from './ledger';
import type { RunLifecycle } from './lifecycle';
import type { RunContext } from './run-context';
import type { Timeline } from './timeline';

/** What a run has to say at its end, written with the last effect, which spares an activity and a task. */
export class LastRecords {
  constructor(
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded' | 'isSuspended' | 'reason'>,
    private readonly completion: Pick<Completion, 'isIdle'>,
    private readonly inbox: Pick<Inbox, 'isEmpty'>,
    private readonly context: Pick<RunContext, 'inheritTags'>,
    private readonly facts: Pick<KnownFacts, 'traces' | 'untoldWith'>,
    private readonly timeline: Pick<Timeline, 'line'>,
    private readonly ledger: Pick<Ledger, 'reserve'>,
  ) {}

  /**
   * Null: more than this effect is left of the run. Should anything come in meanwhile, the run goes on and says it again.
   * @param isShown whether nothing of the plan is left undone behind it
   */
  behind(planId: string, effect: PlannedEffect, isShown: boolean): RecordBatch | null {
    const { lifecycle, timeline } = this;
    const isLeft = this.completion.isIdle && this.inbox.isEmpty;
    if (!isLeft || !lifecycle.hasEnded || lifecycle.isSuspended) return null;
    const written = traced(this.facts.traces, { what: 'written', effect }, this.context.inheritTags);
    const facts = this.facts.untoldWith(isShown ? shown(written, planId) : written);
    return this.ledger.reserve([
      { ...timeline.line('plan_finished', planId), ...(Object.keys(facts).length > 0 && { facts }) },
      { ...timeline.line('closed', lifecycle.reason), closed: true },
    ]);
  }
}
