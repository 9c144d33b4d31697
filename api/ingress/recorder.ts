import { FulcrumError } from '../../domain/errors';
import type { Verdict } from '../../domain/records';
import type { Arrival, Outcome } from './arrival';
import type { Outbox } from './outbox';

/** An arrival with what became of it. */
export interface Entry {
  arrival: Arrival;
  outcome: Outcome;
  /** The row says that it came, and why it was refused; nothing of what it said is kept, here neither. */
  isBare?: true;
}

/** Everything else of an entry: ids, times, a reason of ours. */
const besidesBytes = 1_024;

/** What an entry takes while it waits in memory. Headers and query are a sender's to make long, as the body is. */
export const entryBytes = ({ arrival: { body, request } }: Entry): number =>
  body.length + Buffer.byteLength(JSON.stringify(request)) + besidesBytes;

export interface Recorder {
  /**
   * Keeps the record; answers the verdict it was kept under (`duplicate` when its token was spent before).
   * @throws FulcrumError `store.unavailable` when the message itself would be lost
   */
  record(entry: Entry): Promise<Verdict>;
}

/** Nothing but the row of such a delivery remembers that something has to be done. */
const onlyInTheRow: readonly Verdict[] = ['pending', 'held', 'unmatched'];

export const isDatabaseGone = (error: unknown): boolean =>
  error instanceof FulcrumError && error.code === 'db.unavailable';

export function createRecorder(deps: {
  write: (entry: Entry) => Promise<Verdict>;
  outbox: Outbox<Entry>;
}): Recorder {
  return {
    async record(entry) {
      const { verdict } = entry.outcome;
      const needsRow = onlyInTheRow.includes(verdict);
      // While older ones wait, later ones line up behind them: the first of a token must be the one that spends it.
      if (!needsRow && deps.outbox.size() > 0) {
        deps.outbox.add(entry);
        return verdict;
      }
      try {
        return await deps.write(entry);
      } catch (error) {
        if (!isDatabaseGone(error)) throw error;
        if (needsRow) {
          throw new FulcrumError(
            'store.unavailable',
            'The message cannot be stored just now and was not accepted. Send it again.',
            { cause: error },
          );
        }
        deps.outbox.add(entry);
        return verdict;
      }
    },
  };
}
