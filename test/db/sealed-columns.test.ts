import { sql } from 'kysely';
import type { Database } from '../../db/database';
import { sealedTables } from '../../db/sealed-columns';
import { openTestDatabase } from '../helpers/database';

/** A sealed column that is in no table of `db/sealed-columns.ts` would keep its key for good. */

let db: Database;
let close: () => Promise<void>;
beforeAll(async () => ({ db, close } = await openTestDatabase()));
afterAll(() => close());

const listed = () =>
  sealedTables.flatMap(({ table, places }) => Object.keys(places).map((column) => `${table}.${column}`));

it('is each column of the database that is named as a sealed one', async () => {
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = current_schema() and column_name like '%\\_sealed'`.execute(db.kysely);
  expect(rows.length).toBeGreaterThan(15);
  expect(listed().sort()).toEqual(rows.map(({ name }) => name).sort());
});

it('has the key by which its row is found, in its order and with its types', async () => {
  const { rows } = await sql<{ table: string; key: string[]; types: string[] }>`
    select tables.relname as table, array_agg(columns.attname::text order by place) as key,
      array_agg(format_type(columns.atttypid, null) order by place) as types
    from pg_index join pg_class as tables on tables.oid = indrelid
      cross join lateral unnest(indkey) with ordinality as part(number, place)
      join pg_attribute as columns on columns.attrelid = indrelid and columns.attnum = part.number
    where indisprimary and tables.relnamespace = current_schema()::regnamespace
    group by tables.relname`.execute(db.kysely);
  const real = new Map(rows.map((row) => [row.table, row]));
  for (const { table, key } of sealedTables) {
    expect([table, Object.keys(key)]).toEqual([table, real.get(table)?.key]);
    expect([table, Object.values(key)]).toEqual([table, real.get(table)?.types]);
  }
});
