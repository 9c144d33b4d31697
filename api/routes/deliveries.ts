import { type Response, Router } from 'express';
import type { z } from 'zod';
import type { Page } from '../../db/paging';
import type { StoredDelivery } from '../../db/repositories/deliveries';
import type { DeliveryTally } from '../../db/repositories/tallies';
import type { Reach } from '../../domain/access';
import { changesBetween } from '../../domain/audit';
import { reasonText } from '../../domain/delivery-reasons';
import { FulcrumError } from '../../domain/errors';
import type { deliveryAnswer } from '../ingress/answer';
import type { Replay } from '../ingress/replay';
import { reachOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { note } from '../middleware/recording';
import { type QueryOf, serve } from '../openapi/operation';
import {
  discardDelivery,
  getDelivery,
  listDeliveries,
  listTallies,
  replayDelivery,
} from '../openapi/operations/deliveries';
import { isoTime } from '../times';

export interface DeliveryRoutesDeps {
  list: (filter: QueryOf<typeof listDeliveries>, reach: Reach) => Promise<Page<StoredDelivery>>;
  get: (id: string, reach: Reach) => Promise<StoredDelivery | null>;
  body: (id: string) => Promise<Buffer | null>;
  tallies: (filter: QueryOf<typeof listTallies>, reach: Reach) => Promise<DeliveryTally[]>;
  replay: Replay;
}

const presentReason = (reason: StoredDelivery['reason']) => ({
  reason: reason && reasonText(reason),
  reasonCode: reason?.code ?? null,
  reasonDetail: reason?.detail ?? null,
});

const present = (delivery: StoredDelivery): z.output<typeof deliveryAnswer> => ({
  id: delivery.id,
  source: delivery.source,
  connection: delivery.connectionId,
  event: delivery.event,
  eventKey: delivery.eventKey,
  receivedAt: isoTime(delivery.receivedAt),
  verdict: delivery.verdict,
  ...presentReason(delivery.reason),
  opportunity: delivery.opportunityId,
  workflowId: delivery.workflowId,
  reference: delivery.reference,
  attempts: delivery.attempts,
});

/** `/deliveries` of `/api/v1`: everything that came in, with its verdict. */
export function deliveryRoutes(deps: DeliveryRoutesDeps): Router {
  const router = Router();

  const existing = async (id: string, res: Response): Promise<StoredDelivery> => {
    const delivery = await deps.get(id, reachOf(res));
    if (!delivery) throw new FulcrumError('not_found', `There is no delivery "${id}".`);
    note(res, { target: id, connectionId: delivery.connectionId });
    return delivery;
  };

  serve(router, listDeliveries, async ({ query }, res) => {
    const { data, next } = await deps.list(query, reachOf(res));
    return { data: data.map(present), next };
  });

  // Ahead of the single ones, whose id could be this word.
  serve(router, listTallies, async ({ query }, res) => {
    const tallies = await deps.tallies(query, reachOf(res));
    return { data: tallies.map(({ connectionId: connection, ...tally }) => ({ connection, ...tally })) };
  });

  serve(router, getDelivery, async ({ params: { id } }, res) => {
    const delivery = await existing(id, res);
    const body = await deps.body(id);
    return { ...present(delivery), body: body?.toString('utf8') ?? null };
  });

  /** Done only to what is within reach. */
  const act = async (id: string, res: Response, process: Replay['replay']) => {
    const before = await existing(id, res);
    const { verdict, workflowId, reason } = await process(id);
    note(res, { changes: changesBetween({ verdict: before.verdict }, { verdict }) });
    return { id, verdict, workflowId, ...presentReason(reason) };
  };

  serve(router, replayDelivery, ({ params: { id } }, res) => act(id, res, deps.replay.replay));
  serve(router, discardDelivery, ({ params: { id } }, res) => act(id, res, deps.replay.discard));

  router.all('/deliveries', methodNotAllowed('GET'));
  router.all('/deliveries/tallies', methodNotAllowed('GET'));
  router.all('/deliveries/:id', methodNotAllowed('GET'));
  router.all('/deliveries/:id/:action', methodNotAllowed('POST'));
  return router;
}
