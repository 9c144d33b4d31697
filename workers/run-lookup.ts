import { type Client, type WorkflowClient, WorkflowNotFoundError } from '@temporalio/client';
import type { RunWaking } from '../activities/probing';
import type { RunLookup } from '../activities/sweeping';
import { amendedAssessment, amendmentWorkflowId } from '../domain/ids';
import type { Ending } from '../domain/sweep';
import type { Logger } from '../platform/log';
import { blindWorkflows } from '../platform/temporal/blind-client';
import { grpcCode, hasGrpcCode } from '../platform/temporal/grpc-code';
import { type AmendmentInput, endedUnseenSignal } from '../workflows/amendment/contract';
import { connectionChangedSignal } from '../workflows/assessment/contract';
import { type ActivityTiming, taskQueues, workflowTypes } from '../workflows/names';
import { listening } from '../workflows/search-attributes';
import { startAttributes } from '../workflows/search-attributes';

/** States of a workflow that is over; any other, also one that is unknown to this SDK, may go on. */
const endings: Readonly<Record<string, Ending>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  TERMINATED: 'terminated',
  CANCELLED: 'cancelled',
  TIMED_OUT: 'timed_out',
};

/**
 * Whoever reaches Temporal's port can end a run and start another workflow under its id, where no worker of the hub's ever
 * takes it: that is not the run.
 */
const isOfTheHub = (taskQueue: string): boolean => taskQueue === taskQueues.assessments;

/**
 * Runs as Temporal knows them. `timing`: for the amendments that are begun.
 * @param lists how workflows are listed and described; default: without opening what they hold
 */
export const createRunLookup = (
  client: Client,
  timing: ActivityTiming,
  log: Logger,
  lists: Pick<WorkflowClient, 'list' | 'getHandle'> = blindWorkflows(client),
): RunLookup & RunWaking => ({
  async namespaceId() {
    const { namespace } = client.options;
    const { namespaceInfo } = await client.workflowService.describeNamespace({ namespace });
    return namespaceInfo?.id ?? '';
  },

  async openRuns() {
    const query = `WorkflowType = '${workflowTypes.assessment}' AND ExecutionStatus = 'Running'`;
    const open = new Set<string>();
    for await (const { workflowId, taskQueue } of lists.list({ query })) {
      if (isOfTheHub(taskQueue)) open.add(workflowId);
    }
    return open;
  },

  async endingOf(workflowId) {
    try {
      const { status, taskQueue } = await lists.getHandle(workflowId).describe();
      return isOfTheHub(taskQueue) ? (endings[status.name] ?? null) : 'unknown';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  },

  async endedAmendments(since) {
    const query =
      `WorkflowType = '${workflowTypes.amendment}' AND ` +
      `ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut') AND CloseTime > '${new Date(since).toISOString()}'`;
    const found = new Set<string>();
    for await (const { workflowId } of lists.list({ query })) found.add(amendedAssessment(workflowId));
    return found;
  },

  async tellEnding({ assessmentId, vendor, connectionId, opportunityId }, { fairnessKey, ...end }) {
    const input: AmendmentInput = { assessmentId, vendor, connectionId, timing };
    await client.workflow.signalWithStart(workflowTypes.amendment, {
      workflowId: amendmentWorkflowId(assessmentId),
      taskQueue: taskQueues.assessments,
      args: [input],
      signal: endedUnseenSignal,
      signalArgs: [end],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      priority: { fairnessKey },
      typedSearchAttributes: startAttributes({ connectionId, vendor, opportunityId }),
      staticSummary: `${vendor}: ${assessmentId} ended unseen`,
    });
  },

  wake: (workflowId) => wake(client, workflowId, log),

  async wakeAllOf(connectionId) {
    for await (const { workflowId } of lists.list({ query: listening(connectionId) }))
      await wake(client, workflowId, log);
  },
});

/** What takes no signal any more (Temporal lets a run have 10,000) wakes by itself, and keeps nobody else asleep. */
async function wake(client: Client, workflowId: string, log: Logger): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(connectionChangedSignal);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return;
    // The client wraps what the server has answered.
    const answered = error instanceof Error ? error.cause : undefined;
    if (!hasGrpcCode(error, grpcCode.invalidArgument) && !hasGrpcCode(answered, grpcCode.invalidArgument)) {
      throw error;
    }
    log.error({ workflowId, err: error }, 'a run takes no signal any more, and the others go on without it');
  }
}
