import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import type { Connection } from '../../domain/connection';
import { duration } from '../../domain/durations';
import { FulcrumError } from '../../domain/errors';
import type { AuditWriter } from '../audit';
import { connectionId } from '../connections/input';
import type { HeldRelease } from '../ingress/release-held';
import { principalOf } from '../middleware/bearer';
import { methodNotAllowed } from '../middleware/problem';
import { readInput } from '../middleware/read-input';

export interface HeldRoutesDeps {
  held: Pick<HeldRelease, 'release' | 'discard'>;
  /** @throws FulcrumError `connection.missing` */
  connection: (id: string) => Promise<Connection>;
  audit: AuditWriter;
}

/** As many as one call may take: each is a conversation with Temporal. */
const mostAtOnce = 200;

const choice = z
  .strictObject({
    limit: z.number().int().min(1).max(mostAtOnce).default(50),
    /** Only what was stored longer ago than this, e.g. `3d`. */
    olderThan: duration.optional(),
  })
  .default({ limit: 50 });

/** `/connections/:id/held/…` of `/api/v1`: many held deliveries at once, oldest first (design D4). */
export function heldRoutes(deps: HeldRoutesDeps): Router {
  const router = Router();

  const act =
    (action: 'release' | 'discard', count: 'released' | 'discarded'): RequestHandler =>
    async (req, res) => {
      const { params, body } = readInput(req, { params: connectionId, body: choice });
      const { id, status } = await deps.connection(params.id);
      if (action === 'release' && status !== 'active') {
        throw new FulcrumError(
          'conflict',
          `The connection is ${status}: it would hold them again. Resume or reconnect it first.`,
        );
      }
      const { limit, olderThan } = body;
      const { done, left } = await deps.held[action](id, {
        limit,
        ...(olderThan !== undefined && { receivedBefore: Date.now() - olderThan }),
      });
      const { actor } = principalOf(res);
      await deps.audit({ actor, action: `connection.held.${action}`, target: id, detail: { [count]: done } });
      res.json({ [count]: done, left });
    };

  router.post('/connections/:id/held/release', act('release', 'released'));
  router.post('/connections/:id/held/discard', act('discard', 'discarded'));
  router.all('/connections/:id/held/:action', methodNotAllowed('POST'));
  return router;
}
