import type { Invitation } from '../domain/assessment';
import type { Plan, PlannedEffect } from '../domain/effects';
import { planErrors, statusSlot } from '../domain/effects';
import { FulcrumError } from '../domain/errors';
import { lackOf } from '../domain/impairment';
import type { KnownOfRun, PlanFacts } from '../domain/plan-facts';
import { newPlan } from '../domain/plan-names';
import { noTraces, takingBack } from '../domain/traces';
import { note } from '../vendors/plan-kit';
import type { ActivityDeps, SetUp } from './deps';
import { stageResolver } from './deps';
import { withUsableLink, withUsableLinks } from './links';
import type { VendorRunCall } from './types';

export interface PlanRequest extends PlanFacts {
  planId: string;
  /** What a person is asked beside what Lever shows. */
  question?: string;
}

/** What is known of a run of which the vendor is asked. */
export const knownOf = (
  { subject, route, inheritTags }: Pick<VendorRunCall, 'subject' | 'route' | 'inheritTags'>,
  invitation: Invitation,
): KnownOfRun => ({
  route,
  inheritTags,
  presentTags: subject.opportunity.tags,
  invitation,
  enteredStageId: subject.opportunity.stageId,
});

/**
 * Asks the vendor what Lever should show at this trigger (decision 0006).
 * @throws FulcrumError `internal` when the vendor's plan contradicts itself
 */
export function buildPlan({ connection, vendor, settings }: SetUp, request: PlanRequest): Plan {
  const { planId, question, ...given } = request;
  const invitation = given.invitation && withUsableLink(vendor, given.invitation);
  const result = given.result && withUsableLinks(vendor, given.result);
  const input = { ...given, invitation, result };
  const stageId = stageResolver(connection);
  const effects = vendor
    .plan({ ...input, settings, stageId })
    .map((effect) => movedOnlyFrom(effect, [foundIn(request), ...settings.movesFrom.map(stageId)]));
  const leftOut = request.trigger === 'invited' ? invitation?.leftOut : result?.leftOut;
  if (leftOut !== undefined) effects.push(note('left-out', leftOut));
  if (question !== undefined) effects.push({ kind: 'ask', key: 'question', question });
  const plan = newPlan({ id: planId, trigger: request.trigger, effects });
  const faults = planErrors(plan);
  if (faults.length > 0)
    throw new FulcrumError('internal', `The plan of ${vendor.id} is wrong: ${faults.join('; ')}`);
  return plan;
}

/** The last of several runs to end sets the status of all, and takes away what the others have shown, with their texts. */
export async function forSiblings(
  deps: ActivityDeps,
  plan: Plan,
  { workflowId, siblings, openSiblings }: { workflowId: string; siblings: number; openSiblings: number },
): Promise<Plan> {
  if (siblings === 0 || openSiblings > 0) return plan;
  const { tags } = await deps.assessments.siblingTraces(workflowId);
  return takingBack(plan, { ...noTraces, tags: { [statusSlot]: tags[statusSlot] ?? [] } });
}

/** The stage in which the run found the candidate; null: it found nobody. */
const foundIn = ({ enteredStageId, opportunity }: PlanRequest): string | null =>
  enteredStageId ?? opportunity?.stageId ?? null;

/** A result moves nobody who was put elsewhere meanwhile, unless the connection says from where else (`movesFrom`). */
function movedOnlyFrom(effect: PlannedEffect, stageIds: readonly (string | null)[]): PlannedEffect {
  if (effect.kind !== 'stage') return effect;
  const known = [...(effect.onlyFrom ?? []), ...stageIds].filter((id) => id !== null);
  return { ...effect, onlyFrom: [...new Set(known)] };
}

/**
 * What Lever shows while a run is held up: the error tag beside whatever is there, and a note that says what it waits for.
 * It needs nothing of the settings but what can still be read of them.
 */
export function heldUpPlan({ vendor, connection, settings }: SetUp, { planId }: { planId: string }): Plan {
  const { error } = settings.tags;
  const why = lackOf(connection.refusals, vendor.label);
  const text = `The ${vendor.label} assessment is held up: ${why}. It goes on by itself once whoever looks after Fulcrum has mended that.`;
  return newPlan({
    id: planId,
    trigger: 'failed',
    isBestEffort: true,
    effects: [
      ...(error === undefined ? [] : [{ kind: 'addTags' as const, key: 'held-up', tags: [error] }]),
      note('note', text),
    ],
  });
}
