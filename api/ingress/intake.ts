import { randomUUID } from 'node:crypto';
import { FulcrumError, isErrorCode } from '../../domain/errors';
import type { Verdict } from '../../domain/records';
import type { Logger } from '../../platform/log';
import { type Arrival, forgotten, type Outcome, outcome } from './arrival';
import { type Dispatch, isStoreAway } from './dispatch';
import type { News } from './news';
import type { Entry, Recorder } from './recorder';
import { createRemembered, type RowBudget } from './row-budget';
import type { Tally } from './tally';

export interface Intake {
  /**
   * Takes a verified message: to Temporal first, then on record (decision 0003). Once it answers, the message is durable; only
   * of what nothing follows from, beyond many of its kind, there is a count in the place of a row.
   * @throws FulcrumError `store.unavailable` when no store can take it
   */
  take(arrival: Arrival, news: News): Promise<Verdict>;
  /** Keeps the record of a message that is refused; never throws, because the refusal is the answer. */
  refuse(arrival: Arrival, error: unknown, from: Refused): Promise<void>;
}

/** What is known of a message that nobody has proved to be its sender's. */
export interface Refused {
  /** Of the client; of IPv6 its network, for who has one has all addresses in it. */
  address: string;
  /** Whether what it says has the form of the sender's own. */
  isLikeSenders: () => boolean;
  /** By which the sender's repeats of it are known, where it can be replayed; null: it cannot be. */
  repeatKey: string | null;
}

/** Longer ones are nobody's whose signing token was wrong; what is kept may be replayed once that is corrected. */
const mostOfRefused = 16 * 1024;

/** Verdicts that leave nothing to do, so that nothing is lost with their rows. */
const withoutEffect: readonly Verdict[] = ['ignored', 'ping', 'duplicate', 'rejected'];

const nameOf = ({ source, connectionId }: Arrival): string => `${source} ${connectionId}`;

export const newDeliveryId = (): string => `dlv_${randomUUID().replaceAll('-', '')}`;

/** Without what it said, which would otherwise stay in memory for as long as the entry waits for the database. */
const bareOf = (arrival: Arrival): Arrival => {
  const contentType = arrival.request.headers['content-type'];
  return {
    ...arrival,
    request: {
      method: arrival.request.method,
      pathRest: '',
      query: {},
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    },
    body: Buffer.alloc(0),
  };
};

const entryOf = (arrival: Arrival, result: Outcome): Entry =>
  result.reason?.code === 'erased'
    ? { arrival: forgotten(arrival), outcome: result, isBare: true }
    : { arrival, outcome: result };

export function createIntake(deps: {
  dispatch: Dispatch;
  recorder: Recorder;
  budget: RowBudget;
  tally: Tally;
  counted: (source: Arrival['source'], verdict: Verdict) => void;
  log: Logger;
}): Intake {
  const bring = async (arrival: Arrival, news: News): Promise<Outcome> => {
    try {
      return await deps.dispatch(arrival, news);
    } catch (error) {
      if (!isStoreAway(error)) throw error;
      // Only the database can say whose news this is: it waits there, or is refused with it.
      if (error.code === 'db.unavailable') return outcome('pending', 'run_not_looked_up');
      return outcome('pending', 'temporal_away', arrival.workflowId);
    }
  };

  /** Refused messages of which a row can be replayed. */
  const replayable = createRemembered();
  const mayKeep = (arrival: Arrival, address: string, isReplayable: boolean): boolean => {
    const { receivedAt, body } = arrival;
    return isReplayable
      ? deps.budget.mayKeepReplayable(nameOf(arrival), address, receivedAt, body.length)
      : deps.budget.mayKeepRefused(nameOf(arrival), address, receivedAt);
  };

  return {
    async take(arrival, news) {
      const result = await bring(arrival, news);
      const isCountedOnly =
        withoutEffect.includes(result.verdict) &&
        !deps.budget.mayKeepEffectless(nameOf(arrival), arrival.receivedAt);
      if (isCountedOnly) deps.tally.add(arrival, result.verdict);
      const verdict = isCountedOnly ? result.verdict : await deps.recorder.record(entryOf(arrival, result));
      deps.counted(arrival.source, verdict);
      deps.log.info(
        { deliveryId: arrival.id, connectionId: arrival.connectionId, event: arrival.event, verdict },
        'delivery taken',
      );
      return verdict;
    },

    async refuse(arrival, error, { address, isLikeSenders, repeatKey }) {
      deps.counted(arrival.source, 'rejected');
      const isShort = arrival.body.length <= mostOfRefused;
      // Lever sends one message about six times: its first row is what is replayed.
      const replayKey = isShort && repeatKey !== null ? `${nameOf(arrival)} ${repeatKey}` : null;
      if (
        (replayKey !== null && replayable.has(replayKey)) ||
        !mayKeep(arrival, address, replayKey !== null)
      ) {
        deps.tally.add(arrival, 'rejected');
        return;
      }
      const code = error instanceof FulcrumError && isErrorCode(error.code) ? error.code : 'input.malformed';
      const isWhole = isShort && isLikeSenders();
      try {
        const said = outcome('rejected', code);
        await deps.recorder.record(
          isWhole ? { arrival, outcome: said } : { arrival: bareOf(arrival), outcome: said, isBare: true },
        );
        if (replayKey !== null) replayable.add(replayKey);
      } catch (error) {
        deps.log.warn({ deliveryId: arrival.id, err: error }, 'a refused message could not be recorded');
      }
    },
  };
}
