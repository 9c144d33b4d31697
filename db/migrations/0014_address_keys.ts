import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Addresses that can be renewed one connection at a time, and keys that can be retired without waking everybody. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // `address_key`: which key makes the address that people are shown; null: it was not settled yet.
  // `former_addresses`: what was taken before, and until when it still is.
  `alter table connections
    add column address_key text,
    add column address_generation integer not null default 0,
    add column former_addresses jsonb not null default '[]'`,

  // Which key made the callback address that a run's vendor was given; null: an older release did not note it.
  `alter table assessments add column address_key text`,

  // Whoever seals a row anew changes nothing of what it says.
  `create or replace function fulcrum_notify_connections() returns trigger language plpgsql as $$
    begin
      if current_setting('fulcrum.resealing', true) = 'on' then return null; end if;
      perform pg_notify('fulcrum_connections', '');
      return null;
    end $$`,

  // Addresses are in every process's memory.
  `create trigger connections_addressed after update of address_key, address_generation, former_addresses
    on connections for each statement execute function fulcrum_notify_connections()`,
];
