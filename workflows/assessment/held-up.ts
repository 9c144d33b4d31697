import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { LeverActivities } from '../../activities/types';
import type { Plan, PlannedEffect } from '../../domain/effects';
import { effectId } from '../../domain/effects';
import type { KnownFailure } from '../shared/failures';
import { attempt } from '../shared/steps';
import { describeEffect } from './summaries';

/** What a run waits for while its connection is not usable, as continue-as-new carries it. */
export interface HeldUpState {
  /** What stands in the way. */
  failure: Pick<KnownFailure, 'code' | 'message'>;
  /** Tags that were added to say so; they go when the run goes on. */
  tags: string[];
}

export interface HeldUpHooks {
  /** Writes the run's row: nothing else may do so while the run waits. */
  record(): Promise<void>;
  /** Makes what Lever shows meanwhile; null: there is nowhere to write, or nothing can be planned. */
  plan(id: string, fault: string): Promise<Plan | null>;
  /** Something of it could not be written. */
  unwritten(summary: string, failure: KnownFailure): void;
}

/**
 * Has Lever show that a run is held up by its connection, and takes it back. It goes beside the run's plans, which are what
 * waits; what Lever refuses of it is noted and left.
 */
export class HeldUp {
  private present: HeldUpState | null;
  private work: Promise<void> = Promise.resolve();
  private underWay = 0;

  constructor(
    private readonly owner: { assessmentId: string; connectionId: string; opportunityId: string },
    private readonly lever: Pick<ActivityInterfaceFor<LeverActivities>, 'applyEffect'>,
    private readonly hooks: HeldUpHooks,
    carried: HeldUpState | null,
    private times: number,
  ) {
    this.present = carried;
  }

  get failure(): HeldUpState['failure'] | null {
    return this.present?.failure ?? null;
  }

  get isBusy(): boolean {
    return this.underWay > 0;
  }

  snapshot(): { heldUp: HeldUpState | null; heldUpTimes: number } {
    return { heldUp: this.present, heldUpTimes: this.times };
  }

  /** False: it stands in the way already. A revoked grant cannot be told of in Lever. */
  begin({ code, message }: KnownFailure): boolean {
    const known = this.present;
    if (known?.failure.code === code) return false;
    const wasTold = known !== null && known.tags.length > 0;
    this.present = { failure: { code, message }, tags: known?.tags ?? [] };
    // What is to be recorded is noted by whoever called, before anything here is carried out.
    this.beside(() => this.hooks.record());
    if (code === 'connection.disconnected' || wasTold) return true;
    this.times += 1;
    const said = this.present;
    this.beside(() => this.tell(`held-up-${this.times}`, message, said));
    return true;
  }

  end(): void {
    if (this.present === null) return;
    // What was said is taken back behind the saying of it.
    const said = this.present;
    this.present = null;
    const id = `held-up-${this.times}-over`;
    this.beside(async () => {
      if (said.tags.length === 0) return;
      await this.write(id, { kind: 'removeTags', key: 'held-up', tags: said.tags });
    });
  }

  private async tell(id: string, reason: string, said: HeldUpState): Promise<void> {
    // Over before it could be said; another cause has taken its place, and its tags with it.
    if (this.present?.tags !== said.tags) return;
    const plan = await this.hooks.plan(id, reason);
    for (const effect of plan?.effects ?? []) {
      const isWritten = await this.write(id, effect);
      if (isWritten && effect.kind === 'addTags') said.tags.push(...effect.tags);
    }
  }

  private async write(planId: string, effect: PlannedEffect): Promise<boolean> {
    const summary = describeEffect(effect);
    // Nothing carries the word of an earlier look: after a reset it may be there already.
    const call = {
      ...this.owner,
      effectId: effectId(planId, effect.key),
      effect,
      batch: null,
      lookedIn: null,
    };
    const failure = await attempt(async () => {
      await this.lever.applyEffect.executeWithOptions({ summary }, [call]);
    });
    if (failure !== null) this.hooks.unwritten(summary, failure);
    return failure === null;
  }

  /** One after another. */
  private beside(work: () => Promise<void>): void {
    this.underWay += 1;
    this.work = this.work.then(work).finally(() => {
      this.underWay -= 1;
    });
  }
}
