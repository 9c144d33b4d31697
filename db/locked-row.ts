import type { Kysely, Selectable } from 'kysely';
import type { Schema } from './schema';

/** The row under its lock, which ends with the transaction; undefined: there is none. */
export function lockedRow<T extends 'assessments' | 'connections' | 'connect_links'>(
  tx: Kysely<Schema>,
  table: T,
  id: string,
): Promise<Selectable<Schema[T]> | undefined> {
  // Of every table alike: kysely's types tell one table at a time.
  const rows = tx.selectFrom(table as 'connections').selectAll();
  const row = rows.where('id', '=', id).forUpdate().executeTakeFirst();
  return row as Promise<unknown> as Promise<Selectable<Schema[T]> | undefined>;
}
