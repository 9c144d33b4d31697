import { CancellationScope, condition, continueAsNew } from '@temporalio/workflow';
import type { EndReason } from '../../domain/end-reasons';
import { isTerminal } from '../../domain/lifecycle';
import type { Status } from '../../domain/lifecycle';
import { setMessageHandlers } from './message-handlers';
import { runMainLoop } from './main-loop';
import { invite } from './inviting';
import { SuspendLimitReached } from './lever-access';
import { takeBack, withdraw } from './lost-invitation';
import type { AssessmentInput, SettledStart } from '../messages';
import { planMoment } from './moments';
import { recordsLater } from '../shared/proxies';
import { carryOut, processInbox } from './process-inbox';
import { route } from './routing';
import { screen } from './screening';
import { Run } from './run';
import { StepFailed } from '../shared/steps';

export interface AssessmentOutcome {
  status: Status;
  /** Why; null where there is nothing to say. */
  reason: EndReason | null;
}

/** One candidate's way through one vendor's assessment, from the stage change in Lever to a terminal state (decision 0002). */
export async function assessment(input: AssessmentInput): Promise<AssessmentOutcome> {
  const run = new Run(input, processInbox);
  setMessageHandlers(run);
  // "Request cancellation" in Temporal Web UI means what the operator's own action means: called off, and Lever told.
  void CancellationScope.current().cancelRequested.catch(() => run.desk.cancelledInTemporal());
  return CancellationScope.nonCancellable(() => live(run));
}

async function live(run: Run): Promise<AssessmentOutcome> {
  if (run.input.resume === undefined) await begin(run);
  else run.appear();
  await runMainLoop(run);
  if (!run.isOver) await continueAsNew<typeof assessment>(run.renewal());
  return { status: run.lifecycle.status, reason: run.lifecycle.reason };
}

/** From the stage change to the invitation, or from a finished screening to its results. */
async function begin(run: Run): Promise<void> {
  try {
    if (run.input.screening !== undefined) return await screen(run, run.input.screening);
    const settled = run.input.settled ?? (await unlessCalledOff(run, () => route(run)));
    if (settled === null) return;
    run.learnSubject(settled);
    run.apply({ type: 'routed' });
    await processInbox(run);
    if (!isTerminal(run.lifecycle.status)) await invite(run, settled);
  } catch (error) {
    if (error instanceof SuspendLimitReached) run.closeAsUnwritten();
    else if (error instanceof StepFailed) await endAt(run, error);
    else throw error;
  } finally {
    // Whatever became of the invitation: what came too early is applied now, or ignored with the reason.
    run.inbox.release();
  }
}

/**
 * Routing takes as long as Lever or the database is away. A person who calls the run off meanwhile is answered at once; an
 * attempt that is under way is waited for, because it may be taking the claim.
 */
async function unlessCalledOff(
  run: Run,
  routing: () => Promise<SettledStart | null>,
): Promise<SettledStart | null> {
  const scope = new CancellationScope();
  let answer: { settled: SettledStart | null } | { error: unknown } | null = null;
  const working = scope.run(routing).then(
    (settled) => (answer = { settled }),
    (error: unknown) => (answer = { error }),
  );
  while (answer === null && !isTerminal(run.lifecycle.status)) {
    await condition(() => answer !== null || run.inbox.hasOperator);
    if (answer === null) await processInbox(run);
  }
  if (answer === null) scope.cancel();
  const outcome = await working;
  if (isTerminal(run.lifecycle.status)) {
    await takeBackBegun(run);
    return null;
  }
  if ('error' in outcome) throw outcome.error;
  return outcome.settled;
}

/** Called off at once after a reset to its beginning: what it had sent and shown before is taken back all the same. */
async function takeBackBegun(run: Run): Promise<void> {
  if (run.lifecycle.status !== 'cancelled') return;
  const begun = await recordsLater(run.input.timing).recallBegun.executeWithOptions(
    { summary: 'see whether the run had begun before' },
    [{ assessmentId: run.input.assessmentId }],
  );
  if (begun === null) return;
  run.learnSubject(run.recall(begun));
  await planMoment(run, 'cancelled', 'cancelled-begun', run.lifecycle.reason);
  if (begun.invitation === null) return takeBack(run);
  run.learnInvitation(begun.invitation);
  await withdraw(run);
}

/** A step without which the run cannot go on has failed for good: it ends, and says why wherever that can be written. */
async function endAt(run: Run, { step, failure }: StepFailed): Promise<void> {
  const reason = `${step}: ${failure.message}`;
  run.noteTrouble(failure.code, reason);
  await carryOut(run, run.apply({ type: 'stepFailed', reason }));
}
