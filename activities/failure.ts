import { activityInfo, ApplicationFailure, log } from '@temporalio/activity';
import { FulcrumError } from '../domain/errors';

/**
 * The edge of every activity: any fault becomes an ApplicationFailure whose type is the fault's code, which says whether
 * Temporal tries again, and when.
 */

export interface FailureTimes {
  /** After an unclear answer the other side may still be working on the request (design D7), ms. */
  unclearRetryDelayMs: number;
}

const unclearCodes = new Set(['lever.unclear', 'vendor.unclear']);

/** Wraps every activity of a group, so that none can forget it. */
export function withFailures<Activities extends object>(
  activities: Activities,
  times: FailureTimes,
): Activities {
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    async (...args: unknown[]): Promise<unknown> => {
      try {
        return await (activity as (...given: unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        throw toApplicationFailure(error, times);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Activities;
}

/** The failure for any error. Types and messages of unknown errors stay inside: they may quote what they met. */
export function toApplicationFailure(error: unknown, times: FailureTimes): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const known =
    error instanceof FulcrumError
      ? error
      : new FulcrumError('internal', 'an unexpected fault inside the hub', { cause: error });
  if (known.code === 'internal') log.error('activity failed', { error: nameOf(known.cause ?? known) });
  const delay = unclearCodes.has(known.code) ? times.unclearRetryDelayMs : known.retryAfterMs;
  return ApplicationFailure.create({
    type: known.code,
    message: known.message,
    nonRetryable: !known.retryable,
    details: [{ ...known.detail, attempt: activityInfo().attempt }],
    // The server takes a delay of nothing (`Retry-After: 0`) for "no more retries".
    ...(delay !== undefined && delay > 0 && { nextRetryDelay: delay }),
  });
}

/** Class and place without the message, which may hold what a person wrote. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '));
  return `${error.name}${place === undefined ? '' : ` ${place.trim()}`}`;
}
