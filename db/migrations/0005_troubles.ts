import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What keeps failing says so in its row, and a connection knows what was refused to its runs. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table assessments
    add column trouble_sealed bytea,
    add column trouble_since timestamptz`,
  `alter table connections
    add column trouble_sealed bytea,
    add column trouble_since timestamptz,
    add column refusals jsonb not null default '{}',
    add column mended_at timestamptz,
    add column probed_at timestamptz,
    add column ends_runs boolean not null default false`,
  // Whoever lets something work has to know that it was refused elsewhere.
  `drop trigger connections_changed on connections`,
  `create trigger connections_changed after update of
      key, status, status_reason, settings_sealed, secrets_sealed, lever_account_id, perform_as, stages, webhooks,
      webhook_problem, refused_since, refusals
    on connections for each statement execute function fulcrum_notify_connections()`,
];
