import { type Response, Router } from 'express';
import type { HeldRelease } from '../../db/held-release';
import type { Connection } from '../../domain/connection';
import type { ConnectionStatus } from '../../domain/connection-status';
import { FulcrumError } from '../../domain/errors';
import { requireWithin } from '../connections/reach';
import { reachOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { note } from '../middleware/recording';
import { serve } from '../openapi/operation';
import { discardHeld, releaseHeld } from '../openapi/operations/held';

export interface HeldRoutesDeps {
  held: Pick<HeldRelease, 'release' | 'discard'>;
  /** @throws FulcrumError `connection.missing` */
  connection: (id: string) => Promise<Connection>;
}

const toDo: Partial<Record<ConnectionStatus, string>> = {
  impaired: 'Correct it (PATCH /connections/:id), or have it looked at (POST /connections/:id/test)',
  paused: 'Resume it',
};

/** `/connections/:id/held/…` of `/api/v1`: many held deliveries at once, oldest first (decision 0005). */
export function heldRoutes(deps: HeldRoutesDeps): Router {
  const router = Router();

  const existing = async (id: string, res: Response): Promise<Connection> => {
    const connection = await deps.connection(id);
    requireWithin(reachOf(res), connection);
    note(res, { target: id, vendor: connection.vendor, connectionId: id });
    return connection;
  };

  serve(router, releaseHeld, async ({ params, body }, res) => {
    const { id, status } = await existing(params.id, res);
    if (status !== 'active') {
      throw new FulcrumError(
        'conflict',
        `The connection is ${status}: it would hold them again. ${toDo[status] ?? 'Resume or reconnect it'} first.`,
      );
    }
    const { done: released, left } = await deps.held.release(id, chosen(body));
    note(res, { more: { released } });
    return { released, left };
  });

  serve(router, discardHeld, async ({ params, body }, res) => {
    const { id } = await existing(params.id, res);
    const { done: discarded, left } = await deps.held.discard(id, chosen(body));
    note(res, { more: { discarded } });
    return { discarded, left };
  });

  router.all('/connections/:id/held/:action', methodNotAllowed('POST'));
  return router;
}

const chosen = ({ limit, olderThan }: { limit: number; olderThan?: number | undefined }) => ({
  limit,
  ...(olderThan !== undefined && { receivedBefore: Date.now() - olderThan }),
});
