import type { Client } from '@temporalio/client';
import { blindWorkflows } from '../../platform/temporal/blind-client';
import { grpcCode, hasGrpcCode } from '../../platform/temporal/grpc-code';
import { keysIn } from './payload-keys';

/**
 * Which keys the histories in Temporal need. Every event is looked at: a run that began under the new key may have been
 * signalled by a process that still sealed with the old one. Most histories come in one answer, so looking at the first
 * event alone would ask Temporal as often.
 */
export interface History {
  workflowId: string;
  runId: string;
  type: string;
  isOpen: boolean;
  /** Ms since 1970; null while it is open. */
  closedAt: number | null;
  keys: ReadonlySet<string>;
}

/** Asked at once: a busy server has others to serve. */
const atOnce = 8;

/** Goes through the histories of the namespace, in no certain order; those that are gone by then are left out. */
export async function readHistories(
  client: Client,
  which: 'open' | 'closed',
  { isStopped, found }: { isStopped: () => boolean; found: (history: History) => void },
): Promise<void> {
  const query = which === 'open' ? `ExecutionStatus = 'Running'` : `ExecutionStatus != 'Running'`;
  const listed = blindWorkflows(client).list({ query })[Symbol.asyncIterator]();
  const work = async (): Promise<void> => {
    while (!isStopped()) {
      const next = await listed.next();
      if (next.done === true) return;
      const { workflowId, runId, type, closeTime } = next.value;
      const keys = await keysOfHistory(client, { workflowId, runId });
      if (keys === null) continue;
      found({
        workflowId,
        runId,
        type,
        isOpen: which === 'open',
        closedAt: closeTime?.getTime() ?? null,
        keys,
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Null: there is no such history any more. */
async function keysOfHistory(
  client: Client,
  execution: { workflowId: string; runId: string },
): Promise<Set<string> | null> {
  const keys = new Set<string>();
  let nextPageToken: Uint8Array | null | undefined;
  do {
    try {
      const page = await client.workflowService.getWorkflowExecutionHistory({
        namespace: client.options.namespace,
        execution,
        ...(nextPageToken && { nextPageToken }),
      });
      keysIn(page.history, keys);
      nextPageToken = page.nextPageToken;
    } catch (error) {
      if (hasGrpcCode(error, grpcCode.notFound)) return null;
      throw error;
    }
  } while (nextPageToken && nextPageToken.length > 0);
  return keys;
}

/** How long Temporal keeps a closed history, ms. */
export async function retentionMs(client: Client): Promise<number> {
  const { namespace } = client.options;
  const { config } = await client.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
}

/** Has Temporal delete closed histories, and waits for a while until they are gone. */
export async function deleteHistories(
  client: Client,
  histories: readonly History[],
  isStopped: () => boolean,
): Promise<void> {
  const { namespace } = client.options;
  const gone = async ({ workflowId, runId }: History): Promise<boolean> =>
    (await keysOfHistory(client, { workflowId, runId })) === null;
  for (const { workflowId, runId } of histories) {
    if (isStopped()) return;
    try {
      await client.workflowService.deleteWorkflowExecution({
        namespace,
        workflowExecution: { workflowId, runId },
      });
    } catch (error) {
      if (!hasGrpcCode(error, grpcCode.notFound)) throw error;
    }
  }
  const until = Date.now() + deletionPatienceMs;
  for (const history of histories) {
    while (!isStopped() && Date.now() < until && !(await gone(history))) await pause(200);
  }
}

const deletionPatienceMs = 30_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
