import { ActivityCancellationType } from '@temporalio/workflow';
import type { ActivityTiming } from '../names';

/** Timeouts and retries of activities, each policy once. */

/** One attempt's length and the growing pauses between attempts; repeated without end. */
export const unlimitedRetries = (timing: ActivityTiming) => ({
  startToCloseTimeout: timing.startToCloseMs,
  retry: {
    initialInterval: timing.initialIntervalMs,
    maximumInterval: Math.max(timing.maxIntervalMs, timing.initialIntervalMs),
    backoffCoefficient: 2,
  },
});

/** For what comes again by itself: it is given up after so many attempts. */
export function limitedRetries(maximumAttempts: number, timing: ActivityTiming) {
  const { retry, ...rest } = unlimitedRetries(timing);
  return { ...rest, retry: { ...retry, maximumAttempts } };
}

/** An attempt that is under way may already have invited somebody: its answer is waited for when the run is called off. */
const answerAwaited = { cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED };

/**
 * A vendor that is down for an afternoon must not cost a candidate the invitation, and Lever's own retries are only
 * five: transient faults are repeated without end. Permanent ones are told apart at the activity's edge.
 */
export const unlimitedRetriesOfRun = (timing: ActivityTiming) => ({
  ...unlimitedRetries(timing),
  ...answerAwaited,
});

export const limitedRetriesOfRun = (maximumAttempts: number, timing: ActivityTiming) => ({
  ...limitedRetries(maximumAttempts, timing),
  ...answerAwaited,
});

/** In their own time, until the database is back. */
export const untilDatabaseIsBack = (timing: ActivityTiming) => ({
  ...unlimitedRetriesOfRun(timing),
  retry: {
    initialInterval: timing.initialIntervalMs,
    // Temporal takes no pause that may not grow to its own first length.
    maximumInterval: Math.max(30_000, timing.initialIntervalMs),
    backoffCoefficient: 2,
  },
});
