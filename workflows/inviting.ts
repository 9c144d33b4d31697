import { CancellationScope, condition } from '@temporalio/workflow';
import type { Plan } from '../domain/effects';
import type { Invitation } from '../domain/assessment';
import { isTerminal } from '../domain/lifecycle';
import { explain, isCancelled } from './failures';
import { GivenUp } from './lever-access';
import type { SettledStart } from './messages';
import { vendorActivities } from './proxies';
import { carryOut, takeInbox } from './reacting';
import type { Run } from './run';
import { isFailureOfStep } from './steps';

type Answer = { invitation: Invitation; plan: Plan; recorded: boolean } | { error: unknown };

/** Has the vendor invite the candidate. While the vendor cannot be reached, a person or Lever may call it off. */
export async function invite(run: Run, settled: SettledStart): Promise<void> {
  let knownRef = run.inbox.vendorRef;
  let answer = await ask(run, settled, knownRef);
  while ('error' in answer && isCancelled(answer.error) && !isTerminal(run.lifecycle.status)) {
    // Only the vendor's own call stopped the asking: it has invited, and its answer was lost.
    knownRef = run.inbox.vendorRef;
    answer = await ask(run, settled, knownRef);
  }
  if ('error' in answer) return fail(run, settled, answer.error);
  run.learnInvitation(answer.invitation);
  if (isTerminal(run.lifecycle.status)) {
    // Called off while the vendor was answering: the invitation is out and has to be taken back.
    await carryOut(run, [{ do: 'cancelAtVendor' }]);
    return;
  }
  // First, so that the first effect tells of it on its way.
  run.apply({ type: 'invited', expiresAt: answer.invitation.expiresAt });
  run.plans.add(answer.plan);
}

/**
 * One request for an invitation, repeated until the vendor answers. It is stopped when the run is called off, or when
 * the vendor calls back about a run that should not exist yet; an attempt that is under way is always waited for.
 */
async function ask(run: Run, settled: SettledStart, knownRef: string | null): Promise<Answer> {
  const batch = run.ledger.board();
  const scope = new CancellationScope();
  let answer: Answer | null = null;
  const asking = scope
    .run(() =>
      run.access.during(() =>
        vendorActivities(run.input.vendor, run.input.timing).invite.executeWithOptions(
          { summary: `have ${run.input.vendor} invite to ${settled.route.assessmentName}` },
          [{ run: run.identity, batch, knownRef, ...settled }],
        ),
      ),
    )
    .then(
      (invited) => (answer = invited),
      (error: unknown) => (answer = { error }),
    );
  const isNamed = (): boolean => knownRef === null && run.inbox.vendorRef !== null;
  while (answer === null) {
    await condition(() => answer !== null || run.inbox.hasInterruption || isNamed());
    if (answer !== null) break;
    if (run.inbox.hasInterruption) await takeInbox(run);
    if (isTerminal(run.lifecycle.status) || isNamed()) {
      scope.cancel();
      break;
    }
  }
  const settledAnswer = await asking;
  run.ledger.land(batch, 'recorded' in settledAnswer && settledAnswer.recorded);
  return settledAnswer;
}

async function fail(run: Run, settled: SettledStart, error: unknown): Promise<void> {
  if (error instanceof GivenUp) throw error;
  if (isCancelled(error)) return;
  if (!isFailureOfStep(error)) throw error;
  // The vendor may have invited all the same; then it calls back, and an amendment brings the result (design D11).
  const invitation = { vendorRef: run.input.assessmentId, url: null, expiresAt: null };
  run.remember({ context: { ...settled, invitation } });
  const { code, message } = explain(error);
  run.rememberError(code);
  await carryOut(run, run.apply({ type: 'invitationFailed', reason: message }));
}
