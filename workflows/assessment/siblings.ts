import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { RouteAnswer } from '../../activities/types';
import type { Subject } from '../../domain/assessment';
import type { RunRecord } from '../../domain/records';
import { workflowTypes } from '../names';
import { startAttributes, unrouted } from '../search-attributes';
import { recordsLater } from '../shared/proxies';
import type { AssessmentInput } from './contract';
import type { RunLifecycle } from './lifecycle';
import type { RunContext } from './run-context';

/** A second assessment of the same stage change, whose row and claim are there. */
type Announced = (RouteAnswer & { decision: 'routes' })['others'][number];

/** The other runs of a stage change whose posting asks for several assessments. */
export class Siblings {
  constructor(
    private readonly input: AssessmentInput,
    private readonly context: Pick<RunContext, 'identity' | 'opportunityId'>,
    private readonly lifecycle: Pick<RunLifecycle, 'status' | 'reason'>,
  ) {}

  /** On its own from here: the first run's end is not the end of the others (decision 0002). */
  async start(
    { assessmentId, workflowId, route }: Announced,
    subject: Subject,
    earlierTags: string[],
  ): Promise<void> {
    const { resume: _resume, ...input } = this.input;
    const settled = { route, subject, inheritTags: [], earlierTags };
    const child: AssessmentInput = { ...input, assessmentId, delivery: null, settled };
    try {
      await startChild(workflowTypes.assessment, {
        workflowId,
        staticSummary: `${input.vendor}: ${route.assessmentName}`,
        typedSearchAttributes: startAttributes({
          ...input,
          opportunityId: this.context.opportunityId,
          status: unrouted,
        }),
        args: [child],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        // After a reset of this run the others are there, open or over: they go on, and nothing is begun again.
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  /** Those that were only announced are never begun: their rows end with the run's own, and so do their claims. */
  async takeBack(others: readonly Announced[]): Promise<void> {
    const { status, reason } = this.lifecycle;
    const record: RunRecord = {
      ...{ seq: 1, at: Date.now(), status, suspended: false, attention: false },
      ...{ kind: 'closed', detail: reason, closed: true },
    };
    for (const { assessmentId, workflowId } of others) {
      await recordsLater(this.input.timing).writeRecords.executeWithOptions(
        { summary: 'end what was only announced' },
        [{ run: { ...this.context.identity, assessmentId, workflowId }, records: [record], deliveries: [] }],
      );
    }
  }
}
