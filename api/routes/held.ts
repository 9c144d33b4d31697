import { type Response, Router } from 'express';
import type { HeldRelease } from '../../db/held-release';
import type { Connection } from '../../domain/connection';
import type { ConnectionStatus } from '../../domain/connection-status';
import { FulcrumError } from '../../domain/errors';
import type { AuditWriter } from '../audit';
import { principalOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { serve } from '../openapi/operation';
import { discardHeld, releaseHeld } from '../openapi/operations/held';

export interface HeldRoutesDeps {
  held: Pick<HeldRelease, 'release' | 'discard'>;
  /** @throws FulcrumError `connection.missing` */
  connection: (id: string) => Promise<Connection>;
  audit: AuditWriter;
}

const toDo: Partial<Record<ConnectionStatus, string>> = {
  impaired: 'Correct it (PATCH /connections/:id), or have it looked at (POST /connections/:id/test)',
  paused: 'Resume it',
};

/** `/connections/:id/held/…` of `/api/v1`: many held deliveries at once, oldest first (decision 0005). */
export function heldRoutes(deps: HeldRoutesDeps): Router {
  const router = Router();

  const note = (res: Response, action: string, target: string, detail: Record<string, unknown>) =>
    deps.audit({ actor: principalOf(res).actor, action: `connection.held.${action}`, target, detail });

  serve(router, releaseHeld, async ({ params, body }, res) => {
    const { id, status } = await deps.connection(params.id);
    if (status !== 'active') {
      throw new FulcrumError(
        'conflict',
        `The connection is ${status}: it would hold them again. ${toDo[status] ?? 'Resume or reconnect it'} first.`,
      );
    }
    const { done: released, left } = await deps.held.release(id, chosen(body));
    await note(res, 'release', id, { released });
    return { released, left };
  });

  serve(router, discardHeld, async ({ params, body }, res) => {
    const { id } = await deps.connection(params.id);
    const { done: discarded, left } = await deps.held.discard(id, chosen(body));
    await note(res, 'discard', id, { discarded });
    return { discarded, left };
  });

  router.all('/connections/:id/held/:action', methodNotAllowed('POST'));
  return router;
}

const chosen = ({ limit, olderThan }: { limit: number; olderThan?: number | undefined }) => ({
  limit,
  ...(olderThan !== undefined && { receivedBefore: Date.now() - olderThan }),
});
