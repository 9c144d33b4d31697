import { sql } from 'kysely';
import type { Database } from '../../db/database';
import { openTestDatabase } from '../helpers/database';

/** A table that is made later must not be forgotten when somebody is erased (decision 0044). */

/** `db/repositories/erasures.ts` deletes a person's rows in them. */
const erased = ['assessments', 'assessment_events', 'claims', 'deliveries', 'files', 'file_pieces'];
/** Hold no person: connections and what is theirs, and what the hub keeps for itself. */
const others = {
  audit: 'what operators did, without anything of candidates',
  connect_links: 'credentials and settings',
  connections: 'settings and secrets',
  grants: 'tokens',
  hub_secrets: 'a key',
  erasures: 'whom it is about is removed at the end of the erasure',
};

let db: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
});
afterAll(() => close());

it('of every table that seals something, or names an opportunity, a run or a reference, it is said how it is erased', async () => {
  const { rows } = await sql<{ table_name: string }>`
    select distinct table_name from information_schema.columns
    where table_schema = 'public' and (column_name like '%\\_sealed'
      or column_name in ('opportunity_id', 'workflow_id', 'reference', 'vendor_ref', 'assessment_id', 'email_digest'))
  `.execute(db.kysely);
  expect(rows.map((row) => row.table_name).sort()).toEqual([...erased, ...Object.keys(others)].sort());
});
