import type { RunTiming } from '../messages';

/** One attempt's length and the growing pauses between attempts, as every activity of the hub has them. */
export const paced = (timing: RunTiming) => ({
  startToCloseTimeout: timing.startToCloseMs,
  retry: {
    initialInterval: timing.initialIntervalMs,
    maximumInterval: Math.max(timing.maxIntervalMs, timing.initialIntervalMs),
    backoffCoefficient: 2,
  },
});

/** For what comes again by itself: it is given up after so many attempts. */
export const pacedUpTo = (maximumAttempts: number, timing: RunTiming) => {
  const { retry, ...rest } = paced(timing);
  return { ...rest, retry: { ...retry, maximumAttempts } };
};
