import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { Plan } from '../../domain/effects';
import type { Invitation } from '../../domain/assessment';
import { isTerminal } from '../../domain/lifecycle';
import { explain, isCancelled, mayBeOut } from '../shared/failures';
import type { Heard } from './inbox';
import { askPerson, findInvitation, saysMore, takeBack, takeBackFound, withdraw } from './lost-invitation';
import { Meanwhile } from './meanwhile';
import type { SettledStart } from '../messages';
import { planMoment } from './moments';
import { vendorActivities } from '../shared/proxies';
import { carryOut } from './process-inbox';
import type { Run } from './run';
import { isFailureOfStep } from '../shared/steps';

type Invited = { invitation: Invitation; plan: Plan; recorded: boolean };
/** `inDoubt`: the candidate may have been invited all the same. */
type Unanswered = { error: unknown; inDoubt: boolean };

/** Has the vendor invite the candidate. While the vendor cannot be reached, a person or Lever may call it off. */
export async function invite(run: Run, settled: SettledStart): Promise<void> {
  let heard = run.inbox.heard;
  let answer = await ask(run, settled, heard, false);
  // The vendor has called meanwhile, so it has invited: it is asked again by the name that it told.
  while ('error' in answer && mayAskAgain(run, answer.error) && saysMore(run.inbox.heard, heard)) {
    heard = run.inbox.heard;
    answer = await ask(run, settled, heard, answer.inDoubt);
  }
  if ('error' in answer) return goWithout(run, answer);
  run.learnInvitation(answer.invitation);
  if (isTerminal(run.lifecycle.status)) return withdraw(run);
  // First, so that the first effect tells of it on its way.
  run.apply({ type: 'invited', expiresAt: answer.invitation.expiresAt });
  run.plans.add(answer.plan);
}

const mayAskAgain = (run: Run, error: unknown): boolean =>
  !isTerminal(run.lifecycle.status) && isAnswer(error);

/** Whether the request has failed or was stopped, and not this workflow's own code, or the wait for the connection. */
const isAnswer = (error: unknown): boolean => isFailureOfStep(error) || isCancelled(error);

/**
 * One request for an invitation, repeated until the vendor answers. It is stopped when the run is called off, or when
 * the vendor calls back about a run that should not exist yet; an attempt that is under way is always waited for.
 */
async function ask(
  run: Run,
  settled: SettledStart,
  heard: Heard,
  before: boolean,
): Promise<Invited | Unanswered> {
  const batch = run.ledger.takePending();
  const scope = new CancellationScope();
  let inDoubt = before;
  let answer: Invited | Unanswered | null = null;
  const request = async (): Promise<Invited> => {
    const { historyLength } = workflowInfo();
    try {
      return await vendorActivities(run.input.vendor, run.input.timing).invite.executeWithOptions(
        { summary: `have ${run.input.vendor} invite to ${settled.route.assessmentName}` },
        [{ run: run.identity, batch, ...heard, mayBeOut: inDoubt, ...settled }],
      );
    } catch (error) {
      // Stopped in the task that asked for it, it was never sent.
      const wasSent = !isCancelled(error) || workflowInfo().historyLength !== historyLength;
      if (wasSent) inDoubt = mayBeOut(error);
      throw error;
    }
  };
  const asking = scope
    .run(() => run.access.during(request))
    .then(
      (invited) => (answer = invited),
      (error: unknown) => (answer = { error, inDoubt }),
    );
  const hasCalled = (): boolean => saysMore(run.inbox.heard, heard);
  const meanwhile = new Meanwhile(run, () => answer !== null);
  while (answer === null && !isTerminal(run.lifecycle.status) && !hasCalled())
    await meanwhile.hear(hasCalled);
  if (answer === null) scope.cancel();
  const settledAnswer = await asking;
  run.ledger.restoreUnwritten(batch, 'recorded' in settledAnswer && settledAnswer.recorded);
  return settledAnswer;
}

/** There is no answer to wait for any more. What may be out all the same is looked for. */
async function goWithout(run: Run, { error, inDoubt }: Unanswered): Promise<void> {
  if (!isAnswer(error)) throw error;
  if (isTerminal(run.lifecycle.status)) return inDoubt ? takeBack(run) : undefined;
  const finding = inDoubt ? await findInvitation(run) : { found: null };
  if (isTerminal(run.lifecycle.status)) return takeBackFound(run, finding);
  if ('found' in finding && finding.found !== null) return adopt(run, finding.found);
  const { code, message } = explain(error);
  run.rememberError(code);
  await carryOut(run, run.apply({ type: 'invitationFailed', reason: message }));
  if (!('found' in finding)) await askPerson(run, finding);
}

/** The vendor has refused a repeat of what it had done already. */
async function adopt(run: Run, invitation: Invitation): Promise<void> {
  run.learnInvitation(invitation);
  run.apply({ type: 'invited', expiresAt: invitation.expiresAt });
  await planMoment(run, 'invited', 'invited', null);
}
