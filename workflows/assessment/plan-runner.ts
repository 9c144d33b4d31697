import { condition, TemporalFailure } from '@temporalio/workflow';
import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { LeverActivities } from '../../activities/types';
import { effectId, isDoubled, speaksForCandidate } from '../../domain/effects';
import type { Plan, PlannedEffect } from '../../domain/effects';
import type { ErrorCode } from '../../domain/errors';
import {
  abandonFailed,
  addEffect,
  dismissEffect,
  failedEffects,
  isFinished,
  isShown,
  isUntouched,
  openPlan,
  readyEffects,
  setEffect,
  supersede,
} from '../../domain/plan-progress';
import type { EffectState, PlanProgress } from '../../domain/plan-progress';
import type { RecordBatch } from '../../domain/records';
import { goingOn, takingBack } from '../../domain/traces';
import type { Traces } from '../../domain/traces';
import { explain } from '../shared/failures';
import { isFailureOfStep } from '../shared/steps';
import { describeEffect } from './summaries';
import { SuspendLimitReached } from './lever-access';
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
  /** What the run has done so far. */
  traces(): Traces;
  /** Whether the run is over, so that a newer one may speak for the candidate. */
  hasEnded(): boolean;
  /** What is to be written behind this effect, if nothing but it is left of the run. `isShown`: of the plan behind it. */
  lastRecords(planId: string, effect: PlannedEffect, isShown: boolean): RecordBatch | null;
}

export type PlanChange =
  | { what: 'started'; planId: string }
  /** `isTold`: the record of it was among the last ones. `isShown`: nothing of it was left undone. */
  | { what: 'finished'; planId: string; isTold: boolean; isShown: boolean }
  | { what: 'failed'; effectId: string; code: ErrorCode; message: string }
  | { what: 'settled'; effectId: string; how: string }
  /** It is about to be asked for, and was carried out. */
  | { what: 'asked' | 'written'; effect: PlannedEffect }
  /** What should have been shown could not be planned. */
  | { what: 'unplanned'; planId: string; code: ErrorCode; message: string };

/** A plan that can only be made once the connection is usable; it keeps its place in the line. */
interface LaterPlan {
  planId: string;
  /** Null: there is nothing to show after all. */
  make: () => Promise<Plan | null>;
}

type Line = PlanProgress | LaterPlan;
const isLater = (line: Line): line is LaterPlan => 'make' in line;
const isMade = (line: Line): line is PlanProgress => !isLater(line);
const idOf = (line: Line): string => (isLater(line) ? line.planId : line.plan.id);

/**
 * Carries plans out in Lever: strictly one after another, inside a plan as far apart as its effects allow. An effect that
 * fails for good is kept for a person (decision 0011); the rest goes on.
 */
export class PlanRunner {
  /** All plans that are not finished, oldest first. */
  private lines: Line[];
  private busy = false;
  private givenUp = false;

  constructor(
    private readonly owner: PlanOwner,
    private readonly lever: ActivityInterfaceFor<LeverActivities>,
    private readonly access: Pick<LeverAccess, 'during'>,
    private readonly ledger: Pick<Ledger, 'isSealed' | 'takePending' | 'restoreUnwritten' | 'seal'>,
    private readonly hooks: PlanHooks,
    carried: PlanProgress[],
  ) {
    this.lines = [...carried];
  }

  add(plan: Plan): void {
    if (this.lines.some((known) => idOf(known) === plan.id)) return;
    this.lines.push(openPlan(plan));
    void this.work();
  }

  /** Whether it is still to be made, or not carried out yet. */
  isOpen(planId: string): boolean {
    return this.lines.some((line) => idOf(line) === planId);
  }

  /** Makes a plan when its turn comes and the connection is usable, however long that takes. */
  addLater(planId: string, make: LaterPlan['make']): void {
    if (this.lines.some((known) => idOf(known) === planId)) return;
    this.lines.push({ planId, make });
    void this.work();
  }

  /** The plans that are made. */
  private get plans(): PlanProgress[] {
    return this.lines.filter(isMade);
  }

  private change(of: (progress: PlanProgress) => PlanProgress): void {
    this.lines = this.lines.map((line) => (isLater(line) ? line : of(line)));
  }

  get isBusy(): boolean {
    return this.busy;
  }

  /** Whether a plan waits for another one that is being carried out. */
  get isBehind(): boolean {
    return this.busy && this.lines.length > 1;
  }

  /** Whether Lever was never told, because the grant did not come back in time (decision 0010). */
  get hasReachedSuspendLimit(): boolean {
    return this.givenUp;
  }

  get failed(): ReturnType<typeof failedEffects> {
    return failedEffects(this.plans);
  }

  /** Puts a failed effect in line again and waits for what becomes of it. */
  async retry(id: string): Promise<void> {
    this.mark(id, { state: 'waiting' });
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

  /** Fourteen days without an answer: nobody will come (decision 0011). */
  dismissAll(reason: string): void {
    const ids = this.failed.map(({ id }) => id);
    this.change((progress) => abandonFailed(progress, { by: 'fulcrum', reason }));
    for (const effectId of ids) this.hooks.changed({ what: 'settled', effectId, how: `given up: ${reason}` });
  }

  snapshot(): PlanProgress[] {
    return this.plans;
  }

  private mark(id: string, state: EffectState): void {
    this.update(id, (progress, key) => setEffect(progress, key, state));
  }

  private update(id: string, change: (progress: PlanProgress, key: string) => PlanProgress): void {
    this.change((progress) =>
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
      for (let next = this.next(); next !== null; next = this.next()) {
        if (isLater(next)) await this.makeNow(next);
        else await this.execute(next.plan.id);
      }
    } catch (error) {
      if (!(error instanceof SuspendLimitReached)) throw error;
      this.givenUp = true;
    } finally {
      this.busy = false;
    }
  }

  /** The oldest plan that has something to do. */
  private next(): Line | null {
    return this.lines.find((line) => isLater(line) || readyEffects(line).length > 0) ?? null;
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
    const made = plan === null ? [] : [openPlan(plan)];
    this.lines = this.lines.flatMap((line): Line[] => (line === later ? made : [line]));
  }

  private async execute(planId: string): Promise<void> {
    const index = this.lines.findIndex((line) => idOf(line) === planId);
    const begun = begin(this.lines[index] as PlanProgress, this.hooks.traces());
    // Whatever stands before it is made: the line is worked off from its head.
    const earlier = this.lines.slice(0, index).filter(isMade);
    this.lines = [...supersede(earlier, begun.plan), begun, ...this.lines.slice(index + 1)];
    this.hooks.changed({ what: 'started', planId });
    const present = (): PlanProgress =>
      this.plans.find((candidate) => candidate.plan.id === planId) as PlanProgress;
    for (;;) {
      const progress = present();
      const ready = readyEffects(progress);
      if (ready.length === 0) break;
      await Promise.all(this.together(progress, ready).map((effect) => this.apply(planId, effect)));
    }
    const isTold = this.ledger.isSealed;
    this.hooks.changed({ what: 'finished', planId, isTold, isShown: isShown(present()) });
    this.lines = this.lines.filter((line) => isLater(line) || !isFinished(line));
  }

  /** Those that go now: all of them, but the very last effect of a run when others would go with it. */
  private together(progress: PlanProgress, ready: PlannedEffect[]): PlannedEffect[] {
    if (ready.length === 1 || !this.hooks.hasEnded()) return ready;
    const left = ready.reduce((after, { key }) => setEffect(after, key, { state: 'done' }), progress);
    return readyEffects(left).length > 0 ? ready : ready.slice(0, -1);
  }

  private async apply(planId: string, effect: PlannedEffect): Promise<void> {
    const id = effectId(planId, effect.key);
    const summary = describeEffect(effect);
    if (effect.kind === 'ask') return this.ask(id, effect.question);
    const call = {
      ...this.owner,
      effectId: id,
      effect: goingOn(this.hooks.traces(), effect),
      ...(this.hooks.hasEnded() && speaksForCandidate(effect) && { unlessOvertaken: true as const }),
    };
    let existing: Awaited<ReturnType<LeverActivities['lookForEffect']>> | null = null;
    try {
      if (isDoubled(effect)) {
        existing = await this.access.during(() =>
          this.lever.lookForEffect.executeWithOptions({ summary: `look whether done: ${summary}` }, [call]),
        );
        if (existing.found) return this.mark(id, { state: 'done' });
      }
      this.hooks.changed({ what: 'asked', effect });
      const { left } = await this.access.during(async () => {
        const batch = this.ledger.takePending();
        const last = this.lastRecords(planId, effect);
        let answer: Awaited<ReturnType<LeverActivities['applyEffect']>> = { recorded: false };
        try {
          answer = await this.lever.applyEffect.executeWithOptions({ summary }, [
            {
              ...call,
              batch,
              ...(existing?.runId !== undefined && { lookedIn: existing.runId }),
              ...(last !== null && { last }),
            },
          ]);
        } finally {
          this.ledger.restoreUnwritten(batch, answer.recorded);
        }
        if (last !== null && answer.closed === true) this.ledger.seal(last);
        return answer;
      });
      this.mark(id, { state: 'done' });
      if (left === undefined) this.hooks.changed({ what: 'written', effect });
      else this.leave(id, effect, left);
    } catch (error) {
      // A fault of this code is no word of Lever's: it fails the task, so that a deployment heals it.
      if (!(error instanceof TemporalFailure)) throw error;
      this.fail(id, error);
    }
  }

  /** Null where any plan has more left than this effect. */
  private lastRecords(planId: string, effect: PlannedEffect): RecordBatch | null {
    const behind = this.plans.map((progress) =>
      progress.plan.id === planId ? setEffect(progress, effect.key, { state: 'done' }) : progress,
    );
    if (!behind.every(isFinished)) return null;
    const own = behind.find(({ plan }) => plan.id === planId);
    return this.hooks.lastRecords(planId, effect, own !== undefined && isShown(own));
  }

  /** What makes no sense any more is as good as done. A recruiter waits for a move: a note says why there is none. */
  private leave(id: string, effect: PlannedEffect, why: string): void {
    if (effect.kind === 'stage') {
      const said: PlannedEffect = { kind: 'note', key: `${effect.key}-left`, text: why };
      this.update(id, (progress) => addEffect(progress, said));
    }
    this.hooks.changed({ what: 'settled', effectId: id, how: `left: ${why}` });
  }

  /** Whether the effect is part of a plan that merely tells of trouble: one that fails asks for nobody. */
  private isBestEffort(id: string): boolean {
    return this.plans.some(
      ({ plan }) =>
        plan.isCourtesy === true && plan.effects.some((effect) => effectId(plan.id, effect.key) === id),
    );
  }

  /** With what waits for it and sets the same slot: a new status tag never stands beside the old one. */
  private dismissWithAll(id: string, reason: string): void {
    this.update(id, (progress, key) => dismissEffect(progress, key, { by: 'fulcrum', reason }));
  }

  /** Nobody can carry out a question: it is left to a person at once. */
  private ask(id: string, question: string): void {
    this.mark(id, { state: 'failed', code: 'vendor.unclear', message: question, attempts: 1 });
    this.hooks.changed({ what: 'failed', effectId: id, code: 'vendor.unclear', message: question });
  }

  /** What a person was asked has answered itself. */
  answerQuestions(reason: string): void {
    for (const { id, effect } of this.failed) {
      if (effect.kind !== 'ask') continue;
      this.dismissWithAll(id, reason);
      this.hooks.changed({ what: 'settled', effectId: id, how: reason });
    }
  }

  private fail(id: string, error: unknown): void {
    const { code, message, attempts } = explain(error);
    // Nobody is asked to look after what a connection that has ended leaves undone.
    if (this.isBestEffort(id) || code === 'connection.ended') {
      const reason = `${code}: ${message}`;
      this.dismissWithAll(id, reason);
      this.hooks.changed({ what: 'settled', effectId: id, how: `is left undone: ${reason}` });
      return;
    }
    this.mark(id, { state: 'failed', code, message, attempts });
    this.hooks.changed({ what: 'failed', effectId: id, code, message });
  }
}

/** A plan that nothing was done of yet also takes away what the run has left until now. */
const begin = (progress: PlanProgress, traces: Traces): PlanProgress =>
  isUntouched(progress) ? openPlan(takingBack(progress.plan, traces)) : progress;
