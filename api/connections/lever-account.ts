import { randomUUID } from 'node:crypto';
import { ActivityExecutionFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common';
import type { AccountActivities, LeverUser, ListedWebhook } from '../../activities/account';
import type { Connection, LeverEventName, StageName } from '../../domain/connection';
import { FulcrumError, isErrorCode } from '../../domain/errors';
import { leverBucket } from '../../domain/ids';
import type { TemporalBreaker } from '../../platform/temporal/breaker';
import { taskQueues } from '../../workflows/names';

/**
 * Lever as the api may use it: through the same queue as the runs, so that the customer's rate is kept for all of
 * them together (decision 0007). Faults come as FulcrumError with the code that the activity gave them.
 */
export interface LeverAccount {
  listStages(connection: Connection): Promise<StageName[]>;
  findUser(connection: Connection, email: string): Promise<LeverUser | null>;
  listWebhooks(connection: Connection): Promise<ListedWebhook[]>;
  createWebhook(
    connection: Connection,
    event: LeverEventName,
    url: string,
  ): Promise<{ id: string; signatureToken: string }>;
  deleteWebhook(connection: Connection, webhookId: string): Promise<void>;
}

/** A person or a program waits for the answer: long enough for a busy account, short enough to say so. */
const times = { waitForWorker: 15_000, oneAttempt: 15_000, allAttempts: 40_000 } as const;

export function createLeverAccount(client: Client, breaker: TemporalBreaker): LeverAccount {
  const ask = async <Name extends keyof AccountActivities>(
    connection: Connection,
    name: Name,
    input: Parameters<AccountActivities[Name]>[0],
    maximumAttempts: number,
  ): Promise<Awaited<ReturnType<AccountActivities[Name]>>> => {
    const handle = await breaker.run(() =>
      client.activity.start(name, {
        id: `account/${connection.id}/${name}/${randomUUID()}`,
        taskQueue: taskQueues.lever,
        args: [input],
        scheduleToStartTimeout: times.waitForWorker,
        startToCloseTimeout: times.oneAttempt,
        scheduleToCloseTimeout: times.allAttempts,
        retry: { maximumAttempts, initialInterval: 500 },
        priority: { fairnessKey: leverBucket(connection) },
        summary: `${name} for ${connection.customer}`,
      }),
    );
    try {
      // The deadline is only for a Temporal that goes away meanwhile; the activity ends by itself before it.
      return (await client.withDeadline(Date.now() + times.allAttempts + 5_000, () =>
        handle.result(),
      )) as Awaited<ReturnType<AccountActivities[Name]>>;
    } catch (error) {
      throw toError(error, name);
    }
  };

  return {
    listStages: (connection) => ask(connection, 'listStages', { connectionId: connection.id }, 3),
    findUser: (connection, email) => ask(connection, 'findUser', { connectionId: connection.id, email }, 3),
    listWebhooks: (connection) => ask(connection, 'listWebhooks', { connectionId: connection.id }, 3),
    // Repeated blindly it would make a second one (decision 0008); the caller looks again instead.
    createWebhook: (connection, event, url) =>
      ask(connection, 'createWebhook', { connectionId: connection.id, event, url }, 1),
    deleteWebhook: (connection, webhookId) =>
      ask(connection, 'deleteWebhook', { connectionId: connection.id, webhookId }, 3),
  };
}

function toError(error: unknown, activity: string): FulcrumError {
  const cause = error instanceof ActivityExecutionFailedError ? error.cause : undefined;
  if (cause instanceof ApplicationFailure && isErrorCode(cause.type)) {
    return new FulcrumError(cause.type, cause.message, { cause: error });
  }
  if (cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START') {
    return new FulcrumError(
      'temporal.unavailable',
      'No worker took the request to Lever. Make sure that one is running (npm run worker).',
      { cause: error },
    );
  }
  if (cause instanceof TimeoutFailure && activity === 'createWebhook') {
    return new FulcrumError(
      'lever.unclear',
      'The worker did not answer, so the webhook may have been created; it is looked for first.',
      { cause: error },
    );
  }
  if (cause instanceof TimeoutFailure) {
    return new FulcrumError('lever.unavailable', 'Lever did not answer in time.', {
      cause: error,
    });
  }
  return new FulcrumError(
    'temporal.unavailable',
    `The request to Lever (${activity}) could not be carried out.`,
    {
      cause: error,
    },
  );
}
