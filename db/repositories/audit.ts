import type { Reach } from '../../domain/access';
import type { AuditOutcome } from '../../domain/audit';
import { FulcrumError } from '../../domain/errors';
import type { VendorId } from '../../domain/ids';
import type { KeyRing } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import { guarded } from '../away';
import type { Database } from '../database';
import type { Page } from '../paging';
import { pageOf, readCursor } from '../paging';
import { withinVendorReach } from '../reach';
import { sealedPlace } from '../sealed-columns';

/** Who did what, for two years. */
export interface AuditEntry {
  /** Who: `operator`, the id of a token, a vendor or a connect link. */
  actor: string;
  /** What, as a stable word: `connection.created`, `assessment.cancel` … */
  action: string;
  /** On what: an id. */
  target: string;
  /** Sealed. */
  detail?: Record<string, unknown> | null;
  /** Default: `done`. */
  outcome?: AuditOutcome;
  /** Why it was not done. */
  code?: string | null;
  connectionId?: string | null;
  vendor?: VendorId | null;
  /** Id of the line that was written before the change. */
  intendedId?: string | null;
}

export interface AuditLine extends Required<AuditEntry> {
  id: string;
  at: number;
}

export interface AuditFilter {
  target?: string;
  actor?: string;
  action?: string;
  outcome?: AuditOutcome;
  connection?: string;
  /** Ms since 1970; the first moment that counts, and the first that does not any more. */
  since?: number;
  until?: number;
  /** Default: everything. */
  reach?: Reach;
  limit: number;
  after?: string;
}

export interface Audit {
  /** @returns the id of the line */
  append(entry: AuditEntry): Promise<string>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<Page<AuditLine>>;
}

const place = (entry: { action: string; target: string }): string =>
  sealedPlace.audit(entry.action, entry.target);

/** @throws FulcrumError `input.invalid` for a cursor of another list */
function numberOf(after: string): string {
  const { id } = readCursor(after);
  if (/^\d{1,18}$/.test(id)) return id;
  throw new FulcrumError(
    'input.invalid',
    'This cursor is not one of ours: use the "next" of the page before.',
  );
}

export function createAudit(db: Database, ring: KeyRing): Audit {
  return guarded<Audit>({
    async append(entry) {
      const { actor, action, target, detail = null } = entry;
      const { id } = await db.kysely
        .insertInto('audit')
        .values({
          actor,
          action,
          target,
          detail_sealed: detail === null ? null : sealJson(ring, detail, place(entry)),
          outcome: entry.outcome ?? 'done',
          code: entry.code ?? null,
          connection_id: entry.connectionId ?? null,
          vendor: entry.vendor ?? null,
          intended_id: entry.intendedId ?? null,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },

    async list({ target, actor, action, outcome, connection, since, until, reach, limit, after }) {
      // By their number: several lines may bear one time.
      let query = db.kysely
        .selectFrom('audit')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (after !== undefined) query = query.where('id', '<', numberOf(after));
      if (target !== undefined) query = query.where('target', '=', target);
      if (actor !== undefined) query = query.where('actor', '=', actor);
      if (action !== undefined) query = query.where('action', '=', action);
      if (outcome !== undefined) query = query.where('outcome', '=', outcome);
      if (connection !== undefined) query = query.where('connection_id', '=', connection);
      if (since !== undefined) query = query.where('at', '>=', new Date(since));
      if (until !== undefined) query = query.where('at', '<', new Date(until));
      query = query.where(
        withinVendorReach(reach, { vendor: 'audit.vendor', connection: 'audit.connection_id' }),
      );
      return pageOf(
        await query.execute(),
        limit,
        (row) => ({ at: row.at, id: row.id }),
        (row): AuditLine => ({
          id: row.id,
          at: row.at.getTime(),
          actor: row.actor,
          action: row.action,
          target: row.target,
          detail:
            row.detail_sealed === null
              ? null
              : openJson<Record<string, unknown>>(ring, row.detail_sealed, place(row)),
          outcome: row.outcome,
          code: row.code,
          connectionId: row.connection_id,
          vendor: row.vendor,
          intendedId: row.intended_id,
        }),
      );
    },
  });
}
