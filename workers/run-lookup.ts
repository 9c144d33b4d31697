import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { RunWaking } from '../activities/probing';
import type { RunLookup } from '../activities/reconciling';
import { connectionChangedSignal, searchAttributes, workflowTypes } from '../workflows/messages';

/** Runs as Temporal knows them. A connection's id is ours, so it cannot end its own quotation. */
export const createRunLookup = (client: Client): RunLookup & RunWaking => {
  const openOf = async (connectionId: string): Promise<Set<string>> => {
    const query =
      `${searchAttributes.connection.name} = '${connectionId}' AND ` +
      `WorkflowType = '${workflowTypes.assessment}' AND ExecutionStatus = 'Running'`;
    const open = new Set<string>();
    for await (const { workflowId } of client.workflow.list({ query })) open.add(workflowId);
    return open;
  };

  return {
    openOf,

    async wake(connectionId) {
      for (const workflowId of await openOf(connectionId)) {
        try {
          await client.workflow.getHandle(workflowId).signal(connectionChangedSignal);
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      }
    },

    async isOpen(workflowId) {
      try {
        const { name } = (await client.workflow.getHandle(workflowId).describe()).status;
        // An operator may have paused it; it goes on one day.
        return name === 'RUNNING' || name === 'PAUSED';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
};
