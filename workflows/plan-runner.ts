import { condition } from '@temporalio/workflow';
import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { LeverActivities } from '../activities/types';
import { effectId, needsLook } from '../domain/effects';
import type { Plan, PlannedEffect } from '../domain/effects';
import type { ErrorCode } from '../domain/errors';
import {
  abandonFailed,
  dismissEffect,
  failedEffects,
  isFinished,
  openPlan,
  readyEffects,
  setEffect,
  supersede,
} from '../domain/plan-progress';
import type { EffectState, PlanProgress } from '../domain/plan-progress';
import { explain } from './failures';
import { describeEffect } from './summaries';
import { GivenUp } from './lever-access';
import type { LeverAccess } from './lever-access';
import type { Ledger } from './ledger';

/** Whose plans these are. */
export interface PlanOwner {
  assessmentId: string;
  connectionId: string;
  opportunityId: string;
}

export interface PlanHooks {
  /** An effect failed for good, was settled by a person, or a plan began or ended. */
  changed(change: PlanChange): void;
}

export type PlanChange =
  | { what: 'started' | 'finished'; planId: string }
  | { what: 'failed'; effectId: string; code: ErrorCode; message: string }
  | { what: 'settled'; effectId: string; how: string };

/**
 * Carries plans out in Lever: strictly one after another, inside a plan as far apart as its effects allow. An effect that
 * fails for good is kept for a person (design D10); the rest goes on.
 */
export class PlanRunner {
  /** All plans that are not finished, oldest first. */
  private plans: PlanProgress[];
  private busy = false;
  private givenUp = false;

  constructor(
    private readonly owner: PlanOwner,
    private readonly lever: ActivityInterfaceFor<LeverActivities>,
    private readonly access: LeverAccess,
    private readonly ledger: Ledger,
    private readonly hooks: PlanHooks,
    carried: PlanProgress[],
  ) {
    this.plans = [...carried];
  }

  add(plan: Plan): void {
    if (this.plans.some((known) => known.plan.id === plan.id)) return;
    this.plans.push(openPlan(plan));
    void this.work();
  }

  get isBusy(): boolean {
    return this.busy;
  }

  /** Whether Lever was never told, because the grant did not come back in time (design D9). */
  get isGivenUp(): boolean {
    return this.givenUp;
  }

  get failed(): ReturnType<typeof failedEffects> {
    return failedEffects(this.plans);
  }

  /** Puts a failed effect in line again and waits for what becomes of it. */
  async retry(id: string): Promise<void> {
    this.settle(id, { state: 'waiting' });
    this.hooks.changed({ what: 'settled', effectId: id, how: 'is tried again' });
    await this.work();
    await condition(() => !this.busy);
  }

  /** A person decided that a failed effect does not matter; what waited for it goes on, as far as it may. */
  async dismiss(id: string, by: string, reason: string): Promise<void> {
    this.update(id, (progress, key) => dismissEffect(progress, key, { by, reason }));
    this.hooks.changed({ what: 'settled', effectId: id, how: `dismissed by ${by}: ${reason}` });
    await this.work();
  }

  /** Fourteen days without an answer: nobody will come (design D10). */
  dismissAll(reason: string): void {
    const ids = this.failed.map(({ id }) => id);
    this.plans = this.plans.map((progress) => abandonFailed(progress, { by: 'fulcrum', reason }));
    for (const effectId of ids) this.hooks.changed({ what: 'settled', effectId, how: `given up: ${reason}` });
  }

  carry(): PlanProgress[] {
    return this.plans;
  }

  private settle(id: string, state: EffectState): void {
    this.update(id, (progress, key) => setEffect(progress, key, state));
  }

  private update(id: string, change: (progress: PlanProgress, key: string) => PlanProgress): void {
    this.plans = this.plans.map((progress) =>
      progress.plan.effects.reduce(
        (updated, effect) =>
          effectId(progress.plan.id, effect.key) === id ? change(updated, effect.key) : updated,
        progress,
      ),
    );
  }

  /** The one worker: whoever finds it busy leaves the work to it. */
  private async work(): Promise<void> {
    if (this.busy || this.givenUp) return;
    this.busy = true;
    try {
      for (let next = this.next(); next !== null; next = this.next()) await this.carryOut(next);
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      this.givenUp = true;
    } finally {
      this.busy = false;
    }
  }

  /** The oldest plan that has something to do. */
  private next(): string | null {
    return this.plans.find((progress) => readyEffects(progress).length > 0)?.plan.id ?? null;
  }

  private async carryOut(planId: string): Promise<void> {
    const index = this.plans.findIndex((progress) => progress.plan.id === planId);
    const begun = this.plans[index] as PlanProgress;
    this.plans = [...supersede(this.plans.slice(0, index), begun.plan), ...this.plans.slice(index)];
    this.hooks.changed({ what: 'started', planId });
    for (;;) {
      const progress = this.plans.find((candidate) => candidate.plan.id === planId) as PlanProgress;
      const ready = readyEffects(progress);
      if (ready.length === 0) break;
      await Promise.all(ready.map((effect) => this.apply(planId, effect)));
    }
    this.hooks.changed({ what: 'finished', planId });
    this.plans = this.plans.filter((progress) => !isFinished(progress));
  }

  private async apply(planId: string, effect: PlannedEffect): Promise<void> {
    const id = effectId(planId, effect.key);
    const summary = describeEffect(effect);
    if (effect.kind === 'ask') return this.ask(id, effect.question);
    const call = { ...this.owner, effectId: id, effect };
    try {
      if (needsLook(effect)) {
        const look = await this.access.during(() =>
          this.lever.lookForEffect.executeWithOptions({ summary: `look whether done: ${summary}` }, [call]),
        );
        if (look.found) return this.settle(id, { state: 'done' });
      }
      await this.access.during(async () => {
        const batch = this.ledger.board();
        let recorded = false;
        try {
          ({ recorded } = await this.lever.applyEffect.executeWithOptions({ summary }, [{ ...call, batch }]));
        } finally {
          this.ledger.land(batch, recorded);
        }
      });
      this.settle(id, { state: 'done' });
    } catch (error) {
      if (error instanceof GivenUp) throw error;
      this.fail(id, error);
    }
  }

  /** Nobody can carry out a question: it is left to a person at once. */
  private ask(id: string, question: string): void {
    this.settle(id, { state: 'failed', code: 'vendor.unclear', message: question, attempts: 1 });
    this.hooks.changed({ what: 'failed', effectId: id, code: 'vendor.unclear', message: question });
  }

  /** What a person was asked has answered itself. */
  answerQuestions(reason: string): void {
    for (const { id, effect } of this.failed) {
      if (effect.kind !== 'ask') continue;
      this.update(id, (progress, key) => dismissEffect(progress, key, { by: 'fulcrum', reason }));
      this.hooks.changed({ what: 'settled', effectId: id, how: reason });
    }
  }

  private fail(id: string, error: unknown): void {
    const { code, message, attempts } = explain(error);
    this.settle(id, { state: 'failed', code, message, attempts });
    this.hooks.changed({ what: 'failed', effectId: id, code, message });
  }
}
