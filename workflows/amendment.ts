import { CancellationScope, setHandler, workflowInfo } from '@temporalio/workflow';
import { openLifecycle } from '../domain/lifecycle';
import type { ClosedRun } from '../domain/records';
import type { AssessmentOutcome } from './assessment';
import { listen } from './doors';
import { follow } from './follow';
import { vendorNewsSignal } from './messages';
import type { AmendmentInput, AssessmentInput, VendorNews } from './messages';
import { recordsLater } from './proxies';
import { freshState, policyBeforeReading } from './run-state';
import { Run } from './run';

/**
 * News of a run that is over, one after another (design D11). It speaks for the closed run: same assessment, same
 * timeline, same plans, and it does nothing when nothing changed.
 */
export async function amendment(input: AmendmentInput): Promise<AssessmentOutcome | null> {
  const early: VendorNews[] = [];
  setHandler(vendorNewsSignal, (news) => void early.push(news));
  const closed = await recordsLater(input.timing).loadClosedRun.executeWithOptions(
    { summary: 'recall the run that is over' },
    [{ assessmentId: input.assessmentId }],
  );
  if (closed === null) return null;
  const run = new Run(revive(input, closed), closed.run.workflowId);
  listen(run);
  for (const news of early) run.takeVendorNews(news);
  await CancellationScope.nonCancellable(() => follow(run));
  return { status: run.lifecycle.status, reason: run.lifecycle.reason };
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
