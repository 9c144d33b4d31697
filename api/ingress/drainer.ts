import type { Logger } from '../../platform/log';
import { createLoop } from '../loop';
import type { Arrival, Outcome } from './arrival';
import { type Dispatch, isStoreAway } from './dispatch';

/** A stored delivery that waits to be brought to Temporal. `settle` stores what became of it. */
export interface Drainer {
  start(): void;
  stop(): Promise<void>;
}

/** Takes up to `limit` waiting deliveries, each under its lock; answers how many it took. */
export type Take = (limit: number, bring: (arrival: Arrival) => Promise<Outcome>) => Promise<number>;

const pauseMs = 1_000;
const batch = 50;

/**
 * Delivers what was kept while Temporal was away, and account-level callbacks whose run has become known (decisions
 * 0003 and 0028). Several processes may drain at once: each delivery is locked while it is brought.
 */
export function createDrainer(deps: {
  takePending: Take;
  takeMatched: Take;
  dispatch: Dispatch;
  /** What else waits for a store to return. */
  flush: () => Promise<void>;
  /** Lets go of what is too much to wait. */
  trim: () => Promise<void>;
  log: Logger;
}): Drainer {
  const all = (take: Take) => async (): Promise<void> => {
    while (!loop.isStopped && (await take(batch, deps.dispatch)) === batch);
  };
  /** Each on its own: where one comes to no end, the others go on. */
  const steps = [deps.flush, all(deps.takePending), deps.trim, all(deps.takeMatched)];

  const loop = createLoop(async () => {
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        if (!isStoreAway(error)) deps.log.error({ err: error }, 'draining failed; it is tried again');
      }
    }
    return pauseMs;
  });

  return { start: () => loop.start(), stop: () => loop.stop() };
}
