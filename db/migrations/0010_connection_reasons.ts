import type { Kysely } from 'kysely';
import { sql } from 'kysely';

/** Why a connection is not active is a code; its words hold only what the sentence says besides. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const codeOf = (reason: string, status: string): string => `case
    when ${reason} is null then null
    when ${reason} = 'being set up' then 'being_set_up'
    when ${reason} = 'paused by an operator' then 'paused_by_operator'
    when ${reason} = 'disabled by an operator' then 'disabled_by_operator'
    when ${reason} = 'Lever no longer accepts the access that was granted. Connect again.' then 'access_refused'
    ${status}
  end`;

const statements = [
  `alter table connections add column status_code text, add column code_before text`,
  `update connections set
    status_code = ${codeOf(
      'status_reason',
      `when status = 'impaired' then 'impaired'
       when status = 'disconnected' then 'access_doubted'
       else 'to_be_corrected'`,
    )},
    code_before = ${codeOf(
      'reason_before',
      `when exists (select 1 from jsonb_each(refusals) as refused where jsonb_array_length(refused.value) >= 3)
         then 'impaired'
       else 'to_be_corrected'`,
    )}`,
  `update connections set status_reason = null
    where status_code in ('being_set_up', 'paused_by_operator', 'disabled_by_operator', 'access_refused')`,
  `update connections set reason_before = null
    where code_before in ('being_set_up', 'paused_by_operator')`,
  `drop trigger connections_changed on connections`,
  `create trigger connections_changed after update of
      key, status, status_code, status_reason, settings_sealed, secrets_sealed, lever_account_id, perform_as, stages,
      webhooks, webhook_problem, refused_since, refusals
    on connections for each statement execute function fulcrum_notify_connections()`,
];
