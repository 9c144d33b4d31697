import { types } from 'node:util';
import type { Client } from '@temporalio/client';
import { isGrpcServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  isBrokenCircuitError,
} from 'cockatiel';
import { FulcrumError } from '../../domain/errors';

/**
 * Calls to Temporal that a caller of ours waits for. Without a deadline a start fails only after 18 s while the
 * server is down; with the breaker only one caller a second waits for it at all (decision 0003).
 */

export interface TemporalBreaker {
  readonly state: 'closed' | 'open' | 'half-open';
  /**
   * Runs one call with the deadline. Not for queries and updates that wait for a worker: there a late answer says
   * nothing about the server.
   * @throws FulcrumError `temporal.unavailable` when the server cannot be reached or does not answer in time;
   * anything else (not found, already started …) as the client throws it
   */
  run<T>(fn: () => Promise<T>): Promise<T>;
}

/** gRPC codes by which a server says "not now" rather than "no". */
const away = new Set([
  1, // CANCELLED: the connection was closed under the call
  2, // UNKNOWN
  4, // DEADLINE_EXCEEDED
  8, // RESOURCE_EXHAUSTED
  10, // ABORTED
  13, // INTERNAL: also how broken HTTP/2 streams are told
  14, // UNAVAILABLE
]);

/** Whether an error of the Temporal client means that the server is away for now. */
export function isTemporalAway(error: unknown): boolean {
  if (!types.isNativeError(error) || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return false;
  if (error instanceof FulcrumError) return error.code === 'temporal.unavailable';
  // The client makes an error of its own of it, without the code of gRPC. Nothing can be done there until it is back.
  if (error instanceof NamespaceNotFoundError) return true;
  if (isGrpcServiceError(error)) return away.has(error.code);
  return error.cause !== undefined && isTemporalAway(error.cause);
}

const names = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const;

export function createBreaker(options: {
  client: Pick<Client, 'withDeadline'>;
  deadlineMs?: number;
  halfOpenAfterMs?: number;
}): TemporalBreaker {
  const deadlineMs = options.deadlineMs ?? 2000;
  const policy = circuitBreaker(handleWhen(isTemporalAway), {
    breaker: new ConsecutiveBreaker(1),
    halfOpenAfter: options.halfOpenAfterMs ?? 1000,
  });
  return {
    get state() {
      return names[policy.state];
    },
    async run(fn) {
      try {
        return await policy.execute(() => options.client.withDeadline(Date.now() + deadlineMs, fn));
      } catch (cause) {
        if (!isBrokenCircuitError(cause) && !isTemporalAway(cause)) throw cause;
        throw new FulcrumError('temporal.unavailable', 'Temporal cannot be reached at the moment.', {
          cause,
        });
      }
    },
  };
}
