import type { Plan } from '../../domain/effects';
import type { EndReason } from '../../domain/end-reasons';
import { isOfConnection } from '../../domain/impairment';
import { bothNames } from '../../domain/plan-names';
import type { PlanTrigger, Command } from '../../domain/reducer';
import { planning, planningWithSiblings, recordsLater } from '../shared/proxies';
import type { Run } from './run';
import { attempt } from '../shared/steps';

/** Plans of moments that no vendor call answers, and what a call to the vendor takes along. */

/** `stillOpen`: the vendor should have withdrawn the invitation, and could not. `question`: what a person is asked besides. */
export async function planMoment(
  run: Run,
  moment: PlanTrigger,
  planId: string,
  reason: EndReason | null,
  asked: { stillOpen?: boolean; question?: string } = {},
): Promise<void> {
  const siblings = run.settled?.subject.siblings ?? 0;
  // Written before the siblings are counted: of two that end at once, at least the later one sees both done.
  if (siblings > 0) await run.ledger.flush();
  const input = momentInput(run, moment, planId, reason, asked);
  if (input === null) return;
  const summary = { summary: `plan what Lever shows: ${moment}` };
  if (siblings === 0) {
    return planOrLater(run, planId, () =>
      run.gate.during(() => planning.planMoment.executeWithOptions(summary, [input])),
    );
  }
  await planOrLater(
    run,
    planId,
    () => run.gate.during(() => planningWithSiblings.planMoment.executeWithOptions(summary, [input])),
    () => recordsLater(run.input.timing).planMoment.executeWithOptions(summary, [input]),
  );
}

/** A step of the vendor's progress comes once each; every other moment once in a run. */
export const planRequested = (
  run: Run,
  command: Extract<Command, { do: 'plan' }>,
  asked: { stillOpen?: boolean } = {},
): Promise<void> =>
  command.trigger === 'progress'
    ? planMoment(run, 'progress', `progress-${command.step}`, null, asked)
    : planMoment(run, command.trigger, command.trigger, command.reason, asked);

/** What a plan of a moment goes by; null: the run was called off before its opportunity was found. */
const momentInput = (
  run: Run,
  moment: PlanTrigger,
  planId: string,
  reason: EndReason | null,
  { stillOpen = false, question }: { stillOpen?: boolean; question?: string },
) =>
  run.identity.opportunityId === null
    ? null
    : {
        ...knownOf(run),
        planId,
        ...bothNames(moment),
        reason,
        siblings: run.settled?.subject.siblings ?? 0,
        ...(stillOpen && { stillOpen }),
        ...(question !== undefined && { question }),
      };

/**
 * Plans what Lever shows. What the connection stands in the way of is planned when it no longer does, in its own place in
 * line, and so is what needs a database that is away; what cannot be planned at all is said in the run's record.
 * @param again how it is made later, where that is otherwise
 */
export async function planOrLater(
  run: Run,
  planId: string,
  make: () => Promise<Plan | null>,
  again = make,
): Promise<void> {
  const failure = await attempt(async () => {
    const plan = await make();
    if (plan !== null) run.plans.add(plan);
  });
  if (failure === null) return;
  if (isOfConnection(failure.code) || failure.code === 'db.unavailable') {
    return run.plans.addLater(planId, again);
  }
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
    ...(settled !== null && { enteredStageId: settled.subject.opportunity.stageId }),
  };
}

/** What Lever can be told in any case; null: there is nowhere to write, or not even that can be planned. */
export async function planAnyway(
  run: Run,
  planId: string,
  outcome: 'held-up' | 'failed',
  reason: EndReason,
): Promise<Plan | null> {
  if (run.identity.opportunityId === null) return null;
  let plan: Plan | null = null;
  const failure = await attempt(async () => {
    plan = await run.gate.during(() =>
      planning.planAnyway.executeWithOptions({ summary: `plan what Lever shows: ${outcome}` }, [
        { ...knownOf(run), planId, outcome, reason },
      ]),
    );
  });
  if (failure !== null) run.noteTrouble(failure.code, `${planId} could not be planned: ${failure.message}`);
  return plan;
}

/** What every call to the vendor about an invited candidate needs; null before there is an invitation. */
export function invitedCall(run: Run) {
  const { settled, invitation } = run;
  return settled === null || invitation === null ? null : { run: run.identity, ...settled, invitation };
}
