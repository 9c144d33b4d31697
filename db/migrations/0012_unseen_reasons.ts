import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Runs that the sweep has closed have a plain column that says so; they get the code as well. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`update assessments set reason = 'ended_unseen'
    where reason is null and status = 'failed' and unseen_at is not null`.execute(db);
}
