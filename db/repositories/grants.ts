import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { LeverGrant } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { GrantLife } from '../../domain/grant-life';
import type { KeyRing } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import { guarded } from '../away';
import type { Database } from '../database';
import type { GrantRow, Schema } from '../schema';
import { sealedPlace } from '../sealed-columns';

/** The rights to Lever accounts, sealed; one row per connection, locked while it is refreshed (decision 0015). */

/** A grant with its times, as {@link Grants.replace} found it. */
export interface StoredGrant extends GrantLife {
  grant: LeverGrant;
}

/** A grant that somebody should look after, without its secret. */
export interface AgeingGrant extends GrantLife {
  connectionId: string;
  leverAccountId: string | null;
}

export interface Grants {
  read(connectionId: string): Promise<LeverGrant | null>;
  /** Kind and times of these connections' grants. */
  lives(connectionIds: readonly string[]): Promise<Map<string, GrantLife>>;
  /** Puts a grant that was given just now in place of whatever was there. */
  write(connectionId: string, grant: LeverGrant): Promise<void>;
  /** The same, and answers what was there; waits for a refresh that is under way. */
  replace(connectionId: string, grant: LeverGrant): Promise<StoredGrant | null>;
  /** Puts back what {@link replace} took away, with its times. */
  restore(connectionId: string, stored: StoredGrant): Promise<void>;
  remove(connectionId: string): Promise<void>;
  /**
   * OAuth grants of connections in use that were not refreshed, or not given, since the times named; in pages of at
   * most `limit`, in the order of connection ids.
   */
  ageing(filter: {
    refreshedBefore: number;
    grantedBefore: number;
    after: string | null;
    limit: number;
  }): Promise<{ data: AgeingGrant[]; next: string | null }>;
  /**
   * Runs `fn` with the grant as it is under the row's lock, and stores what it returns as its refreshed form (null:
   * nothing changes). Others wait for at most `lockTimeoutMs`.
   * @throws FulcrumError `store.unavailable` when another process holds the lock for longer
   */
  withLocked<T extends LeverGrant | null>(
    connectionId: string,
    fn: (grant: LeverGrant | null) => Promise<T>,
  ): Promise<T>;
}

const place = sealedPlace.grant;
const lockNotAvailable = '55P03';

export function createGrants(db: Database, ring: KeyRing, options: { lockTimeoutMs?: number } = {}): Grants {
  // Longer than one refresh may take, so that those who wait mostly find its result.
  const lockTimeoutMs = options.lockTimeoutMs ?? 15_000;

  const open = (connectionId: string, sealed: Buffer): LeverGrant =>
    openJson<LeverGrant>(ring, sealed, place(connectionId));

  const lifeOf = (row: Selectable<GrantRow>): GrantLife => ({
    kind: open(row.connection_id, row.grant_sealed).kind,
    grantedAt: row.granted_at.getTime(),
    refreshedAt: row.refreshed_at.getTime(),
  });

  const sealed = (connectionId: string, grant: LeverGrant): { grant_sealed: Buffer; updated_at: Date } => ({
    grant_sealed: sealJson(ring, grant, place(connectionId)),
    updated_at: new Date(),
  });

  async function put(
    on: Kysely<Schema>,
    connectionId: string,
    grant: LeverGrant,
    life: Pick<GrantLife, 'grantedAt' | 'refreshedAt'>,
  ): Promise<void> {
    const values = {
      ...sealed(connectionId, grant),
      granted_at: new Date(life.grantedAt),
      refreshed_at: new Date(life.refreshedAt),
    };
    await on
      .insertInto('grants')
      .values({ connection_id: connectionId, ...values })
      .onConflict((conflict) => conflict.column('connection_id').doUpdateSet(values))
      .execute();
  }

  const now = (): Pick<GrantLife, 'grantedAt' | 'refreshedAt'> => {
    const at = Date.now();
    return { grantedAt: at, refreshedAt: at };
  };

  /** A transaction that has the row to itself; null: there is none. */
  const locking = <T>(
    connectionId: string,
    fn: (row: Selectable<GrantRow> | null, tx: Kysely<Schema>) => Promise<T>,
  ): Promise<T> =>
    db.slow.transaction().execute(async (tx) => {
      await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, true),
        set_config('idle_in_transaction_session_timeout', ${String(2 * lockTimeoutMs)}, true)`.execute(tx);
      // The second one: a process that froze, or whose machine is gone, must not keep the lock for ever.
      return fn(await lockedRow(tx, connectionId), tx);
    });

  return guarded<Grants>({
    async read(connectionId) {
      const row = await db.kysely
        .selectFrom('grants')
        .select('grant_sealed')
        .where('connection_id', '=', connectionId)
        .executeTakeFirst();
      return row === undefined ? null : open(connectionId, row.grant_sealed);
    },

    async lives(connectionIds) {
      if (connectionIds.length === 0) return new Map();
      const rows = await db.kysely
        .selectFrom('grants')
        .selectAll()
        .where('connection_id', 'in', connectionIds)
        .execute();
      return new Map(rows.map((row) => [row.connection_id, lifeOf(row)]));
    },

    write: (connectionId, grant) => put(db.kysely, connectionId, grant, now()),

    replace: (connectionId, grant) =>
      locking(connectionId, async (row, tx) => {
        await put(tx, connectionId, grant, now());
        return row === null ? null : { ...lifeOf(row), grant: open(connectionId, row.grant_sealed) };
      }),

    restore: (connectionId, { grant, ...life }) =>
      locking(connectionId, (_row, tx) => put(tx, connectionId, grant, life)),

    async remove(connectionId) {
      await db.kysely.deleteFrom('grants').where('connection_id', '=', connectionId).execute();
    },

    async ageing({ refreshedBefore, grantedBefore, after, limit }) {
      let query = db.kysely
        .selectFrom('grants')
        .innerJoin('connections', 'connections.id', 'grants.connection_id')
        .selectAll('grants')
        .select('connections.lever_account_id')
        .where('connections.status', 'in', ['active', 'paused'])
        .where((where) =>
          where.or([
            where('grants.refreshed_at', '<', new Date(refreshedBefore)),
            where('grants.granted_at', '<', new Date(grantedBefore)),
          ]),
        )
        .orderBy('grants.connection_id')
        .limit(limit);
      if (after !== null) query = query.where('grants.connection_id', '>', after);
      const rows = await query.execute();
      const data = rows.map((row) => ({
        ...lifeOf(row),
        connectionId: row.connection_id,
        leverAccountId: row.lever_account_id,
      }));
      return {
        // API keys neither fade nor end.
        data: data.filter(({ kind }) => kind === 'oauth'),
        next: rows.length < limit ? null : (rows.at(-1)?.connection_id ?? null),
      };
    },

    withLocked: (connectionId, fn) =>
      locking(connectionId, async (row, tx) => {
        const changed = await fn(row === null ? null : open(connectionId, row.grant_sealed));
        if (changed !== null) {
          await tx
            .updateTable('grants')
            .set({ ...sealed(connectionId, changed), refreshed_at: new Date() })
            .where('connection_id', '=', connectionId)
            .execute();
        }
        return changed;
      }),
  });

  async function lockedRow(tx: Kysely<Schema>, connectionId: string): Promise<Selectable<GrantRow> | null> {
    try {
      const row = await tx
        .selectFrom('grants')
        .selectAll()
        .where('connection_id', '=', connectionId)
        .forUpdate()
        .executeTakeFirst();
      return row ?? null;
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== lockNotAvailable) throw cause;
      throw new FulcrumError(
        'store.unavailable',
        'Another process is still refreshing this grant; try again.',
        { cause },
      );
    }
  }
}
