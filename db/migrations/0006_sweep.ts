import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** What the hub-wide sweep goes by: runs that ended unseen, news that no run noted, and the Temporal server it knows. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One row: which server's runs these are, and whether a person has to look before anything is closed.
  `create table sweep (
    id integer primary key check (id = 1),
    namespace_id text,
    swept_at timestamptz,
    alarm text,
    alarm_detail text,
    alarm_rows integer not null default 0,
    alarm_examples text[] not null default '{}',
    alarm_at timestamptz,
    found_namespace_id text,
    released_rows integer not null default 0
  )`,
  `insert into sweep (id) values (1)`,

  // Set by the sweep alone, on rows of runs that left without a last record.
  `alter table assessments add column unseen_at timestamptz`,
  `create index assessments_unseen on assessments (unseen_at) where unseen_at is not null`,
  `create index assessments_all_open on assessments (id) where closed_at is null`,
  `create index assessments_suspended on assessments (id) where suspended and closed_at is null`,

  // Whatever came before was noted, or nobody could say any more; a constant default rewrites no row.
  `alter table deliveries add column noted_at timestamptz default now()`,
  `alter table deliveries alter column noted_at drop default`,
  `create index deliveries_unnoted on deliveries (received_at)
    where verdict = 'signalled' and noted_at is null`,
];
