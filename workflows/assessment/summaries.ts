import type { Effect, EffectKind } from '../../domain/effects';

/** One line for Temporal Web UI. Summaries pass the codec, but hold tags and stages only, never a person. */
export const describeEffect = (effect: Effect): string =>
  // Each kind has the summary of its own kind; TypeScript cannot pair them by itself.
  (summaries[effect.kind] as (effect: Effect) => string)(effect);

const summaries: { [Kind in EffectKind]: (effect: Extract<Effect, { kind: Kind }>) => string } = {
  addTags: ({ tags }) => `add tags ${tags.join(', ')}`,
  removeTags: ({ tags }) => `remove tags ${tags.join(', ')}`,
  addLinks: () => 'add a link',
  removeLinks: () => 'remove a link',
  note: ({ on }) =>
    on === undefined ? 'leave a note' : `leave a note on the opportunity of posting ${on.postingId}`,
  file: () => 'upload a file',
  createOpportunity: ({ postingId }) => `create an opportunity for posting ${postingId}`,
  stage: ({ stageId }) => `move to stage ${stageId}`,
  archive: () => 'archive the opportunity',
  ask: () => 'ask a person',
};
