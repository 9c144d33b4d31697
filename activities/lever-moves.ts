import type { Connection } from '../domain/connection';
import type { Effect } from '../domain/effects';
import { stayed, whyStay } from '../domain/moves';
import type { LeverClient } from '../lever/client';

/**
 * Moves the candidate, unless they have gone where a result should not fetch them back from. It looks in the same attempt
 * in which it writes, so that as little as can be lies between the two.
 * @returns why the candidate was left, as a sentence for people; null: they are in the stage
 */
export async function moveOrLeave(
  lever: LeverClient,
  connection: Connection,
  opportunityId: string,
  effect: Extract<Effect, { kind: 'stage' }>,
): Promise<string | null> {
  const { stage, archived } = await lever.getOpportunity(opportunityId);
  const at = { stageId: stage ?? '', archived: archived !== null && archived !== undefined };
  if (at.stageId === effect.stageId) return null;
  const why = whyStay(at, effect, connection.stages);
  if (why !== null) return stayed(effect.stageId, why, connection.stages);
  await lever.setStage(opportunityId, effect.stageId);
  return null;
}
