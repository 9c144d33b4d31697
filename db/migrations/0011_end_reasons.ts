import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Why a run is where it is, as a code. Of runs from before, skips have one; the words of most others are sealed. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table assessments add column reason text`.execute(db);
  await sql`update assessments set reason = skip_reason where skip_reason is not null`.execute(db);
}
