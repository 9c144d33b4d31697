import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Connections, deliveries, claims, the projection of runs with its timeline, audit and tokens (decision 0014). */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table connections (
    id text primary key,
    key text not null unique,
    vendor text not null,
    customer text not null,
    environment text not null,
    status text not null,
    status_reason text,
    settings_sealed bytea not null,
    secrets_sealed bytea not null,
    lever_account_id text,
    perform_as text,
    stages jsonb not null,
    webhooks jsonb not null,
    webhook_problem text,
    last_heard_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  `create index connections_page on connections (created_at desc, id desc)`,

  // last_heard_at changes with the traffic and decides nothing: it must not make every process read all again.
  `create function fulcrum_notify_connections() returns trigger language plpgsql as $$
    begin
      perform pg_notify('fulcrum_connections', '');
      return null;
    end $$`,
  `create trigger connections_added_or_removed after insert or delete on connections
    for each statement execute function fulcrum_notify_connections()`,
  `create trigger connections_changed after update of
      key, status, status_reason, settings_sealed, secrets_sealed, lever_account_id, perform_as, stages, webhooks,
      webhook_problem
    on connections for each statement execute function fulcrum_notify_connections()`,

  `create table grants (
    connection_id text primary key references connections (id) on delete cascade,
    grant_sealed bytea not null,
    updated_at timestamptz not null
  )`,

  // No foreign keys from here on: a run writes its rows whatever has become of its connection meanwhile.
  `create table deliveries (
    id text primary key,
    source text not null,
    connection_id text not null,
    event_key text not null,
    event text not null,
    received_at timestamptz not null,
    verdict text not null,
    opportunity_id text,
    workflow_id text,
    reference text,
    reason text,
    content_type text,
    body_sealed bytea,
    request_sealed bytea,
    attempts integer not null default 0,
    tried_at timestamptz
  )`,
  // The lasting guard against a second start (decision 0002): Temporal forgets workflow ids after its retention.
  // A delivery that led to nothing spends no token, so that it can be run again once the settings are right.
  `create unique index deliveries_spend_once on deliveries (source, connection_id, event_key)
    where verdict in ('started', 'signalled', 'pending')`,
  `create index deliveries_page on deliveries (received_at desc, id desc)`,
  `create index deliveries_of_connection on deliveries (connection_id, received_at desc, id desc)`,
  `create index deliveries_of_opportunity on deliveries (opportunity_id) where opportunity_id is not null`,
  `create index deliveries_of_workflow on deliveries (workflow_id) where workflow_id is not null`,
  `create index deliveries_pending on deliveries (received_at) where verdict = 'pending'`,
  `create index deliveries_unmatched on deliveries (received_at) where verdict = 'unmatched'`,

  `create table claims (
    connection_id text not null,
    opportunity_id text not null,
    assessment_ref text not null,
    stage_changed_at timestamptz not null,
    workflow_id text not null,
    active boolean not null default true,
    taken_at timestamptz not null default now(),
    released_at timestamptz,
    primary key (connection_id, opportunity_id, assessment_ref, stage_changed_at)
  )`,
  `create unique index claims_one_active on claims (connection_id, opportunity_id, assessment_ref) where active`,
  `create index claims_of_workflow on claims (workflow_id)`,

  `create table assessments (
    id text primary key,
    workflow_id text not null unique,
    vendor text not null,
    connection_id text not null,
    opportunity_id text,
    posting_id text,
    assessment_ref text,
    assessment_name text,
    vendor_ref text,
    status text not null,
    suspended boolean not null,
    attention boolean not null,
    seq integer not null,
    candidate_sealed bytea,
    email_digest text,
    assessment_link_sealed bytea,
    report_link_sealed bytea,
    result_digest text,
    context_sealed bytea,
    last_error_sealed bytea,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    closed_at timestamptz
  )`,
  `create index assessments_page on assessments (created_at desc, id desc)`,
  `create index assessments_of_connection on assessments (connection_id, created_at desc, id desc)`,
  `create index assessments_of_opportunity on assessments (opportunity_id, connection_id)`,
  `create index assessments_by_vendor_ref on assessments (connection_id, vendor_ref) where vendor_ref is not null`,
  `create index assessments_by_email on assessments (email_digest) where email_digest is not null`,
  `create index assessments_attention on assessments (created_at desc) where attention`,

  `create table assessment_events (
    assessment_id text not null,
    seq integer not null,
    at timestamptz not null,
    kind text not null,
    status text not null,
    suspended boolean not null,
    attention boolean not null,
    detail_sealed bytea,
    primary key (assessment_id, seq)
  )`,

  `create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    action text not null,
    target text not null,
    detail_sealed bytea
  )`,
  `create index audit_of_target on audit (target, id desc)`,

  `create table api_tokens (
    hash bytea primary key,
    label text not null,
    vendor text,
    created_at timestamptz not null default now(),
    expires_at timestamptz
  )`,
];
