import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Runs that the sweep has closed as failed have a plain column that says so; they get the code, unless they had failed before. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`update assessments set reason = 'ended_unseen'
    where reason is null and status = 'failed' and unseen_at is not null
      and not exists (
        select 1 from assessment_events as said
        where said.assessment_id = assessments.id and said.status = 'failed' and said.kind <> 'ended_unseen'
      )`.execute(db);
}
