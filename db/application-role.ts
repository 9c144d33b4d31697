import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { openKysely } from './database';

/**
 * The role that the hub works with, where another one owns the tables (decision 0042): it reads and writes rows, changes no
 * table, and of the audit only adds lines.
 */

interface Role {
  name: string;
  password: string;
}

export function roleOf(url: string): Role {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/**
 * Makes the role if it is missing and gives it what it needs; may be repeated, and runs after every migration.
 * @param db as the tables' owner
 */
export async function grantApplication(db: Kysely<unknown>, { name, password }: Role): Promise<void> {
  const role = sql.id(name);
  const known = await sql`select 1 from pg_roles where rolname = ${name}`.execute(db);
  if (known.rows.length === 0) {
    await sql`create role ${role} login password ${sql.lit(password)}`.execute(db);
  }
  const { rows } = await sql<{ here: string }>`select current_schema() as here`.execute(db);
  const schema = sql.id(rows[0]?.here ?? 'public');
  for (const statement of [
    sql`grant usage on schema ${schema} to ${role}`,
    sql`grant select, insert, update, delete on all tables in schema ${schema} to ${role}`,
    sql`grant usage, select on all sequences in schema ${schema} to ${role}`,
    sql`grant execute on all functions in schema ${schema} to ${role}`,
    sql`revoke update, delete, truncate, references, trigger on audit from ${role}`,
    sql`revoke insert, update, delete, truncate on kysely_migration, kysely_migration_lock from ${role}`,
  ]) {
    await statement.execute(db);
  }
}

/** Whether who connects here could change lines of the audit all the same: as the owner, one of its members, or a superuser. */
export async function canChangeAudit(url: string): Promise<boolean> {
  const { kysely, close } = openKysely<unknown>({
    url,
    poolSize: 1,
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 5_000,
  });
  try {
    const { rows } = await sql<{ can: boolean }>`
      select (pg_has_role(current_user, relowner, 'member') or has_table_privilege('audit', 'update, delete, truncate')
        or (select rolsuper from pg_roles where rolname = current_user)) as can
      from pg_class where oid = 'audit'::regclass`.execute(kysely);
    return rows[0]?.can ?? false;
  } finally {
    await close();
  }
}
