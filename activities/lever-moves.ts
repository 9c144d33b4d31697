import type { Connection } from '../domain/connection';
import type { Effect } from '../domain/effects';
import { FulcrumError } from '../domain/errors';
import { stayed, whyStay } from '../domain/moves';
import type { LeverClient } from '../lever/client';
import type { ActivityDeps } from './deps';

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

/**
 * Whether a newer run speaks for the candidate. While the database is away nobody can say, and the run writes: after the
 * claim nothing waits for the database.
 */
export async function isOvertaken(
  deps: Pick<ActivityDeps, 'assessments'>,
  { assessmentId }: { assessmentId: string },
): Promise<boolean> {
  try {
    return await deps.assessments.isOvertaken(assessmentId);
  } catch (error) {
    if (error instanceof FulcrumError && error.code === 'db.unavailable') return false;
    throw error;
  }
}

/** Why the older run leaves it, as a sentence for people. */
export const overtaken = (effect: Effect, { stages }: Connection): string =>
  effect.kind === 'stage'
    ? stayed(effect.stageId, 'a newer assessment of theirs has begun', stages)
    : 'a newer assessment of the candidate has begun';
