import type { FullDelivery } from '../../db/repositories/deliveries';
import { deliveryReason } from '../../domain/delivery-reasons';
import { FulcrumError } from '../../domain/errors';
import type { Verdict } from '../../domain/records';
import { verifyLeverWebhook } from '../../lever/webhook-signature';
import { type Arrival, arrivalOf, type Outcome, outcome } from './arrival';
import type { Dispatch } from './dispatch';
import { readDelivery } from './lever-message';
import { leverNews, type News } from './news';

export interface ReplayDeps {
  /** Its body is null once it was erased (decision 0016: 30 days), and of many that were refused from the start. */
  load: (id: string) => Promise<FullDelivery | null>;
  setVerdict: (id: string, result: Outcome) => Promise<void>;
  /** The delivery that spent the same token, if any. */
  spentBy: (
    arrival: Pick<Arrival, 'source' | 'connectionId' | 'eventKey'>,
  ) => Promise<{ deliveryId: string; workflowId: string | null } | null>;
  signatureTokensOf: (connectionId: string) => string[];
  dispatch: Dispatch;
}

export interface Replay {
  /**
   * Processes a delivery once more, under the connection's present settings.
   * @throws FulcrumError `conflict` when it was processed already, or can no longer be
   */
  replay(id: string): Promise<Outcome>;
  /** Takes a delivery that waits off the list, for good. @throws FulcrumError `conflict` when it does not wait */
  discard(id: string): Promise<Outcome>;
}

const replayable: readonly Verdict[] = ['held', 'ignored', 'unmatched', 'rejected', 'pending'];
const waiting: readonly Verdict[] = ['held', 'unmatched', 'pending'];

export function createReplay(deps: ReplayDeps): Replay {
  const existing = async (id: string): Promise<FullDelivery> => {
    const kept = await deps.load(id);
    if (kept) return kept;
    throw new FulcrumError('not_found', `There is no delivery "${id}".`);
  };

  /** `news`: where it had to be read to be believed. */
  const opened = (kept: FullDelivery): { arrival: Arrival; news?: News } => {
    if (!replayable.includes(kept.verdict)) {
      throw new FulcrumError('conflict', `This delivery is "${kept.verdict}": there is nothing to replay.`);
    }
    if (!kept.body) {
      const gone = kept.verdict === 'rejected' ? 'is not kept' : 'was erased';
      throw new FulcrumError(
        'conflict',
        `The message itself ${gone}. Have it sent again, e.g. by Rerun in Lever.`,
      );
    }
    const arrival = arrivalOf(kept);
    return kept.verdict === 'rejected' ? nowAccepted(arrival) : { arrival };
  };

  /** A refused message must prove itself now; a signing token may have been set meanwhile. */
  const nowAccepted = (arrival: Arrival): { arrival: Arrival; news: News } => {
    if (arrival.source !== 'lever') {
      throw new FulcrumError(
        'conflict',
        "A vendor's proof is not kept. Have the vendor send the callback again.",
      );
    }
    const delivery = readDelivery(arrival.body);
    verifyLeverWebhook(delivery, deps.signatureTokensOf(arrival.connectionId), arrival.receivedAt);
    return leverNews(arrival, delivery);
  };

  return {
    async replay(id) {
      const { arrival, news } = opened(await existing(id));
      const spender = await deps.spentBy(arrival);
      const result =
        spender !== null && spender.deliveryId !== id
          ? outcome('duplicate', deliveryReason('taken_with_another', spender.deliveryId), spender.workflowId)
          : await deps.dispatch(arrival, news);
      await deps.setVerdict(id, result);
      return result;
    },

    async discard(id) {
      const { verdict, workflowId } = await existing(id);
      if (!waiting.includes(verdict)) {
        throw new FulcrumError(
          'conflict',
          `This delivery is "${verdict}": only one that waits can be discarded.`,
        );
      }
      const result = outcome('discarded', 'discarded', workflowId);
      await deps.setVerdict(id, result);
      return result;
    },
  };
}
