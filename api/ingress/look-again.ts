/** Strangers may call any address: what they can make the hub read is bounded. */
const atMostEveryMs = 1_000;

/** Reads something anew for whoever did not find what they looked for, but not more often than once a second. */
export function createLookAgain(
  read: () => Promise<unknown>,
  now: () => number = Date.now,
): () => Promise<void> {
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<unknown> = Promise.resolve();
  return async () => {
    if (now() - readAt >= atMostEveryMs) {
      readAt = now();
      reading = read().catch(() => undefined);
    }
    await reading;
  };
}
