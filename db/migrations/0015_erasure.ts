import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Erasing a person, what is remembered so that nothing of them comes back, and the end of waiting and of credentials. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** Whether a run was erased; the same digest as in `repositories/tombstones.ts`. */
const isErased = (kind: 'run' | 'workflow', id: string): string =>
  `exists (select from tombstones where digest = encode(sha256(convert_to('${kind} ' || ${id}, 'UTF8')), 'hex'))`;

const statements = [
  // Keys that must outlive the ring that seals them.
  `create table hub_secrets (
    name text primary key,
    value_sealed bytea not null,
    created_at timestamptz not null default now()
  )`,

  `create table tombstones (
    digest text primary key,
    kind text not null,
    erased_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  `create index tombstones_by_end on tombstones (expires_at)`,

  // The subject is there only while somebody is being erased.
  `create table erasures (
    id text primary key,
    customer text not null,
    environment text not null,
    requested_by text not null,
    requested_at timestamptz not null default now(),
    status text not null,
    erased_at timestamptz,
    finished_at timestamptz,
    counts jsonb not null default '{}',
    at_vendors jsonb not null default '[]',
    subject_digest text,
    subject_sealed bytea
  )`,
  `create unique index erasures_one_of_a_subject on erasures (subject_digest) where subject_digest is not null`,
  `create index erasures_by_end on erasures (finished_at)`,

  // An activity that was under way when its run was erased may still write, in a process of any release: whatever would
  // make a row of that run anew makes none. A row that is there is kept up to date until it is deleted.
  `create function fulcrum_refuse_erased_run() returns trigger language plpgsql as $$
    declare whose text := to_jsonb(new) ->> tg_argv[0];
    begin
      if ${isErased('run', 'whose')} and not exists (select from assessments where assessments.id = whose) then
        return null;
      end if;
      return new;
    end $$`,
  ...[
    ['assessments', 'id'],
    ['assessment_events', 'assessment_id'],
    ['files', 'assessment_id'],
  ].map(
    ([table, column]) => `create trigger ${table}_of_erased_runs before insert on ${table}
      for each row execute function fulcrum_refuse_erased_run('${column}')`,
  ),
  // … and of a message to it there is left that it came.
  `create function fulcrum_strip_erased_delivery() returns trigger language plpgsql as $$
    begin
      if ${isErased('workflow', 'new.workflow_id')} then
        new.event_key := new.id;
        new.opportunity_id := null;
        new.workflow_id := null;
        new.reference := null;
        new.body_sealed := null;
        new.request_sealed := null;
      end if;
      return new;
    end $$`,
  `create trigger deliveries_of_erased_runs before insert or update of workflow_id, body_sealed on deliveries
    for each row when (new.workflow_id is not null) execute function fulcrum_strip_erased_delivery()`,

  // Since when a connection is disabled, whichever release disabled it.
  `alter table connections
    add column disabled_at timestamptz,
    add column credentials_removed_at timestamptz`,
  `update connections set disabled_at = updated_at where status = 'disabled'`,
  `create function fulcrum_note_disabling() returns trigger language plpgsql as $$
    begin
      if new.status <> 'disabled' then
        new.disabled_at := null;
        new.credentials_removed_at := null;
      elsif old.status <> 'disabled' then
        new.disabled_at := now();
      end if;
      return new;
    end $$`,
  `create trigger connections_disabled before update of status on connections
    for each row execute function fulcrum_note_disabling()`,
];
