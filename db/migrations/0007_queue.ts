import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** A queue that is fair between connections, and counts in the place of rows that tell nobody anything. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // In the order in which the connection's own are taken.
  `create index deliveries_pending_of_connection on deliveries (connection_id, tried_at nulls first, received_at)
    where verdict = 'pending'`,
  `create index deliveries_unmatched_of_connection on deliveries (connection_id, received_at, id)
    where verdict = 'unmatched'`,
  `drop index deliveries_unmatched`,
  // What is kept for days or weeks, while the others are kept for a year.
  `create index deliveries_of_no_effect on deliveries (verdict, received_at)
    where verdict in ('rejected', 'ignored', 'ping')`,

  // A repeat of what is held is looked for before it is written.
  `create index deliveries_held_by_token on deliveries (source, connection_id, event_key) where verdict = 'held'`,

  // Messages that were answered and left no row.
  `create table delivery_tallies (
    connection_id text not null,
    source text not null,
    verdict text not null,
    day date not null,
    count bigint not null,
    primary key (connection_id, source, verdict, day)
  )`,
  `create index delivery_tallies_by_day on delivery_tallies (day)`,

  // Of whom callbacks were let go, and how far the asking has come that makes up for it. A row for each connection at most.
  `create table unmatched_overflows (
    connection_id text not null,
    source text not null,
    gone_at timestamptz not null,
    asked_at timestamptz,
    asking_behind text,
    primary key (connection_id, source)
  )`,
];
