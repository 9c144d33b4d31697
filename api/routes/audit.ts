import { Router } from 'express';
import type { Page } from '../../db/paging';
import type { AuditLine } from '../../db/repositories/audit';
import type { Reach } from '../../domain/access';
import type { AuditChanges } from '../../domain/audit';
import { reachOf } from '../middleware/principal';
import { methodNotAllowed } from '../middleware/problem';
import { type QueryOf, serve } from '../openapi/operation';
import { type AuditAnswer, listAudit } from '../openapi/operations/audit';
import { isoTime } from '../times';

export interface AuditRoutesDeps {
  list: (filter: QueryOf<typeof listAudit>, reach: Reach) => Promise<Page<AuditLine>>;
}

/** `/audit` of `/api/v1`; a token of smaller reach sees the lines within it. */
export function auditRoutes({ list }: AuditRoutesDeps): Router {
  const router = Router();
  serve(router, listAudit, async ({ query }, res) => {
    const { data, next } = await list(query, reachOf(res));
    return { data: data.map(present), next };
  });
  router.all('/audit', methodNotAllowed('GET'));
  return router;
}

/** What older releases wrote has a detail of another form: it is shown as it is. */
function present(line: AuditLine): AuditAnswer {
  const { label, reason, changes, ...detail } = line.detail ?? {};
  return {
    id: line.id,
    at: isoTime(line.at),
    actor: line.actor,
    label: textOrNull(label),
    action: line.action,
    target: line.target,
    vendor: line.vendor,
    connection: line.connectionId,
    reason: textOrNull(reason),
    changes: (changes ?? {}) as AuditChanges,
    outcome: line.outcome,
    code: line.code,
    intended: line.intendedId,
    detail,
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
