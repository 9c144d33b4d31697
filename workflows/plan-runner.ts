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
import type { RecordBatch } from '../domain/records';
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
  /** Whether the run is over but for its plans: then the last effect goes alone, so that it can carry what is written last. */
  isEnding?(): boolean;
  /** What is to be written behind the last effect of this plan, if nothing but that effect is left of the run. */
  lastRecords?(planId: string): RecordBatch | null;
}

export type PlanChange =
  | { what: 'started'; planId: string }
  /** `isTold`: the record of it was among the last ones. */
  | { what: 'finished'; planId: string; isTold: boolean }
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
      await Promise.all(this.together(progress, ready).map((effect) => this.apply(planId, effect)));
    }
    this.hooks.changed({ what: 'finished', planId, isTold: this.ledger.isSealed });
    this.plans = this.plans.filter((progress) => !isFinished(progress));
  }

  /** Those that go now: all of them, but the very last effect of a run when others would go with it. */
  private together(progress: PlanProgress, ready: PlannedEffect[]): PlannedEffect[] {
    if (ready.length === 1 || this.hooks.isEnding?.() !== true) return ready;
    const left = ready.reduce((after, { key }) => setEffect(after, key, { state: 'done' }), progress);
    return readyEffects(left).length > 0 ? ready : ready.slice(0, -1);
  }

  private async apply(planId: string, effect: PlannedEffect): Promise<void> {
    const id = effectId(planId, effect.key);
    const summary = describeEffect(effect);
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
        const last = this.isLast(planId, effect) ? (this.hooks.lastRecords?.(planId) ?? null) : null;
        let answer: Awaited<ReturnType<LeverActivities['applyEffect']>> = { recorded: false };
        try {
          answer = await this.lever.applyEffect.executeWithOptions({ summary }, [
            { ...call, batch, ...(last !== null && { last }) },
          ]);
        } finally {
          this.ledger.land(batch, answer.recorded);
        }
        if (last !== null && answer.closed === true) this.ledger.seal(last);
      });
      this.settle(id, { state: 'done' });
    } catch (error) {
      if (error instanceof GivenUp) throw error;
      this.fail(id, error);
    }
  }

  /** Whether no plan has anything left but this effect. */
  private isLast(planId: string, { key }: PlannedEffect): boolean {
    return this.plans.every((progress) =>
      isFinished(progress.plan.id === planId ? setEffect(progress, key, { state: 'done' }) : progress),
    );
  }

  private fail(id: string, error: unknown): void {
    const { code, message, attempts } = explain(error);
    this.settle(id, { state: 'failed', code, message, attempts });
    this.hooks.changed({ what: 'failed', effectId: id, code, message });
  }
}
