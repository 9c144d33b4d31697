import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import {
  type ConnectionReason,
  type ConnectionReasonCode,
  reasonOf,
  reasonShapes,
} from '../../domain/connection-reasons';
import { refusalsToImpair } from '../../domain/impairment';
import { guarded } from '../away';
import { statusColumns } from '../connection-reason-columns';
import type { Database } from '../database';
import type { Schema } from '../schema';

/**
 * What becomes of a connection whose access Lever refuses. `refusedSince` stands as long as it is not known whether the
 * access is gone, also while the connection is disconnected: that is what brings it back. All times in ms since 1970.
 */
export interface RefusedAccess {
  /**
   * Notes a refusal, unless one is noted already, or the connection was given a new grant after `triedAt`: then what was
   * refused is not what it has now. Whoever noted it holds its probe until `leaseUntil`.
   */
  note(
    id: string,
    refusal: { at: number; triedAt: number; leaseUntil: number },
  ): Promise<'noted' | 'known' | 'renewed'>;
  /** Takes the one probe of a refused connection; false: another has it, it is not due yet, or nothing is refused. */
  takeProbe(id: string, now: number, leaseUntil: number): Promise<boolean>;
  /** Gives the probe back; the next one is due then. */
  postponeProbe(id: string, until: number): Promise<void>;
  /**
   * Calls the connection disconnected, unless it is already, was disabled, or was given a new grant since `triedAt`.
   * @param refusal.isFinal the access is known to be gone: nothing is asked of Lever any more
   */
  disconnect(
    id: string,
    refusal: { reason: ConnectionReason; triedAt: number; isFinal: boolean },
  ): Promise<'disconnected' | 'renewed' | 'unchanged'>;
  /**
   * Lever takes the access again: the connection is what it was before it was refused, or paused if that is wanted now.
   * False: nothing was refused any more.
   */
  restore(id: string, wanted: { paused: boolean }): Promise<boolean>;
  /** Refused connections, in the order of their ids, in pages of at most `limit`. */
  list(filter: {
    refusedSince: number;
    after: string | null;
    limit: number;
  }): Promise<{ data: { connectionId: string; leverAccountId: string | null }[]; next: string | null }>;
}

/** Statuses in which Lever is asked. */
const inUse = ['active', 'paused', 'impaired'] as const;

export function createRefusedAccess(db: Database): RefusedAccess {
  const newerGrant = (id: string, triedAt: number) =>
    db.kysely
      .selectFrom('grants')
      .select('connection_id')
      .where('connection_id', '=', id)
      .where('granted_at', '>', new Date(triedAt));
  const isRenewed = async (id: string, triedAt: number): Promise<boolean> =>
    (await newerGrant(id, triedAt).executeTakeFirst()) !== undefined;

  /** What runs were refused before says as much as ever about what is not a matter of the access. */
  const wasImpaired = sql<boolean>`exists (
    select 1 from jsonb_each(refusals) as refused where jsonb_array_length(refused.value) >= ${refusalsToImpair}
  )`;

  /** A code that a process of a release before 0.2 has left standing under another status, or beside words of its own. */
  const isLeftOver = sql<boolean>`(status = 'active' or ${sql.join(
    reasonShapes.map(
      ({ code, status, hasDetail }) =>
        sql`(status_code = ${code} and (status <> ${status} or (status_reason is not null and not ${hasDetail}::boolean)))`,
    ),
    sql` or `,
  )})`;

  const pausedByOperator: ConnectionReasonCode = 'paused_by_operator';
  /**
   * It was in use, or paused because somebody wished so. A process of a release before 0.2 that still runs beside this one
   * writes words without a code.
   */
  const wasWish = sql<boolean>`code_before = ${pausedByOperator}
    or (code_before is null and (reason_before is null or reason_before = ${'paused by an operator'}))`;
  const codeBefore = sql<ConnectionReasonCode>`coalesce(code_before, case when ${wasImpaired}
    then ${'impaired' satisfies ConnectionReasonCode} else ${'to_be_corrected' satisfies ConnectionReasonCode} end)`;

  return guarded<RefusedAccess>({
    async note(id, { at, triedAt, leaseUntil }) {
      const { numUpdatedRows } = await db.kysely
        .updateTable('connections')
        .set({ refused_since: new Date(at), probe_after: new Date(leaseUntil), updated_at: new Date() })
        .where('id', '=', id)
        .where('status', 'in', [...inUse])
        .where('refused_since', 'is', null)
        .where(({ not, exists }) => not(exists(newerGrant(id, triedAt))))
        .executeTakeFirstOrThrow();
      if (numUpdatedRows > 0n) return 'noted';
      return (await isRenewed(id, triedAt)) ? 'renewed' : 'known';
    },

    async takeProbe(id, now, leaseUntil) {
      const { numUpdatedRows } = await db.kysely
        .updateTable('connections')
        .set({ probe_after: new Date(leaseUntil) })
        .where('id', '=', id)
        .where('refused_since', 'is not', null)
        .where((where) =>
          where.or([where('probe_after', 'is', null), where('probe_after', '<=', new Date(now))]),
        )
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },

    async postponeProbe(id, until) {
      await db.kysely
        .updateTable('connections')
        .set({ probe_after: new Date(until) })
        .where('id', '=', id)
        .where('refused_since', 'is not', null)
        .execute();
    },

    async disconnect(id, { reason, triedAt, isFinal }) {
      const { numUpdatedRows } = await db.kysely
        .updateTable('connections')
        .set({
          status: 'disconnected' as const,
          ...statusColumns(reason),
          code_before: sql<ConnectionReasonCode | null>`case when ${isLeftOver} then null else status_code end`,
          reason_before: sql<string | null>`case when status = 'active' then null else status_reason end`,
          updated_at: new Date(),
          ...(isFinal && { refused_since: null, probe_after: null }),
        })
        .where('id', '=', id)
        .where('status', 'in', [...inUse])
        .where(({ not, exists }) => not(exists(newerGrant(id, triedAt))))
        .executeTakeFirstOrThrow();
      if (numUpdatedRows > 0n) return 'disconnected';
      if (await isRenewed(id, triedAt)) return 'renewed';
      if (isFinal) await endHope(db.kysely, id, reason);
      return 'unchanged';
    },

    async restore(id, { paused }) {
      const wanted = paused
        ? { status: 'paused' as const, ...statusColumns(reasonOf('paused_by_operator')) }
        : { status: 'active' as const, ...statusColumns(null) };
      const clear = {
        refused_since: null,
        probe_after: null,
        code_before: null,
        reason_before: null,
        updated_at: new Date(),
      };
      const row = await db.kysely
        .updateTable('connections')
        .set(clear)
        .where('id', '=', id)
        .where('refused_since', 'is not', null)
        .where('status', 'in', [...inUse])
        .returning('id')
        .executeTakeFirst();
      if (row !== undefined) return true;
      const back = await db.kysely
        .updateTable('connections')
        .set(({ ref, case: when }) => ({
          ...clear,
          // Paused for another reason than an operator's wish, e.g. settings to be corrected: that still stands.
          status: when()
            .when(wasWish)
            .then(wanted.status)
            .when(wasImpaired)
            .then('impaired' as const)
            .else('paused' as const)
            .end(),
          status_code: when().when(wasWish).then(wanted.status_code).else(codeBefore).end(),
          status_reason: when().when(wasWish).then(null).else(ref('reason_before')).end(),
        }))
        .where('id', '=', id)
        .where('refused_since', 'is not', null)
        .where('status', '=', 'disconnected')
        .returning('id')
        .executeTakeFirst();
      return back !== undefined;
    },

    async list({ refusedSince, after, limit }) {
      let query = db.kysely
        .selectFrom('connections')
        .select(['id', 'lever_account_id'])
        .where('refused_since', '>=', new Date(refusedSince))
        .where('status', 'in', [...inUse, 'disconnected'])
        .orderBy('id')
        .limit(limit);
      if (after !== null) query = query.where('id', '>', after);
      const rows = await query.execute();
      return {
        data: rows.map((row) => ({ connectionId: row.id, leverAccountId: row.lever_account_id })),
        next: rows.length < limit ? null : (rows.at(-1)?.id ?? null),
      };
    },
  });
}

/** A disconnected connection about which Lever was still asked. */
async function endHope(kysely: Kysely<Schema>, id: string, reason: ConnectionReason): Promise<void> {
  await kysely
    .updateTable('connections')
    .set({ ...statusColumns(reason), refused_since: null, probe_after: null, updated_at: new Date() })
    .where('id', '=', id)
    .where('status', '=', 'disconnected')
    .where('refused_since', 'is not', null)
    .execute();
}
