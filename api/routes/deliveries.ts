import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import type { StoredDelivery } from '../../db/repositories/deliveries';
import { FulcrumError } from '../../domain/errors';
import { vendorIds } from '../../domain/ids';
import { verdicts } from '../../domain/records';
import type { AuditWriter } from '../audit';
import type { Outcome } from '../ingress/arrival';
import type { Replay } from '../ingress/replay';
import { principalOf } from '../middleware/bearer';
import { methodNotAllowed } from '../middleware/problem';
import { readInput } from '../middleware/read-input';
import { isoTime } from '../times';
import { page } from './paging';

export interface DeliveryRoutesDeps {
  list: (filter: z.output<typeof listQuery>) => Promise<{ data: StoredDelivery[]; next: string | null }>;
  get: (id: string) => Promise<StoredDelivery | null>;
  body: (id: string) => Promise<Buffer | null>;
  replay: Replay;
  audit: AuditWriter;
}

const oneDelivery = z.strictObject({ id: z.string().min(1).max(64) });
const listQuery = z.strictObject({
  connection: z.string().min(1).max(64).optional(),
  verdict: z.enum(verdicts).optional(),
  source: z.enum(['lever', ...vendorIds]).optional(),
  opportunity: z.string().min(1).max(256).optional(),
  workflow: z.string().min(1).max(1_000).optional(),
  ...page,
});

const present = (delivery: StoredDelivery) => ({
  id: delivery.id,
  source: delivery.source,
  connection: delivery.connectionId,
  event: delivery.event,
  eventKey: delivery.eventKey,
  receivedAt: isoTime(delivery.receivedAt),
  verdict: delivery.verdict,
  reason: delivery.reason,
  opportunity: delivery.opportunityId,
  workflowId: delivery.workflowId,
  reference: delivery.reference,
  attempts: delivery.attempts,
});

/** `/deliveries` of `/api/v1`: everything that came in, with its verdict. */
export function deliveryRoutes(deps: DeliveryRoutesDeps): Router {
  const router = Router();

  router.get('/deliveries', async (req, res) => {
    const { query } = readInput(req, { query: listQuery });
    const { data, next } = await deps.list(query);
    res.json({ data: data.map(present), next });
  });

  router.get('/deliveries/:id', async (req, res) => {
    const { id } = readInput(req, { params: oneDelivery }).params;
    const delivery = await deps.get(id);
    if (!delivery) throw new FulcrumError('not_found', `There is no delivery "${id}".`);
    const body = await deps.body(id);
    res.json({ ...present(delivery), body: body?.toString('utf8') ?? null });
  });

  const act =
    (action: 'replay' | 'discard', run: (id: string) => Promise<Outcome>): RequestHandler =>
    async (req, res) => {
      const { id } = readInput(req, { params: oneDelivery }).params;
      const { verdict, workflowId, reason } = await run(id);
      const { actor } = principalOf(res);
      await deps.audit({ actor, action: `delivery.${action}`, target: id, detail: { verdict } });
      res.json({ id, verdict, workflowId, reason });
    };

  router.post(
    '/deliveries/:id/replay',
    act('replay', (id) => deps.replay.replay(id)),
  );
  router.post(
    '/deliveries/:id/discard',
    act('discard', (id) => deps.replay.discard(id)),
  );
  router.all('/deliveries', methodNotAllowed('GET'));
  router.all('/deliveries/:id', methodNotAllowed('GET'));
  router.all('/deliveries/:id/:action', methodNotAllowed('POST'));
  return router;
}
