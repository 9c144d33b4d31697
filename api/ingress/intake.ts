import { randomUUID } from 'node:crypto';
import { FulcrumError, isErrorCode } from '../../domain/errors';
import type { Verdict } from '../../domain/records';
import type { Logger } from '../../platform/log';
import { outcome, type Arrival, type Outcome } from './arrival';
import { isStoreAway, type Dispatch } from './dispatch';
import type { Recorder } from './recorder';
import type { RowBudget } from './row-budget';
import type { Tally } from './tally';

export interface Intake {
  /**
   * Takes a verified message: to Temporal first, then on record (decision 0003). Once it answers, the message is durable; only
   * of what nothing follows from, beyond many of its kind, there is a count in the place of a row.
   * @throws FulcrumError `store.unavailable` when no store can take it
   */
  take(arrival: Arrival): Promise<Verdict>;
  /** Keeps the record of a message that is refused; never throws, because the refusal is the answer. */
  refuse(arrival: Arrival, error: unknown, from: Refused): Promise<void>;
}

/** What is known of a message that nobody has proved to be its sender's. */
export interface Refused {
  /** Of the client. */
  address: string;
  /** Whether what it says has the form of the sender's own. */
  isLikeSenders: () => boolean;
}

/** Longer ones are nobody's whose signing token was wrong; what is kept may be replayed once that is corrected. */
const mostOfRefused = 16 * 1024;

/** Verdicts that leave nothing to do, so that nothing is lost with their rows. */
const withoutEffect: readonly Verdict[] = ['ignored', 'ping', 'duplicate'];

const nameOf = ({ source, connectionId }: Arrival): string => `${source} ${connectionId}`;

export const newDeliveryId = (): string => `dlv_${randomUUID().replaceAll('-', '')}`;

export function createIntake(deps: {
  dispatch: Dispatch;
  recorder: Recorder;
  budget: RowBudget;
  tally: Tally;
  counted: (source: Arrival['source'], verdict: Verdict) => void;
  log: Logger;
}): Intake {
  const bring = async (arrival: Arrival): Promise<Outcome> => {
    try {
      return await deps.dispatch(arrival);
    } catch (error) {
      if (!isStoreAway(error)) throw error;
      // Only the database can say whose news this is: it waits there, or is refused with it.
      if (error.code === 'db.unavailable') return outcome('pending', 'the run could not be looked up');
      return outcome('pending', 'Temporal could not be reached', arrival.workflowId);
    }
  };

  return {
    async take(arrival) {
      const result = await bring(arrival);
      const isCountedOnly =
        withoutEffect.includes(result.verdict) &&
        !deps.budget.mayKeepEffectless(nameOf(arrival), arrival.receivedAt);
      if (isCountedOnly) deps.tally.add(arrival, result.verdict);
      const verdict = isCountedOnly
        ? result.verdict
        : await deps.recorder.record({ arrival, outcome: result });
      deps.counted(arrival.source, verdict);
      deps.log.info(
        { deliveryId: arrival.id, connectionId: arrival.connectionId, event: arrival.event, verdict },
        'delivery taken',
      );
      return verdict;
    },

    async refuse(arrival, error, { address, isLikeSenders }) {
      deps.counted(arrival.source, 'rejected');
      if (!deps.budget.mayKeepRefused(nameOf(arrival), address, arrival.receivedAt)) {
        deps.tally.add(arrival, 'rejected');
        return;
      }
      const code = error instanceof FulcrumError && isErrorCode(error.code) ? error.code : 'input.malformed';
      const isWhole = arrival.body.length <= mostOfRefused && isLikeSenders();
      try {
        const entry = { arrival, outcome: outcome('rejected', code) };
        await deps.recorder.record(isWhole ? entry : { ...entry, isBare: true });
      } catch (fault) {
        deps.log.warn({ deliveryId: arrival.id, err: fault }, 'a refused message could not be recorded');
      }
    },
  };
}
