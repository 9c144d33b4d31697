import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Reach } from '../domain/access';

/** Reach as a condition: a list shows nothing outside of it, and its pages are full all the same. */

const ofVendor = (connection: RawBuilder<unknown>, vendor: string): RawBuilder<boolean> =>
  sql<boolean>`exists (select 1 from connections as reached where reached.id = ${connection} and reached.vendor = ${vendor})`;

/** For rows that name their connection. */
export function withinReach(reach: Reach | undefined, connectionColumn: string): RawBuilder<boolean> {
  const connection = sql.ref(connectionColumn);
  switch (reach?.kind) {
    case 'vendor':
      return ofVendor(connection, reach.vendor);
    case 'connection':
      return sql<boolean>`${connection} = ${reach.connectionId}`;
    default:
      return sql<boolean>`true`;
  }
}

/** For rows that name their vendor as well. */
export const withinVendorReach = (
  reach: Reach | undefined,
  columns: { vendor: string; connection: string },
): RawBuilder<boolean> =>
  reach?.kind === 'vendor'
    ? sql<boolean>`${sql.ref(columns.vendor)} = ${reach.vendor}`
    : withinReach(reach, columns.connection);
