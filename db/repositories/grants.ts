import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { LeverGrant } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import type { KeyRing } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import { guarded } from '../away';
import type { Database } from '../database';
import type { Schema } from '../schema';

/** The rights to Lever accounts, sealed; one row per connection, locked while it is refreshed (design D14). */

export interface Grants {
  read(connectionId: string): Promise<LeverGrant | null>;
  /** Puts the grant in place of whatever was there. */
  write(connectionId: string, grant: LeverGrant): Promise<void>;
  remove(connectionId: string): Promise<void>;
  /**
   * Runs `fn` with the grant as it is under the row's lock, and stores what it returns (null: nothing changes).
   * Others wait for at most `lockTimeoutMs`.
   * @throws FulcrumError `store.unavailable` when another process holds the lock for longer
   */
  withLocked<T extends LeverGrant | null>(
    connectionId: string,
    fn: (grant: LeverGrant | null) => Promise<T>,
  ): Promise<T>;
}

const place = (connectionId: string): string => `grants/${connectionId}`;
const lockNotAvailable = '55P03';

export function createGrants(db: Database, ring: KeyRing, options: { lockTimeoutMs?: number } = {}): Grants {
  // Longer than one refresh may take, so that those who wait mostly find its result.
  const lockTimeoutMs = options.lockTimeoutMs ?? 15_000;

  const toGrant = (connectionId: string, row: { grant_sealed: Buffer } | undefined): LeverGrant | null =>
    row === undefined ? null : openJson<LeverGrant>(ring, row.grant_sealed, place(connectionId));

  async function store(on: Kysely<Schema>, connectionId: string, grant: LeverGrant): Promise<void> {
    const values = { grant_sealed: sealJson(ring, grant, place(connectionId)), updated_at: new Date() };
    await on
      .insertInto('grants')
      .values({ connection_id: connectionId, ...values })
      .onConflict((conflict) => conflict.column('connection_id').doUpdateSet(values))
      .execute();
  }

  return guarded<Grants>({
    async read(connectionId) {
      const row = await db.kysely
        .selectFrom('grants')
        .select('grant_sealed')
        .where('connection_id', '=', connectionId)
        .executeTakeFirst();
      return toGrant(connectionId, row);
    },

    write: (connectionId, grant) => store(db.kysely, connectionId, grant),

    async remove(connectionId) {
      await db.kysely.deleteFrom('grants').where('connection_id', '=', connectionId).execute();
    },

    withLocked: (connectionId, fn) =>
      db.slow.transaction().execute(async (tx) => {
        await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, true)`.execute(tx);
        const row = await lockedRow(tx, connectionId);
        const changed = await fn(toGrant(connectionId, row));
        if (changed !== null) await store(tx, connectionId, changed);
        return changed;
      }),
  });

  async function lockedRow(
    tx: Kysely<Schema>,
    connectionId: string,
  ): Promise<{ grant_sealed: Buffer } | undefined> {
    try {
      return await tx
        .selectFrom('grants')
        .select('grant_sealed')
        .where('connection_id', '=', connectionId)
        .forUpdate()
        .executeTakeFirst();
    } catch (cause) {
      if ((cause as { code?: unknown }).code !== lockNotAvailable) throw cause;
      throw new FulcrumError(
        'store.unavailable',
        'Another process is still refreshing this grant; try again.',
        {
          cause,
        },
      );
    }
  }
}
