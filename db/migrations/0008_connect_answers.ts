import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** The answers of Lever's consent page that a connect link has taken: each counts once, and a few an hour. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table connect_answers (
        link_id text not null references connect_links (id) on delete cascade,
        nonce_digest text not null,
        taken_at timestamptz not null default now(),
        primary key (link_id, nonce_digest)
      )`,
    )
    .execute(db);
}
