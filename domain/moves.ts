import type { StageName } from './connection';
import type { Effect } from './effects';

/** Whether a result may still move a candidate: people are not dragged back from where others have put them. */

type Move = Pick<Extract<Effect, { kind: 'stage' }>, 'stageId' | 'onlyFrom'>;

const named = (stages: readonly StageName[], id: string): string =>
  stages.find((stage) => stage.id === id)?.text ?? id;

/**
 * Why the candidate stays, as the second half of a sentence; null: they may be moved.
 * @param at where Lever shows them
 * @param stages the account's, in pipeline order; one that is not among them is before or behind none
 */
export function whyStay(
  at: { stageId: string; archived: boolean },
  { stageId, onlyFrom }: Move,
  stages: readonly StageName[],
): string | null {
  if (at.archived) return 'the opportunity is archived';
  const place = `they are in the stage "${named(stages, at.stageId)}"`;
  if (onlyFrom !== undefined && !onlyFrom.includes(at.stageId)) return `${place} by now`;
  const [from, to] = [at.stageId, stageId].map((id) => stages.findIndex((stage) => stage.id === id));
  const isBack = from !== undefined && to !== undefined && to >= 0 && to < from;
  return isBack ? `${place}, which comes after it` : null;
}

/** What the note says that is left where a candidate was not moved. */
export const stayed = (stageId: string, why: string, stages: readonly StageName[]): string =>
  `The candidate was not moved to the stage "${named(stages, stageId)}": ${why}.`;
