import { sql } from 'kysely';
import { guarded } from '../away';
import type { Database } from '../database';
import type { UnmatchedOverflowRow } from '../schema';

/** A connection of which callbacks were let go, so that its open invitations have to ask the vendor how they stand. */
export interface Ask {
  connectionId: string;
  source: UnmatchedOverflowRow['source'];
  /** When it was begun, ms since 1970. */
  since: number;
  isNew: boolean;
  /** The assessment up to which the runs have been told. */
  behind: string;
}

export interface Asked {
  /** Null: all have been told. */
  behind: string | null;
  /** Why it ends here for now. */
  error?: unknown;
}

export interface Overflows {
  /**
   * Gives a part of one ask that is due to whoever does it, one at a time in all processes; what it comes to is remembered.
   * Due is each connection of which something was let go since it was last begun, an hour after that at the earliest: so the
   * last thing that is let go is followed by an ask, whether or not anything comes behind it.
   * @throws the error of the answer
   */
  takeAsk(fn: (ask: Ask) => Promise<Asked>): Promise<void>;
}

/** However long a flood lasts, the vendor is not asked more often than that. */
const everyMs = 3_600_000;
const lockName = 'unmatched overflow';

export const createOverflows = (db: Database): Overflows =>
  guarded<Overflows>({
    async takeAsk(fn) {
      const done = await db.slow.transaction().execute(async (tx) => {
        // Not the row: whoever lets something go meanwhile has to write to it, and must not wait for Temporal.
        const { rows } = await sql<{ is_mine: boolean }>`
          select pg_try_advisory_xact_lock(hashtextextended(${lockName}, 0)) as is_mine`.execute(tx);
        if (rows[0]?.is_mine !== true) return undefined;
        const row = await tx
          .selectFrom('unmatched_overflows')
          .selectAll()
          .select(sql<Date>`now()`.as('now'))
          .where(
            sql<boolean>`asking_behind is not null or asked_at is null
              or (gone_at > asked_at and asked_at <= now() - ${everyMs} * interval '1 ms')`,
          )
          .orderBy('asked_at')
          .limit(1)
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const isNew = row.asking_behind === null;
        const since = isNew || row.asked_at === null ? row.now : row.asked_at;
        const { connection_id: connectionId, source } = row;
        const { behind, error } = await fn({
          connectionId,
          source,
          since: since.getTime(),
          isNew,
          behind: row.asking_behind ?? '',
        });
        await tx
          .updateTable('unmatched_overflows')
          .set({ asking_behind: behind, ...(isNew && { asked_at: sql`now()` }) })
          .where('connection_id', '=', connectionId)
          .where('source', '=', source)
          .execute();
        return { hasFailed: error !== undefined, error };
      });
      if (done?.hasFailed === true) throw done.error;
    },
  });
