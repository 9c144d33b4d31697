import { settlesWithin } from '../platform/settles-within';

/** A part may wait for its own patience first; this comes after all of them. */
const SAY_AFTER_MS = 20_000;
const GIVE_UP_AFTER_MS = 60_000;

/**
 * Stops a part, but waits for it no longer than a person would: what it waits for itself may never come, such as the
 * answer of a database that stands still.
 * @param what as in "the api"
 * @param say is told in one line when it takes long
 * @throws Error when it has not stopped in time, so that the next part has its turn
 */
export async function stopWithin(
  what: string,
  stop: () => Promise<void>,
  say: (line: string) => void,
  { sayAfterMs = SAY_AFTER_MS, giveUpAfterMs = GIVE_UP_AFTER_MS } = {},
): Promise<void> {
  const slow = setTimeout(() => say(`Waiting for ${what} to stop.`), sayAfterMs);
  try {
    if (await settlesWithin(stop(), giveUpAfterMs)) return;
  } finally {
    clearTimeout(slow);
  }
  throw new Error(`${what} did not stop within ${giveUpAfterMs / 1000} s.`);
}
