import { randomUUID } from 'node:crypto';
import {
  type Client,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure } from '@temporalio/common';
import { FulcrumError } from '../../domain/errors';
import { isTemporalAway } from '../../platform/temporal/breaker';
import { grpcCode, hasGrpcCode } from '../../platform/temporal/grpc-code';
import { type ActionAnswer, type RunStatus, statusQuery } from '../../workflows/assessment/contract';
import { refusedAction } from '../../workflows/names';

/** What a person does to a run, and what the run says of itself: both need a worker to answer. */
export interface RunActions {
  /**
   * Has the run carry out an action and answers its status afterwards.
   * @throws FulcrumError `conflict` with the run's reason when it refuses, `temporal.unavailable` when nobody answers
   */
  act<Args extends [unknown]>(
    workflowId: string,
    update: UpdateDefinition<ActionAnswer, Args>,
    input: Args[0],
  ): Promise<ActionAnswer>;
  /** The run as it is now; null when it is over for good, or no worker can say. */
  live(workflowId: string): Promise<RunStatus | null>;
}

/** A worker answers within milliseconds; one that is being deployed anew takes a few seconds. */
const actionDeadlineMs = 10_000;
const queryDeadlineMs = 3_000;
/** An update that the server has dropped is put again; more than once in a row is rare. */
const mostTries = 4;

export function createRunActions(client: Client): RunActions {
  return {
    async act(workflowId, update, input) {
      const handle = client.workflow.getHandle(workflowId);
      try {
        // One id for all tries: whatever was taken already is not carried out twice.
        const updateId = randomUUID();
        return await client.withDeadline(Date.now() + actionDeadlineMs, () =>
          untilTaken(() =>
            handle.executeUpdate<ActionAnswer, [unknown]>(update, { args: [input], updateId }),
          ),
        );
      } catch (error) {
        throw toError(error);
      }
    },

    async live(workflowId) {
      try {
        return await client.withDeadline(Date.now() + queryDeadlineMs, () =>
          client.workflow.getHandle(workflowId).query(statusQuery),
        );
      } catch {
        // Whatever the cause, the records below it still tell the run's story.
        return null;
      }
    },
  };
}

/** The server drops an update when the task that took it up fails, e.g. because news came in while a run was ending. */
async function untilTaken<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const said = error instanceof ServiceError ? error.cause : error;
      const isDropped = hasGrpcCode(said, grpcCode.failedPrecondition);
      if (!isDropped || tries === mostTries) throw error;
    }
  }
}

function toError(error: unknown): FulcrumError {
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error;
    const refused = cause instanceof ApplicationFailure && cause.type === refusedAction;
    return new FulcrumError(
      'conflict',
      refused ? cause.message : 'The run could not carry out this action; see its timeline.',
      { cause: error },
    );
  }
  if (error instanceof WorkflowNotFoundError) {
    return new FulcrumError('conflict', 'The run is over: nothing can be done to it any more.', {
      cause: error,
    });
  }
  const late = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
  const deadline = hasGrpcCode(error, grpcCode.deadlineExceeded);
  if (late || deadline) {
    return new FulcrumError(
      'temporal.unavailable',
      'No worker answered in time. The action may still be carried out: look at the run before you repeat it.',
      { cause: error },
    );
  }
  if (isTemporalAway(error)) {
    return new FulcrumError(
      'temporal.unavailable',
      'Temporal cannot be reached at the moment. Try again later.',
      {
        cause: error,
      },
    );
  }
  return new FulcrumError('internal', 'The action failed.', { cause: error });
}
