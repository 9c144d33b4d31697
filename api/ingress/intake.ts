import { randomUUID } from 'node:crypto';
import { FulcrumError, isErrorCode } from '../../domain/errors';
import type { Verdict } from '../../domain/records';
import type { Logger } from '../../platform/log';
import { outcome, type Arrival, type Outcome } from './arrival';
import { isStoreAway, type Dispatch } from './dispatch';
import type { RefusalBudget } from './refusals';
import type { Recorder } from './recorder';

export interface Intake {
  /**
   * Takes a verified message: to Temporal first, then on record (design D2). Once it answers, the message is durable.
   * @throws FulcrumError `store.unavailable` when no store can take it
   */
  take(arrival: Arrival): Promise<Verdict>;
  /** Keeps the record of a message that is refused; never throws, because the refusal is the answer. */
  refuse(arrival: Arrival, error: unknown): Promise<void>;
}

export const newDeliveryId = (): string => `dlv_${randomUUID().replaceAll('-', '')}`;

export function createIntake(deps: {
  dispatch: Dispatch;
  recorder: Recorder;
  mayRecordRefusal: RefusalBudget;
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
      const verdict = await deps.recorder.record({ arrival, outcome: result });
      deps.counted(arrival.source, verdict);
      deps.log.info(
        { deliveryId: arrival.id, connectionId: arrival.connectionId, event: arrival.event, verdict },
        'delivery taken',
      );
      return verdict;
    },

    async refuse(arrival, error) {
      deps.counted(arrival.source, 'rejected');
      const name = `${arrival.source} ${arrival.connectionId}`;
      if (!deps.mayRecordRefusal(name, arrival.receivedAt)) return;
      const code = error instanceof FulcrumError && isErrorCode(error.code) ? error.code : 'input.malformed';
      try {
        await deps.recorder.record({ arrival, outcome: outcome('rejected', code) });
      } catch (fault) {
        deps.log.warn({ deliveryId: arrival.id, err: fault }, 'a refused message could not be recorded');
      }
    },
  };
}
