import { setTimeout as sleep } from 'node:timers/promises';

/** Its port may be taken for a moment; and a server that crashes over and over must not take the whole machine. */
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

export interface Revivable {
  /** Resolves when it has ended, for whatever reason. */
  exited: Promise<unknown>;
  stop(): Promise<void>;
}

export interface Kept<S> {
  /** The one that runs now. */
  current(): S;
  /** Rejects when it ended by itself and could not be started again; never resolves. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Starts a server again whenever it ends by itself: the system may kill it when memory is short.
 * @param again starts it on the same ports, since its clients know no others
 */
export function keepRunning<S extends Revivable>(
  name: string,
  first: S,
  again: (before: S) => Promise<S>,
  say: (line: string) => void,
): Kept<S> {
  let current = first;
  let stopping = false;
  const watch = async (): Promise<void> => {
    for (;;) {
      await current.exited;
      if (stopping) return;
      say(`The ${name} ended by itself: starting it again on the same data.`);
      for (let attempt = 1; ; attempt += 1) {
        await sleep(PAUSE_MS);
        if (stopping) return;
        try {
          current = await again(current);
          break;
        } catch (error) {
          if (attempt === ATTEMPTS) throw error;
        }
      }
      if (stopping) await current.stop();
    }
  };
  const watched = watch();
  const failed = watched.then(() => new Promise<never>(() => undefined));
  // Whoever does not look at it must not fall over it.
  failed.catch(() => undefined);
  return {
    current: () => current,
    failed,
    stop: async () => {
      stopping = true;
      await current.stop();
      await watched.catch(() => undefined);
    },
  };
}
