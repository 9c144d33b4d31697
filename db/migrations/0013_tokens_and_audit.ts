import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/**
 * Tokens with reach and rights, and an audit whose lines stay as they were written (decision 0042). `api_tokens` had no
 * use before. Processes of the release before go on writing lines of the audit: what they leave out has a default.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await forgetting.execute(db);
  await sql`revoke execute on function fulcrum_forget_audit() from public`.execute(db);
}

/**
 * The age is fixed here, so that whoever may call it can remove nothing younger. It runs as its owner: pg_temp comes last,
 * or a table of the caller's own could stand in for this one.
 */
const forgetting = sql`do $do$ begin
  execute format($f$
    create function fulcrum_forget_audit() returns bigint
      language plpgsql security definer set search_path = %I, pg_temp as $$
    declare gone bigint;
    begin
      delete from audit where id in (select id from audit where at < now() - interval '730 days' limit 1000);
      get diagnostics gone = row_count;
      return gone;
    end $$ $f$, current_schema());
end $do$`;

const statements = [
  `delete from api_tokens`,
  `alter table api_tokens rename column hash to digest`,
  `alter table api_tokens
    add column id text not null unique,
    add column reach text not null check (reach in ('everything', 'vendor', 'connection')),
    add column connection_id text,
    add column rights text[] not null,
    add column created_by text not null,
    add column last_used_at timestamptz,
    add column revoked_at timestamptz`,

  `alter table audit
    add column outcome text not null default 'done',
    add column code text,
    add column connection_id text,
    add column vendor text,
    add column intended_id bigint`,
  // Lines about a connection are within the reach of its tokens, older ones as well.
  `update audit set connection_id = connections.id, vendor = connections.vendor
    from connections where connections.id = audit.target`,
  `create index audit_of_connection on audit (connection_id, id desc)`,
  `create index audit_of_vendor on audit (vendor, id desc)`,
  `create index audit_of_actor on audit (actor, id desc)`,
  `create index audit_by_time on audit (at)`,

  // Lines are added and, by their age, removed. Sealing anew under another key changes no line's words.
  `create function fulcrum_keep_audit() returns trigger language plpgsql as $$
  begin
    if current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid) then
      if tg_op = 'DELETE' and old.at < now() - interval '730 days' then
        return old;
      end if;
      if tg_op = 'UPDATE' and to_jsonb(new) - 'detail_sealed' = to_jsonb(old) - 'detail_sealed' then
        return new;
      end if;
    end if;
    raise exception 'lines of the audit are neither changed nor removed' using errcode = 'insufficient_privilege';
  end $$`,
  `create trigger audit_kept before update or delete on audit
    for each row execute function fulcrum_keep_audit()`,
  `create trigger audit_not_truncated before truncate on audit
    for each statement execute function fulcrum_keep_audit()`,
];
