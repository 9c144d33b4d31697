import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Connecting by OAuth, keeping quiet grants alive, reconciling missed events, and files on their way to Lever. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Reconciling begins with the first event (decision 0005); Lever's test ping is none.
  `alter table connections add column first_heard_at timestamptz`,

  // Unsealed times, so that quiet grants are found without opening all of them (decision 0015).
  `alter table grants
    add column granted_at timestamptz not null default now(),
    add column refreshed_at timestamptz not null default now()`,

  // How far a vendor's own count of its news has come, so that what is older changes nothing any more.
  `alter table assessments add column newest text`,
  `alter table assessments add column turn_at timestamptz`,
  `create index assessments_open on assessments (connection_id) where closed_at is null`,

  // What can be ordered, as the vendor of a connection sent it by itself; `as_of` is the vendor's own time.
  `create table catalogues (
    connection_id text primary key references connections (id) on delete cascade,
    items jsonb not null,
    as_of timestamptz not null
  )`,

  // What a trigger stage was last looked through for, and from when on it counts (decision 0005).
  `create table trigger_stages (
    connection_id text not null references connections (id) on delete cascade,
    stage_id text not null,
    activated_at timestamptz not null,
    looked_until timestamptz,
    primary key (connection_id, stage_id)
  )`,

  // What a person has to release or discard.
  `create index deliveries_held on deliveries (connection_id, received_at, id) where verdict = 'held'`,

  // An invitation to connect: the secret part of its address is kept as a digest only.
  `create table connect_links (
    id text primary key,
    token_digest text not null unique,
    reference_digest text,
    vendor text not null,
    customer text not null,
    environment text not null,
    connection_id text references connections (id) on delete cascade,
    given_sealed bytea not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
  )`,
  `create unique index connect_links_reference on connect_links (vendor, reference_digest)
    where reference_digest is not null and used_at is null`,

  // Files travel as references to this table (decision 0016): sealed in pieces, so that neither way needs a whole one in
  // memory.
  `create table files (
    id text primary key,
    assessment_id text not null,
    name_sealed bytea not null,
    content_type text not null,
    size bigint not null,
    sha256 text,
    created_at timestamptz not null default now()
  )`,
  `create table file_pieces (
    file_id text not null references files (id) on delete cascade,
    number integer not null,
    content_sealed bytea not null,
    primary key (file_id, number)
  )`,
  `create index files_of_assessment on files (assessment_id)`,
];
