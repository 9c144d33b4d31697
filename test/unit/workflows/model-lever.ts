import type { ActivityInterfaceFor } from '@temporalio/workflow';
import { ApplicationFailure } from '@temporalio/workflow';
import type { EffectCall, LeverActivities } from '../../../activities/types';
import type { Effect } from '../../../domain/effects';

/** How one writing request ends. */
export type Ending =
  | 'done'
  /** Lever refuses it for good; nothing was written. */
  | 'refused'
  /** It was written, but the hub was told that it failed. */
  | 'lost';

interface Pending {
  call: EffectCall;
  end: (ending: Ending) => void;
}

/**
 * One opportunity in Lever, as far as plans change it, behind the activities that a run calls. Each request waits until
 * the test ends it, so that the test decides the order.
 */
export class ModelLever {
  readonly tags: Set<string>;
  readonly links = new Set<string>();
  /** Unlike tags and links, a note that is written twice is there twice. */
  readonly notes: { effectId: string; text: string }[] = [];
  readonly pending: Pending[] = [];
  stageId = 'trigger';

  constructor(
    tags: readonly string[],
    /** Called after each change. */
    private readonly changed: (lever: ModelLever) => void,
  ) {
    this.tags = new Set(tags);
  }

  /** What a run calls instead of the real activities. */
  readonly activities = {
    lookForEffect: {
      executeWithOptions: async (_options: unknown, [call]: [EffectCall]) => ({
        found: this.notes.some(({ effectId }) => effectId === call.effectId),
      }),
    },
    applyEffect: {
      executeWithOptions: (_options: unknown, [call]: [EffectCall]) =>
        new Promise((resolve, reject) => {
          const end = (ending: Ending): void => {
            if (ending !== 'refused') this.write(call);
            if (ending === 'done') resolve({ recorded: true });
            else reject(ApplicationFailure.nonRetryable('Lever does not want it', 'lever.not_found'));
          };
          this.pending.push({ call, end });
        }),
    },
  } as unknown as ActivityInterfaceFor<LeverActivities>;

  /** Ends one of the requests under way, if there is any. */
  answer(pick: number, ending: Ending): void {
    const [request] = this.pending.splice(pick % Math.max(this.pending.length, 1), 1);
    request?.end(ending);
  }

  private write({ effect, effectId }: EffectCall): void {
    this.change(effect, effectId);
    this.changed(this);
  }

  private change(effect: Effect, effectId: string): void {
    switch (effect.kind) {
      case 'addTags':
        return effect.tags.forEach((tag) => this.tags.add(tag));
      case 'removeTags':
        return effect.tags.forEach((tag) => this.tags.delete(tag));
      case 'addLinks':
        return effect.links.forEach((link) => this.links.add(link));
      case 'removeLinks':
        return effect.links.forEach((link) => this.links.delete(link));
      case 'note':
        this.notes.push({ effectId, text: effect.text });
        return;
      case 'stage':
        this.stageId = effect.stageId;
        return;
      case 'file':
      case 'createOpportunity':
      case 'archive':
      case 'ask':
        throw new Error(`no plan of these tests has the effect ${effect.kind}`);
    }
  }
}
