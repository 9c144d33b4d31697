import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Access that Lever refuses although it is not known to be gone. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table connections
    add column refused_since timestamptz,
    add column probe_after timestamptz,
    add column reason_before text`,
  `create index connections_refused on connections (id) where refused_since is not null`,

  // Every process has to hear of it. When a probe is due (probe_after) concerns only who takes it.
  `drop trigger connections_changed on connections`,
  `create trigger connections_changed after update of
      key, status, status_reason, settings_sealed, secrets_sealed, lever_account_id, perform_as, stages, webhooks,
      webhook_problem, refused_since
    on connections for each statement execute function fulcrum_notify_connections()`,
];
