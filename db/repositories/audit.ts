import type { KeyRing } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import { guarded } from '../away';
import type { Database } from '../database';
import { sealedPlace } from '../sealed-columns';

/** Who did what, for two years. */
export interface AuditEntry {
  /** Who: the label of a token or a person's id. */
  actor: string;
  /** What, as a stable word: `connection.created`, `assessment.cancelled` … */
  action: string;
  /** On what: an id. */
  target: string;
  /** Sealed. */
  detail?: Record<string, unknown> | null;
}

export interface AuditLine {
  id: string;
  at: number;
  actor: string;
  action: string;
  target: string;
  detail: Record<string, unknown> | null;
}

export interface Audit {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first; `after` is the id of the last line of the page before. */
  list(filter: { target?: string; actor?: string; limit: number; after?: string }): Promise<{
    data: AuditLine[];
    next: string | null;
  }>;
}

const place = (entry: { action: string; target: string }): string =>
  sealedPlace.audit(entry.action, entry.target);

export function createAudit(db: Database, ring: KeyRing): Audit {
  return guarded<Audit>({
    async append(entry) {
      const { actor, action, target, detail = null } = entry;
      const detail_sealed = detail === null ? null : sealJson(ring, detail, place(entry));
      await db.kysely.insertInto('audit').values({ actor, action, target, detail_sealed }).execute();
    },

    async list({ target, actor, limit, after }) {
      let query = db.kysely
        .selectFrom('audit')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (target !== undefined) query = query.where('target', '=', target);
      if (actor !== undefined) query = query.where('actor', '=', actor);
      if (after !== undefined && /^\d{1,18}$/.test(after)) query = query.where('id', '<', after);
      const rows = await query.execute();
      const data = rows.slice(0, limit).map((row) => ({
        id: row.id,
        at: row.at.getTime(),
        actor: row.actor,
        action: row.action,
        target: row.target,
        detail:
          row.detail_sealed === null
            ? null
            : openJson<Record<string, unknown>>(ring, row.detail_sealed, place(row)),
      }));
      return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null };
    },
  });
}
