import { whyStay } from '../../domain/moves';

/** What a note says of a candidate who was not moved, as it stands within JSON. */

const inJson = (words: string | null): string => JSON.stringify(words ?? 'they may be moved').slice(1, -1);
const inStage = (text: string) => [
  { id: 'target', text: 'target' },
  { id: 'here', text },
];

export const archivedBefore = inJson(whyStay({ stageId: 'here', archived: true }, { stageId: 'target' }, []));

/** Somebody has put them into the stage of this name, from which the plan moves nobody. */
export const wentTo = (stage: string): string =>
  inJson(whyStay({ stageId: 'here', archived: false }, { stageId: 'target', onlyFrom: [] }, inStage(stage)));

/** They are in the stage of this name, which is behind the one that was wanted. */
export const furtherOn = (stage: string): string =>
  inJson(whyStay({ stageId: 'here', archived: false }, { stageId: 'target' }, inStage(stage)));
