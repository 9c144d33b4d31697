import { sql } from 'kysely';
import { guarded } from '../away';
import type { Database } from '../database';
import type { CatalogueItem } from '../schema';

/** What became of a list. `older`: one of a later time is known already, and nothing changes; `same`: it says what was known. */
export type CataloguePut = 'changed' | 'same' | 'older';

/** What can be ordered of the vendor of a connection, where the vendor sends it by itself. */
export interface Catalogues {
  /** @param asOf ms since 1970 */
  put(connectionId: string, items: readonly CatalogueItem[], asOf: number): Promise<CataloguePut>;
  /** Null where the vendor never sent one. */
  get(connectionId: string): Promise<CatalogueItem[] | null>;
}

export function createCatalogues(db: Database): Catalogues {
  return guarded<Catalogues>({
    async put(connectionId, items, asOf) {
      const row = { items: JSON.stringify(items), as_of: new Date(asOf) };
      const kept = await db.kysely
        .insertInto('catalogues')
        .values({ connection_id: connectionId, ...row })
        .onConflict((conflict) =>
          conflict
            .column('connection_id')
            .doUpdateSet(row)
            // The same list again is taken again: it does no harm, and its sender is told so.
            .whereRef('catalogues.as_of', '<=', 'excluded.as_of'),
        )
        // The inner one is the row as it was before.
        .returning(
          sql<boolean>`catalogues.items is distinct from
            (select items from catalogues as known where known.connection_id = ${connectionId})`.as(
            'is_changed',
          ),
        )
        .executeTakeFirst();
      if (kept === undefined) return 'older';
      return kept.is_changed ? 'changed' : 'same';
    },

    async get(connectionId) {
      const row = await db.kysely
        .selectFrom('catalogues')
        .select('items')
        .where('connection_id', '=', connectionId)
        .executeTakeFirst();
      return row?.items ?? null;
    },
  });
}
