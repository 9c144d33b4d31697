import { CancellationScope, setHandler, workflowInfo } from '@temporalio/workflow';
import { openLifecycle } from '../domain/lifecycle';
import type { ClosedRun } from '../domain/records';
import type { AssessmentOutcome } from './assessment';
import { listen } from './doors';
import { follow } from './follow';
import { vendorNewsSignal } from './messages';
import type { AmendmentInput, AssessmentInput, VendorNews } from './messages';
import { recordsLater } from './proxies';
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
  const policy = context?.subject.policy;
  return {
    ...input,
    opportunityId: closed.run.opportunityId,
    eventKey: workflowInfo().workflowId,
    stageId: context?.subject.opportunity.stageId ?? '',
    delivery: null,
    resume: {
      lifecycle: {
        ...openLifecycle(
          policy ?? {
            expiresAfterMs: null,
            reminderOffsetsMs: [],
            onLeaveStage: 'keep',
            suspendLimitMs: 0,
            poll: null,
          },
        ),
        status: closed.status,
      },
      subject: context?.subject ?? null,
      route: context?.route ?? null,
      inheritTags: context?.inheritTags ?? [],
      invitation: context?.invitation ?? null,
      remindersSent: 0,
      attentionSince: null,
      facts: closed.facts,
      inbox: { waiting: [], held: [], seen: [] },
      plans: [],
      ledger: { seq: closed.seq, pending: [], deliveries: [] },
    },
  };
}
