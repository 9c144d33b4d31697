import { type Response, Router } from 'express';
import type { z } from 'zod';
import type { Page } from '../../db/paging';
import type { StoredDelivery } from '../../db/repositories/deliveries';
import type { DeliveryTally } from '../../db/repositories/tallies';
import { reasonText } from '../../domain/delivery-reasons';
import { FulcrumError } from '../../domain/errors';
import type { AuditWriter } from '../audit';
import type { deliveryAnswer } from '../ingress/answer';
import type { Outcome } from '../ingress/arrival';
import type { Replay } from '../ingress/replay';
import { principalOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
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
  list: (filter: QueryOf<typeof listDeliveries>) => Promise<Page<StoredDelivery>>;
  get: (id: string) => Promise<StoredDelivery | null>;
  body: (id: string) => Promise<Buffer | null>;
  tallies: (filter: QueryOf<typeof listTallies>) => Promise<DeliveryTally[]>;
  replay: Replay;
  audit: AuditWriter;
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

  serve(router, listDeliveries, async ({ query }) => {
    const { data, next } = await deps.list(query);
    return { data: data.map(present), next };
  });

  // Ahead of the single ones, whose id could be this word.
  serve(router, listTallies, async ({ query }) => {
    const tallies = await deps.tallies(query);
    return { data: tallies.map(({ connectionId: connection, ...tally }) => ({ connection, ...tally })) };
  });

  serve(router, getDelivery, async ({ params: { id } }) => {
    const delivery = await deps.get(id);
    if (!delivery) throw new FulcrumError('not_found', `There is no delivery "${id}".`);
    const body = await deps.body(id);
    return { ...present(delivery), body: body?.toString('utf8') ?? null };
  });

  const noted = async (res: Response, action: string, id: string, outcome: Outcome) => {
    const { verdict, workflowId, reason } = outcome;
    const { actor } = principalOf(res);
    await deps.audit({ actor, action: `delivery.${action}`, target: id, detail: { verdict } });
    return { id, verdict, workflowId, ...presentReason(reason) };
  };

  serve(router, replayDelivery, async ({ params: { id } }, res) =>
    noted(res, 'replay', id, await deps.replay.replay(id)),
  );
  serve(router, discardDelivery, async ({ params: { id } }, res) =>
    noted(res, 'discard', id, await deps.replay.discard(id)),
  );

  router.all('/deliveries', methodNotAllowed('GET'));
  router.all('/deliveries/tallies', methodNotAllowed('GET'));
  router.all('/deliveries/:id', methodNotAllowed('GET'));
  router.all('/deliveries/:id/:action', methodNotAllowed('POST'));
  return router;
}
