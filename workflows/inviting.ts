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

type Asked = { invitation: Invitation; plan: Plan; recorded: boolean } | { error: unknown };

/** Has the vendor invite the candidate. While the vendor cannot be reached, a person or Lever may call it off. */
export async function invite(run: Run, settled: SettledStart): Promise<void> {
  const batch = run.ledger.board();
  const scope = new CancellationScope();
  let asked: Asked | null = null;
  const asking = scope
    .run(() =>
      run.access.during(() =>
        vendorActivities(run.input.vendor, run.input.timing).invite.executeWithOptions(
          { summary: `have ${run.input.vendor} invite to ${settled.route.assessmentName}` },
          [{ run: run.identity, batch, ...settled }],
        ),
      ),
    )
    .then(
      (answer) => (asked = answer),
      (error: unknown) => (asked = { error }),
    );
  for (;;) {
    await condition(() => asked !== null || run.inbox.hasInterruption);
    if (asked !== null) break;
    await takeInbox(run);
    if (isTerminal(run.lifecycle.status)) {
      scope.cancel();
      break;
    }
  }
  const answer = await asking;
  if ('error' in answer) {
    run.ledger.land(batch, false);
    if (answer.error instanceof GivenUp) throw answer.error;
    if (!isCancelled(answer.error)) {
      await carryOut(run, run.apply({ type: 'invitationFailed', reason: explain(answer.error).message }));
    }
    return;
  }
  run.ledger.land(batch, answer.recorded);
  run.learnInvitation(answer.invitation);
  if (isTerminal(run.lifecycle.status)) {
    // Called off while the vendor was answering: the invitation is out and has to be taken back.
    await carryOut(run, [{ do: 'cancelAtVendor' }]);
    return;
  }
  run.plans.add(answer.plan);
  run.apply({ type: 'invited', expiresAt: answer.invitation.expiresAt });
  run.inbox.release();
}
