import type { Moment } from '../domain/reducer';
import { planning } from './proxies';
import type { Run } from './run';

/** Plans of moments that no vendor call answers, and what a call to the vendor takes along. */

/** A step of the vendor's progress comes once each; every other moment once in a run. */
export const planIdOf = (moment: Moment, detail: string | null): string =>
  moment === 'progress' ? `progress-${detail ?? ''}` : moment;

/** `stillOpen`: the vendor should have withdrawn the invitation, and could not. `question`: what a person is asked besides. */
export async function planMoment(
  run: Run,
  moment: Moment,
  planId: string,
  detail: string | null,
  { stillOpen = false, question }: { stillOpen?: boolean; question?: string } = {},
): Promise<void> {
  // Called off before the opportunity was found: there is nowhere to write.
  if (run.identity.opportunityId === null) return;
  const settled = run.settled;
  // Written before the siblings are counted: of two that end at once, at least the later one sees both done.
  if (settled !== null && settled.subject.siblings > 0) await run.ledger.flush();
  const plan = await planning.planMoment.executeWithOptions({ summary: `plan what Lever shows: ${moment}` }, [
    {
      run: run.identity,
      planId,
      moment,
      detail,
      route: settled?.route ?? null,
      inheritTags: settled?.inheritTags ?? [],
      presentTags: settled?.subject.opportunity.tags ?? [],
      invitation: run.invitation,
      siblings: settled?.subject.siblings ?? 0,
      ...(stillOpen && { stillOpen }),
      ...(question !== undefined && { question }),
    },
  ]);
  run.plans.add(plan);
}

/** What every call to the vendor about an invited candidate needs; null before there is an invitation. */
export function invitedCall(run: Run) {
  const { settled, invitation } = run;
  return settled === null || invitation === null ? null : { run: run.identity, ...settled, invitation };
}
