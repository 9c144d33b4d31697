import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What is asked of runs when it is decided who was answered, and who may still be moved. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Why nobody was invited: whom Lever did not show in the stage yet may be found there later.
  `alter table assessments add column skip_reason text`,

  // What a run has done to its opportunity, so that late news of it go on from there.
  `alter table assessments add column traces_sealed bytea`,

  // A run that was reset counts its records anew from where it was reset to: its Temporal run tells them from the old ones.
  `alter table assessment_events
    add column run_id text not null default '',
    drop constraint assessment_events_pkey,
    add primary key (assessment_id, seq, run_id)`,
];
