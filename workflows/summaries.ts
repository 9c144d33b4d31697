import type { Effect } from '../domain/effects';

/** One line for Temporal Web UI. Summaries pass the codec, but hold tags and stages only, never a person. */
export function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'addTags':
      return `add tags ${effect.tags.join(', ')}`;
    case 'removeTags':
      return `remove tags ${effect.tags.join(', ')}`;
    case 'addLinks':
      return 'add a link';
    case 'removeLinks':
      return 'remove a link';
    case 'note':
      return effect.on === undefined
        ? 'leave a note'
        : `leave a note on the opportunity of posting ${effect.on.postingId}`;
    case 'file':
      return 'upload a file';
    case 'createOpportunity':
      return `create an opportunity for posting ${effect.postingId}`;
    case 'stage':
      return `move to stage ${effect.stageId}`;
    case 'archive':
      return 'archive the opportunity';
    case 'ask':
      return 'ask a person';
    default: {
      const unknown: never = effect;
      throw new TypeError(`unknown effect ${JSON.stringify(unknown)}`);
    }
  }
}
