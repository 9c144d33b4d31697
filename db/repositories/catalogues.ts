import { guarded } from '../away';
import type { Database } from '../database';
import type { CatalogueItem } from '../schema';

/** What can be ordered of the vendor of a connection, where the vendor sends it by itself. */
export interface Catalogues {
  /** False when a list of a later time is known already: then nothing changes. @param asOf ms since 1970 */
  put(connectionId: string, items: readonly CatalogueItem[], asOf: number): Promise<boolean>;
  /** Null where the vendor never sent one. */
  get(connectionId: string): Promise<CatalogueItem[] | null>;
}

export function createCatalogues(db: Database): Catalogues {
  return guarded<Catalogues>({
    async put(connectionId, items, asOf) {
      const row = { items: JSON.stringify(items), as_of: new Date(asOf) };
      const { numInsertedOrUpdatedRows } = await db.kysely
        .insertInto('catalogues')
        .values({ connection_id: connectionId, ...row })
        .onConflict((conflict) =>
          conflict
            .column('connection_id')
            .doUpdateSet(row)
            // The same list again is taken again: it does no harm, and its sender is told so.
            .whereRef('catalogues.as_of', '<=', 'excluded.as_of'),
        )
        .executeTakeFirst();
      return (numInsertedOrUpdatedRows ?? 0n) > 0n;
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
