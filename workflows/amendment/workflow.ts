import { CancellationScope, sleep, workflowInfo } from '@temporalio/workflow';
import { endedFor } from '../../domain/end-reasons';
import { openLifecycle } from '../../domain/lifecycle';
import type { ClosedRun } from '../../domain/records';
import type { AssessmentOutcome } from '../assessment/workflow';
import { setMessageHandlers } from '../assessment/message-handlers';
import { runMainLoop } from '../assessment/main-loop';
import { adoptUnseen, takeBack } from '../assessment/lost-invitation';
import { endedUnseenSignal, vendorNewsSignal } from '../messages';
import type { AmendmentInput, AssessmentInput, EndedUnseen, VendorNews } from '../messages';
import { recordsLater } from '../shared/proxies';
import { carryOut, processInbox, takeLateNews } from '../assessment/process-inbox';
import { askForNews, showResult } from '../assessment/results';
import { freshState, policyBeforeReading } from '../assessment/run-state';
import { Run } from '../assessment/run';
import { showScreening } from '../assessment/screening';
import { onSignal } from '../shared/sealed';

/**
 * News of a run that is over, one after another (decision 0012). It speaks for the closed run: same assessment, same
 * timeline, same plans, and it does nothing when nothing changed. Null: there is no such run, and the news went back.
 */
export async function amendment(input: AmendmentInput): Promise<AssessmentOutcome | null> {
  const early: VendorNews[] = [];
  let unseen: EndedUnseen | null = null;
  const takeUnseen = (): EndedUnseen | null => {
    const taken = unseen;
    unseen = null;
    return taken;
  };
  const forged = new Set<string>();
  const takeForged = (name: string): void => void forged.add(name);
  onSignal(vendorNewsSignal, (news) => void early.push(news), takeForged);
  onSignal(endedUnseenSignal, (end) => void (unseen = end), takeForged);
  const closed = await recall(input);
  if (closed === null || closed === 'open') {
    while (early.length > 0) await giveBack(input, early.splice(0), closed);
    return null;
  }
  const run = new Run(revive(input, closed), processInbox, closed.run.workflowId);
  setMessageHandlers(run);
  for (const news of early) run.desk.takeVendorNews(news);
  for (const name of forged) run.desk.takeForged(name);
  await CancellationScope.nonCancellable(async () => {
    do {
      const end = takeUnseen();
      if (end !== null) await showEnd(run, end);
      await runMainLoop(run);
    } while (unseen !== null);
  });
  return { status: run.lifecycle.status, reason: run.lifecycle.reason };
}

/** A run that is over in Temporal may still be open in the database for as long as the next sweep takes, and somewhat longer. */
const pausesMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];

async function recall(input: AmendmentInput): Promise<ClosedRun | 'open' | null> {
  const load = (): Promise<ClosedRun | 'open' | null> =>
    recordsLater(input.timing).loadClosedRun.executeWithOptions({ summary: 'recall the run that is over' }, [
      { assessmentId: input.assessmentId },
    ]);
  let found = await load();
  for (const pause of pausesMs) {
    if (found !== 'open') break;
    await sleep(pause, { summary: 'wait until the end of the run is on record' });
    found = await load();
  }
  return found;
}

/** Nobody took them, so nobody may believe that they were taken. */
const giveBack = (input: AmendmentInput, news: readonly VendorNews[], found: 'open' | null): Promise<void> =>
  recordsLater(input.timing).giveBack.executeWithOptions({ summary: 'give the news back' }, [
    { deliveries: news.map(({ delivery }) => delivery), again: found === 'open' },
  ]);

/** Lever is told of an end that the run itself could not tell. What it has written already is found again by its name. */
async function showEnd(run: Run, { reason, ending, ofAmendment }: EndedUnseen): Promise<void> {
  const { status } = run.lifecycle;
  const { screening } = run.input;
  switch (status) {
    case 'completed':
      if (ofAmendment === true && run.traces.unshown === undefined) return;
      return screening === undefined ? showResult(run) : showScreening(run, screening);
    case 'failed':
      await carryOut(run, [
        { do: 'plan', trigger: status, reason: endedFor('ended_unseen', ending ?? reason ?? null) },
      ]);
      // It may have ended over an invitation.
      await adoptUnseen(run);
      return askAgain(run);
    case 'expired':
    case 'declined':
      await carryOut(run, [{ do: 'plan', trigger: status, reason: null }]);
      return askAgain(run);
    case 'cancelled':
      // The vendor may not have been told.
      await carryOut(run, [{ do: 'cancelAtVendor' }, { do: 'plan', trigger: status, reason: null }]);
      // It may have ended while it looked for an invitation whose answer was lost.
      if (run.invitation === null && run.settled !== null) return takeBack(run);
      return askAgain(run);
    default:
      // Nobody was invited, or Lever could not be told: nothing shows anything else.
      return;
  }
}

/** It may have ended over news that it knew from asking, and nobody asks any more. */
async function askAgain(run: Run): Promise<void> {
  for (const event of await askForNews(run, undefined)) await takeLateNews(run, event);
}

/** The closed run as the state it ended in. */
function revive(input: AmendmentInput, closed: ClosedRun): AssessmentInput {
  const { context } = closed;
  return {
    ...input,
    opportunityId: closed.run.opportunityId,
    eventKey: workflowInfo().workflowId,
    stageId: context?.subject.opportunity.stageId ?? '',
    delivery: null,
    ...(context?.screening !== undefined && { screening: context.screening }),
    resume: {
      ...freshState(null),
      ...context,
      lifecycle: {
        ...openLifecycle(context?.subject.policy ?? policyBeforeReading),
        status: closed.status,
        ...(closed.facts.newest !== undefined && { newest: closed.facts.newest }),
      },
      facts: closed.facts,
      ledger: { seq: closed.seq, pending: [], deliveries: [] },
    },
  };
}
