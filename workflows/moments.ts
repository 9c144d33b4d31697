import type { Plan } from '../domain/effects';
import { isOfConnection } from '../domain/impairment';
import type { Moment } from '../domain/reducer';
import { planning } from './proxies';
import type { Run } from './run';
import { attempt } from './steps';

/** Plans of moments that no vendor call answers, and what a call to the vendor takes along. */

/** A step of the vendor's progress comes once each; every other moment once in a run. */
export const planIdOf = (moment: Moment, detail: string | null): string =>
  moment === 'progress' ? `progress-${detail ?? ''}` : moment;

/** @param stillOpen the vendor should have withdrawn the invitation, and could not */
export const planMoment = (
  run: Run,
  moment: Moment,
  planId: string,
  detail: string | null,
  stillOpen = false,
): Promise<void> => planOrLater(run, planId, () => momentPlan(run, moment, planId, detail, stillOpen));

/** The plan of a moment; null: the run was called off before the opportunity was found, and there is nowhere to write. */
export async function momentPlan(
  run: Run,
  moment: Moment,
  planId: string,
  detail: string | null,
  stillOpen = false,
): Promise<Plan | null> {
  if (run.identity.opportunityId === null) return null;
  const siblings = run.settled?.subject.siblings ?? 0;
  // Written before the siblings are counted: of two that end at once, at least the later one sees both done.
  if (siblings > 0) await run.ledger.flush();
  return planning.planMoment.executeWithOptions({ summary: `plan what Lever shows: ${moment}` }, [
    { ...knownOf(run), planId, moment, detail, siblings, ...(stillOpen && { stillOpen }) },
  ]);
}

/**
 * Plans what Lever shows. What the connection stands in the way of is planned when it no longer does, in its own place in
 * line; what cannot be planned at all is said in the run's record, and the run goes on.
 */
export async function planOrLater(run: Run, planId: string, make: () => Promise<Plan | null>): Promise<void> {
  const failure = await attempt(async () => {
    const plan = await make();
    if (plan !== null) run.plans.add(plan);
  });
  if (failure === null) return;
  if (isOfConnection(failure.code)) return run.plans.addLater(planId, make);
  run.noteTrouble(failure.code, `${planId} could not be planned: ${failure.message}`);
}

/** What a plan goes by. */
function knownOf(run: Run) {
  const { settled, invitation } = run;
  return {
    run: run.identity,
    route: settled?.route ?? null,
    inheritTags: settled?.inheritTags ?? [],
    presentTags: settled?.subject.opportunity.tags ?? [],
    invitation,
  };
}

/** What Lever can be told in any case; null: there is nowhere to write, or not even that can be planned. */
export async function planAnyway(
  run: Run,
  planId: string,
  outcome: 'held-up' | 'failed',
  reason: string,
): Promise<Plan | null> {
  if (run.identity.opportunityId === null) return null;
  let plan: Plan | null = null;
  const failure = await attempt(async () => {
    plan = await planning.planAnyway.executeWithOptions({ summary: `plan what Lever shows: ${outcome}` }, [
      { ...knownOf(run), planId, outcome, reason },
    ]);
  });
  if (failure !== null) run.noteTrouble(failure.code, `${planId} could not be planned: ${failure.message}`);
  return plan;
}

/** What every call to the vendor about an invited candidate needs; null before there is an invitation. */
export function invitedCall(run: Run) {
  const { settled, invitation } = run;
  return settled === null || invitation === null ? null : { run: run.identity, ...settled, invitation };
}
