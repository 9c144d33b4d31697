import type { Connection } from '@temporalio/client';
import { grpcCode, hasGrpcCode } from './grpc-code';

const activityQueue = 2; // temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY

/**
 * Sets how many activities per second a task queue hands out for each fairness key (decision 0007); 0 lifts the limit.
 * Takes effect for all workers of the queue. That a server takes it does not mean that it keeps it: see `rate-probe.ts`.
 * @returns whether the server knows such a setting at all
 */
export async function setQueueRate(
  connection: Connection,
  options: { namespace: string; taskQueue: string; perSecondPerKey: number },
): Promise<boolean> {
  const { namespace, taskQueue, perSecondPerKey } = options;
  try {
    await connection.workflowService.updateTaskQueueConfig({
      namespace,
      taskQueue,
      taskQueueType: activityQueue,
      identity: 'fulcrum',
      updateFairnessKeyRateLimitDefault: {
        // No limit given takes away the one that is set; a limit of 0 would stop the queue.
        ...(perSecondPerKey > 0 && { rateLimit: { requestsPerSecond: perSecondPerKey } }),
        reason: perSecondPerKey > 0 ? 'requests per account and second' : 'lifted by configuration',
      },
    });
    return true;
  } catch (error) {
    if (hasGrpcCode(error, grpcCode.unimplemented)) return false;
    throw error;
  }
}
