import type { DeliveryTally } from '../../db/repositories/tallies';
import type { Logger } from '../../platform/log';
import type { Arrival } from './arrival';

/** Counts messages that were answered and have no row, and brings the counts to the database from time to time. */
export interface Tally {
  add(
    of: Pick<Arrival, 'source' | 'connectionId' | 'receivedAt'>,
    verdict: DeliveryTally['verdict'],
    count?: number,
  ): void;
  /** Brings what was counted since to the database. Never fails: what could not be written is kept for the next time. */
  flush(): Promise<void>;
}

export function createTally(deps: {
  write: (tallies: DeliveryTally[]) => Promise<void>;
  log: Logger;
}): Tally {
  let counted = new Map<string, DeliveryTally>();

  const put = (tally: DeliveryTally): void => {
    const name = JSON.stringify([tally.connectionId, tally.source, tally.verdict, tally.day]);
    const known = counted.get(name);
    counted.set(name, { ...tally, count: tally.count + (known?.count ?? 0) });
  };

  return {
    add({ source, connectionId, receivedAt }, verdict, count = 1) {
      put({ connectionId, source, verdict, day: new Date(receivedAt).toISOString().slice(0, 10), count });
    },
    async flush() {
      if (counted.size === 0) return;
      const waiting = [...counted.values()];
      counted = new Map();
      try {
        await deps.write(waiting);
      } catch (error) {
        for (const tally of waiting) put(tally);
        deps.log.debug({ err: error }, 'what was only counted cannot be written just now');
      }
    },
  };
}
