import { Router } from 'express';
import type { SweepMemory, SweepState } from '../../db/repositories/sweep-memory';
import { FulcrumError } from '../../domain/errors';
import { methodNotAllowed } from '../middleware/problem';
import { note } from '../middleware/recording';
import { serve } from '../openapi/operation';
import { getSweep, releaseSweep, type SweepAnswer } from '../openapi/operations/sweep';
import { isoTime, isoTimeOrNull } from '../times';

export interface SweepRoutesDeps {
  memory: Pick<SweepMemory, 'state' | 'release'>;
}

const present = ({ sweptAt, namespaceId, alarm, releasedRows }: SweepState): SweepAnswer => ({
  sweptAt: isoTimeOrNull(sweptAt),
  namespace: namespaceId,
  alarm: alarm && {
    kind: alarm.kind,
    reason: alarm.reason,
    rows: alarm.rows,
    examples: [...alarm.examples],
    since: isoTime(alarm.since),
    foundNamespace: alarm.foundNamespaceId,
  },
  releasedRows,
});

/** `/sweep` of `/api/v1`: whether rows of runs that ended unseen may be closed. */
export function sweepRoutes(deps: SweepRoutesDeps): Router {
  const router = Router();

  serve(router, getSweep, async () => present(await deps.memory.state()));

  serve(router, releaseSweep, async ({ body: { alarm } }, res) => {
    if (!(await deps.memory.release(alarm))) {
      throw new FulcrumError('conflict', `There is no alarm "${alarm}": read /sweep for the present state.`);
    }
    note(res, { target: alarm, changes: { alarm: { before: alarm, after: null } } });
    return present(await deps.memory.state());
  });

  router.all('/sweep', methodNotAllowed('GET'));
  router.all('/sweep/release', methodNotAllowed('POST'));
  return router;
}
