import type { ActivityInterfaceFor } from '@temporalio/workflow';
import { condition } from '@temporalio/workflow';
import type { LeverActivities } from '../../activities/types';
import type { Plan, PlannedEffect } from '../../domain/effects';
import type { failedEffects, PlanProgress } from '../../domain/plan-progress';
import { isShown, readyEffects, setEffect } from '../../domain/plan-progress';
import { explain } from '../shared/failures';
import { isFailureOfStep } from '../shared/steps';
import type { PlanHooks, PlanOwner } from './effect-runner';
import { EffectRunner } from './effect-runner';
import type { Ledger } from './ledger';
import type { LeverAccess } from './lever-access';
import { SuspendLimitReached } from './lever-access';
import type { LaterPlan } from './plan-queue';
import { isLater, PlanQueue } from './plan-queue';

/**
 * Carries plans out in Lever: strictly one after another, inside a plan as far apart as its effects allow. An effect that
 * fails for good is kept for a person (decision 0011); the rest goes on.
 */
export class PlanRunner {
  private readonly queue: PlanQueue;
  private readonly effects: EffectRunner;
  private busy = false;
  private reachedSuspendLimit = false;

  constructor(
    owner: PlanOwner,
    lever: Pick<ActivityInterfaceFor<LeverActivities>, 'lookForEffect' | 'applyEffect'>,
    private readonly access: Pick<LeverAccess, 'during'>,
    private readonly ledger: Pick<Ledger, 'isSealed' | 'takePending' | 'restoreUnwritten' | 'seal'>,
    private readonly hooks: PlanHooks,
    carried: PlanProgress[],
  ) {
    this.queue = new PlanQueue(carried);
    this.effects = new EffectRunner(owner, lever, access, ledger, hooks, this.queue);
  }

  add(plan: Plan): void {
    if (this.isOpen(plan.id)) return;
    this.queue.add(plan);
    void this.work();
  }

  /** Makes a plan when its turn comes and the connection is usable, however long that takes. */
  addLater(planId: string, make: LaterPlan['make']): void {
    if (this.isOpen(planId)) return;
    this.queue.addLater({ planId, make });
    void this.work();
  }

  /** Whether it is still to be made, or not carried out yet. */
  isOpen(planId: string): boolean {
    return this.queue.has(planId);
  }

  get isBusy(): boolean {
    return this.busy;
  }

  /** Whether a plan waits for another one that is being carried out. */
  get isBehind(): boolean {
    return this.busy && this.queue.length > 1;
  }

  /** Whether Lever was never told, because the grant did not come back in time (decision 0010). */
  get hasReachedSuspendLimit(): boolean {
    return this.reachedSuspendLimit;
  }

  get failed(): ReturnType<typeof failedEffects> {
    return this.queue.failed;
  }

  /** Puts a failed effect in line again and waits for what becomes of it. */
  async retry(id: string): Promise<void> {
    this.queue.mark(id, { state: 'waiting' });
    this.hooks.changed({ what: 'settled', effectId: id, how: 'is tried again' });
    await this.work();
    await condition(() => !this.busy);
  }

  /** A person decided that a failed effect does not matter; what waited for it goes on, as far as it may. */
  async dismiss(id: string, by: string, reason: string): Promise<void> {
    this.queue.dismiss(id, by, reason);
    this.hooks.changed({ what: 'settled', effectId: id, how: `dismissed by ${by}: ${reason}` });
    await this.work();
  }

  /** Fourteen days without an answer: nobody will come (decision 0011). */
  dismissAll(reason: string): void {
    const ids = this.failed.map(({ id }) => id);
    this.queue.dismissFailed(reason);
    for (const effectId of ids) this.hooks.changed({ what: 'settled', effectId, how: `given up: ${reason}` });
  }

  /** What a person was asked has answered itself. */
  answerQuestions(reason: string): void {
    for (const { id, effect } of this.failed) {
      if (effect.kind !== 'ask') continue;
      this.queue.dismiss(id, 'fulcrum', reason);
      this.hooks.changed({ what: 'settled', effectId: id, how: reason });
    }
  }

  snapshot(): PlanProgress[] {
    return this.queue.made;
  }

  /** The one worker: whoever finds it busy leaves the work to it. */
  private async work(): Promise<void> {
    if (this.busy || this.reachedSuspendLimit) return;
    this.busy = true;
    try {
      for (let next = this.queue.next; next !== null; next = this.queue.next) {
        if (isLater(next)) await this.makeNow(next);
        else await this.execute(next.plan.id);
      }
    } catch (error) {
      if (!(error instanceof SuspendLimitReached)) throw error;
      this.reachedSuspendLimit = true;
    } finally {
      this.busy = false;
    }
  }

  private async makeNow(later: LaterPlan): Promise<void> {
    const { planId } = later;
    let plan: Plan | null = null;
    try {
      plan = await this.access.during(later.make);
    } catch (error) {
      if (!isFailureOfStep(error)) throw error;
      const { code, message } = explain(error);
      this.hooks.changed({ what: 'unplanned', planId, code, message });
    }
    this.queue.replaceLater(later, plan);
  }

  private async execute(planId: string): Promise<void> {
    const { queue, hooks } = this;
    queue.begin(planId, hooks.traces());
    hooks.changed({ what: 'started', planId });
    for (;;) {
      const progress = queue.progressOf(planId);
      const ready = readyEffects(progress);
      if (ready.length === 0) break;
      await Promise.all(this.together(progress, ready).map((effect) => this.effects.apply(planId, effect)));
    }
    const isTold = this.ledger.isSealed;
    hooks.changed({ what: 'finished', planId, isTold, isShown: isShown(queue.progressOf(planId)) });
    queue.removeFinished();
  }

  /** Those that go now: all of them, but the very last effect of a run when others would go with it. */
  private together(progress: PlanProgress, ready: PlannedEffect[]): PlannedEffect[] {
    if (ready.length === 1 || !this.hooks.hasEnded()) return ready;
    const left = ready.reduce((after, { key }) => setEffect(after, key, { state: 'done' }), progress);
    return readyEffects(left).length > 0 ? ready : ready.slice(0, -1);
  }
}
