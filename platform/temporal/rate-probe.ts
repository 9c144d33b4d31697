import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';
import type { Connection } from '@temporalio/client';
import { Client, isGrpcServiceError } from '@temporalio/client';
import { grpcCode, hasGrpcCode } from './grpc-code';
import { setQueueRate } from './queue-rate';
import type { HandedOut, RateVerdict } from './rate-verdict';
import { crowdSize, judgeRate, othersCount, perSecond, watchMs } from './rate-verdict';

/**
 * Finds out whether the server really keeps the rates of `queue-rate.ts`: one that does not takes the setting all the
 * same. It is asked on a task queue of its own, with a few standalone activities that do nothing.
 */

/** More than a queue has partitions by default, because a poll waits at one of them. */
const pollers = 8;
/** The order is judged, so nothing is taken before all are in the queue. Its own figures come seconds late. */
const settleMs = 500;
/** Whatever could not be cleaned up ends by itself, ms. */
const taskLivesMs = 20_000;

interface Probe {
  connection: Connection;
  namespace: string;
  taskQueue: string;
  crowd: string[];
  others: string[];
  signal: AbortSignal;
}

/**
 * Takes about four seconds and leaves no task behind.
 * @throws the client's error when the server cannot be asked, or when `signal` is aborted
 */
export async function probeRate(
  connection: Connection,
  options: { namespace: string; signal: AbortSignal },
): Promise<RateVerdict> {
  const { namespace, signal } = options;
  const taskQueue = `probe-${randomUUID()}`;
  const ids = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${taskQueue}/${name}/${index}`);
  const probe: Probe = {
    ...{ connection, namespace, taskQueue, signal },
    ...{ crowd: ids('crowd', crowdSize), others: ids('others', othersCount) },
  };
  try {
    const isKnown = await setQueueRate(connection, { namespace, taskQueue, perSecondPerKey: perSecond });
    if (!isKnown) return 'unsupported';
    const startedAt = performance.now();
    await queueTasks(probe, probe.crowd, () => 'crowd');
    await queueTasks(probe, probe.others, (id) => id);
    // The server puts what was started into the queue in its own time.
    await sleep(Math.max(settleMs, performance.now() - startedAt), undefined, { signal });
    const { handedOut, answersMs } = await takeTasks(probe);
    return judgeRate(handedOut, answersMs);
  } catch (error) {
    if (hasCode(error, grpcCode.unimplemented)) return 'unsupported';
    throw error;
  } finally {
    await cleanUp(probe);
  }
}

async function queueTasks(
  { connection, namespace, taskQueue }: Probe,
  ids: string[],
  fairnessKey: (id: string) => string,
): Promise<void> {
  const { activity } = new Client({ connection, namespace });
  await Promise.all(
    ids.map((id) =>
      activity.start('rateProbe', {
        id,
        taskQueue,
        scheduleToCloseTimeout: taskLivesMs,
        retry: { maximumAttempts: 1 },
        // 64 bytes are the most.
        priority: { fairnessKey: fairnessKey(id).slice(-64) },
        summary: 'asks whether the server keeps the rates that were set',
      }),
    ),
  );
}

/** Takes the tasks as a worker would, notes when each was handed out, and how quick the server is. */
async function takeTasks(probe: Probe): Promise<{ handedOut: HandedOut[]; answersMs: number[] }> {
  const { connection, namespace, taskQueue, signal } = probe;
  const crowd = new Set(probe.crowd);
  const taken: { of: HandedOut['of']; at: number }[] = [];
  const answersMs: number[] = [];
  const watch = new AbortController();
  const over = watch.signal;
  // Each poll listens to it.
  setMaxListeners(0, over);
  const end = (): void => watch.abort();
  // Not AbortSignal.any and AbortSignal.timeout: Node 20 may collect such a signal before its time, and the watch goes on.
  const timer = setTimeout(end, watchMs);
  signal.addEventListener('abort', end, { once: true });

  const next = () =>
    connection.withAbortSignal(over, () =>
      // A poll without a deadline, or with a near one, is refused.
      connection.withDeadline(Date.now() + 2 * watchMs, () =>
        connection.workflowService.pollActivityTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          identity: 'fulcrum-rate-probe',
        }),
      ),
    );
  const poll = async (): Promise<void> => {
    while (!over.aborted) {
      const { activityId, taskToken } = await next();
      if (!activityId) continue;
      taken.push({ of: crowd.has(activityId) ? 'crowd' : 'others', at: performance.now() });
      if (taken.length === crowdSize + othersCount) end();
      const asked = performance.now();
      await connection.workflowService.respondActivityTaskCompleted({ namespace, taskToken });
      answersMs.push(performance.now() - asked);
    }
  };
  const endQuietly = (error: unknown): void => {
    if (signal.aborted || !hasCode(error, grpcCode.cancelled)) throw error;
  };
  try {
    signal.throwIfAborted();
    await Promise.all(Array.from({ length: pollers }, () => poll().catch(endQuietly)));
    // Where all of them were answering just then, none was cut off.
    signal.throwIfAborted();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
  const start = taken[0]?.at ?? 0;
  return { handedOut: taken.map(({ of, at }) => ({ of, atMs: at - start })), answersMs };
}

/** As far as the server lets us; what stays ends by itself. */
async function cleanUp({ connection, namespace, taskQueue, crowd, others }: Probe): Promise<void> {
  const { workflowService } = connection;
  await Promise.allSettled([
    setQueueRate(connection, { namespace, taskQueue, perSecondPerKey: 0 }),
    ...[...crowd, ...others].map((activityId) =>
      workflowService.deleteActivityExecution({ namespace, activityId }),
    ),
  ]);
}

/** The client wraps what the server says. */
function hasCode(error: unknown, wanted: number): boolean {
  if (isGrpcServiceError(error)) return hasGrpcCode(error, wanted);
  return types.isNativeError(error) && error.cause !== undefined && hasCode(error.cause, wanted);
}
