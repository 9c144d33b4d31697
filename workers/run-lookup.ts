import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { RunWaking } from '../activities/probing';
import type { RunLookup } from '../activities/sweeping';
import { amendmentWorkflowId } from '../domain/ids';
import type { Ending } from '../domain/sweep';
import {
  connectionChangedSignal,
  endedUnseenSignal,
  searchAttributes,
  taskQueues,
  workflowTypes,
  type AmendmentInput,
  type RunTiming,
} from '../workflows/messages';

/** States of a workflow that is over; any other, also one that is unknown to this SDK, may go on. */
const endings: Readonly<Record<string, Ending>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  TERMINATED: 'terminated',
  CANCELLED: 'cancelled',
  TIMED_OUT: 'timed_out',
};

/** Runs as Temporal knows them. `timing`: for the amendments that are begun. */
export const createRunLookup = (client: Client, timing: RunTiming): RunLookup & RunWaking => ({
  async namespaceId() {
    const { namespace } = client.options;
    const { namespaceInfo } = await client.workflowService.describeNamespace({ namespace });
    return namespaceInfo?.id ?? '';
  },

  async openRuns() {
    const query = `WorkflowType = '${workflowTypes.assessment}' AND ExecutionStatus = 'Running'`;
    const open = new Set<string>();
    for await (const { workflowId } of client.workflow.list({ query })) open.add(workflowId);
    return open;
  },

  async endingOf(workflowId) {
    try {
      const { status } = await client.workflow.getHandle(workflowId).describe();
      return endings[status.name] ?? null;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  },

  async tellEnding({ assessmentId, vendor, connectionId, opportunityId }, { reason, fairnessKey }) {
    const input: AmendmentInput = { assessmentId, vendor, connectionId, timing };
    await client.workflow.signalWithStart(workflowTypes.amendment, {
      workflowId: amendmentWorkflowId(assessmentId),
      taskQueue: taskQueues.assessments,
      args: [input],
      signal: endedUnseenSignal,
      signalArgs: [{ reason }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      priority: { fairnessKey },
      typedSearchAttributes: [
        { key: searchAttributes.connection, value: connectionId },
        { key: searchAttributes.vendor, value: vendor },
        ...(opportunityId === null ? [] : [{ key: searchAttributes.opportunity, value: opportunityId }]),
      ],
      staticSummary: `${vendor}: ${assessmentId} ended unseen`,
    });
  },

  wake: (workflowId) => wake(client, workflowId),

  // A connection's id is ours, so it cannot end its own quotation.
  async wakeAllOf(connectionId) {
    const query =
      `${searchAttributes.connection.name} = '${connectionId}' AND ` +
      `WorkflowType = '${workflowTypes.assessment}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of client.workflow.list({ query })) await wake(client, workflowId);
  },
});

async function wake(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(connectionChangedSignal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
