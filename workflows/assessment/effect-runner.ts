import type { ActivityInterfaceFor } from '@temporalio/workflow';
import { TemporalFailure } from '@temporalio/workflow';
import type { LeverActivities } from '../../activities/types';
import type { PlannedEffect } from '../../domain/effects';
import { effectId, isDoubled, speaksForCandidate } from '../../domain/effects';
import type { ErrorCode } from '../../domain/errors';
import { isFinished, isShown, setEffect } from '../../domain/plan-progress';
import type { RecordBatch } from '../../domain/records';
import type { Traces } from '../../domain/traces';
import { goingOn } from '../../domain/traces';
import { explain } from '../shared/failures';
import type { Ledger } from './ledger';
import type { LeverAccess } from './lever-access';
import type { PlanQueue } from './plan-queue';
import { describeEffect } from './summaries';

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

/** Carries out one effect of a plan, and notes what became of it. */
export class EffectRunner {
  constructor(
    private readonly owner: PlanOwner,
    private readonly lever: Pick<ActivityInterfaceFor<LeverActivities>, 'lookForEffect' | 'applyEffect'>,
    private readonly access: Pick<LeverAccess, 'during'>,
    private readonly ledger: Pick<Ledger, 'takePending' | 'restoreUnwritten' | 'seal'>,
    private readonly hooks: PlanHooks,
    private readonly queue: Pick<PlanQueue, 'made' | 'mark' | 'dismiss' | 'addBeside'>,
  ) {}

  async apply(planId: string, effect: PlannedEffect): Promise<void> {
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
        if (existing.found) return this.queue.mark(id, { state: 'done' });
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
      this.queue.mark(id, { state: 'done' });
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
    const behind = this.queue.made.map((progress) =>
      progress.plan.id === planId ? setEffect(progress, effect.key, { state: 'done' }) : progress,
    );
    if (!behind.every(isFinished)) return null;
    const own = behind.find(({ plan }) => plan.id === planId);
    return this.hooks.lastRecords(planId, effect, own !== undefined && isShown(own));
  }

  /** What makes no sense any more is as good as done. A recruiter waits for a move: a note says why there is none. */
  private leave(id: string, effect: PlannedEffect, why: string): void {
    if (effect.kind === 'stage') {
      this.queue.addBeside(id, { kind: 'note', key: `${effect.key}-left`, text: why });
    }
    this.hooks.changed({ what: 'settled', effectId: id, how: `left: ${why}` });
  }

  /** Whether the effect is part of a plan that merely tells of trouble: one that fails asks for nobody. */
  private isBestEffort(id: string): boolean {
    return this.queue.made.some(
      ({ plan }) =>
        plan.isBestEffort === true && plan.effects.some((effect) => effectId(plan.id, effect.key) === id),
    );
  }

  /** Nobody can carry out a question: it is left to a person at once. */
  private ask(id: string, question: string): void {
    this.queue.mark(id, { state: 'failed', code: 'vendor.unclear', message: question, attempts: 1 });
    this.hooks.changed({ what: 'failed', effectId: id, code: 'vendor.unclear', message: question });
  }

  private fail(id: string, error: unknown): void {
    const { code, message, attempts } = explain(error);
    // Nobody is asked to look after what a connection that has ended leaves undone.
    if (this.isBestEffort(id) || code === 'connection.ended') {
      const reason = `${code}: ${message}`;
      this.queue.dismiss(id, 'fulcrum', reason);
      this.hooks.changed({ what: 'settled', effectId: id, how: `is left undone: ${reason}` });
      return;
    }
    this.queue.mark(id, { state: 'failed', code, message, attempts });
    this.hooks.changed({ what: 'failed', effectId: id, code, message });
  }
}
