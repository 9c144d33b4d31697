import { activityInfo } from '@temporalio/activity';
import { createHash } from 'node:crypto';
import type { Effect } from '../domain/effects';
import { looksBeforeWriting } from '../domain/effects';
import type { LeverClient } from '../lever/client';
import { callLever, ride } from './deps';
import type { ActivityDeps } from './deps';
import type { EffectCall, LeverActivities } from './types';

/** How a run changes Lever: one effect, one writing request (design D6, D7). */
export function createLeverEffects(
  deps: ActivityDeps,
): Pick<LeverActivities, 'lookForEffect' | 'applyEffect'> {
  return {
    lookForEffect: (call) =>
      callLever(deps, call.connectionId, async (lever) => ({ found: await isThere(lever, call) })),

    applyEffect: ({ batch, ...call }) =>
      callLever(deps, call.connectionId, async (lever) => {
        const recording = ride(deps, batch);
        // The attempt before may have been written although its answer was lost.
        const repeated = activityInfo().attempt > 1 && looksBeforeWriting(call.effect.kind);
        if (!repeated || !(await isThere(lever, call))) await write(lever, call);
        return { recorded: await recording };
      }),
  };
}

/** Lever stores no key of ours on a note, so the note's text carries one (`lever-api.md` 5.3). */
export function noteMarker(assessmentId: string, effectId: string): string {
  const digest = createHash('sha256').update(`${assessmentId}/${effectId}`).digest('hex').slice(0, 12);
  return `[ref ${digest}]`;
}

async function isThere(
  lever: LeverClient,
  { opportunityId, assessmentId, effectId, effect }: EffectCall,
): Promise<boolean> {
  if (effect.kind !== 'note') return false;
  const marker = noteMarker(assessmentId, effectId);
  for await (const note of lever.listNotes(opportunityId)) {
    if (note.text.includes(marker)) return true;
  }
  return false;
}

async function write(lever: LeverClient, call: EffectCall): Promise<void> {
  const { opportunityId, effect } = call;
  switch (effect.kind) {
    case 'addTags':
      return lever.addTags(opportunityId, effect.tags);
    case 'removeTags':
      return lever.removeTags(opportunityId, effect.tags);
    case 'addLinks':
      return lever.addLinks(opportunityId, effect.links);
    case 'removeLinks':
      return lever.removeLinks(opportunityId, effect.links);
    case 'note':
      await lever.addNote(opportunityId, `${effect.text}\n\n${noteMarker(call.assessmentId, call.effectId)}`);
      return;
    case 'stage':
      return lever.setStage(opportunityId, effect.stageId);
    case 'archive':
      return lever.archive(opportunityId, effect.reasonId);
    default: {
      const unknown: never = effect;
      throw new TypeError(`unknown effect ${(unknown as Effect).kind}`);
    }
  }
}
