import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import type { Database } from '../../db/database';
import { openDatabase } from '../../db/database';
import { migrate } from '../../db/migrate';
import type { AtEnd } from '../../scripts/assemble';
import { waitMs } from './limits';
import { checkStatusMoves } from './status-moves';

/**
 * A migrated database per test file: cloned from a template that is made once, which takes milliseconds instead of
 * running the migrations again and again.
 */

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Any number; both sides of the race for the template use it. */
const lockId = 730_142_001;
const migrationsFolder = path.join(__dirname, '../../db/migrations');

const withDatabase = (url: string, name: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
};

/** Where the PostgreSQL server of the test run listens. @throws Error outside of Jest */
export function serverUrl(): string {
  const url = process.env['FULCRUM_TEST_DATABASE_URL'];
  if (url === undefined) {
    throw new Error(
      'FULCRUM_TEST_DATABASE_URL is not set: run the tests with jest, whose setup starts PostgreSQL.',
    );
  }
  return url;
}

/** An empty, migrated database of its own. Call `drop` when the file is done. */
export async function createTestDatabase(upTo?: string): Promise<TestDatabase> {
  if (upTo === undefined) return createDatabase();
  const made = await createDatabase('template0');
  await migrate({ url: made.url }, upTo);
  return made;
}

/** @param template default: the migrated one */
async function createDatabase(template?: 'template0'): Promise<TestDatabase> {
  const name = `fulcrum_test_${randomBytes(6).toString('hex')}`;
  await asAdmin(async (admin) => {
    await admin.query(`create database ${name} template ${template ?? (await templateName(admin))}`);
  });
  return {
    url: withDatabase(serverUrl(), name),
    drop: () =>
      asAdmin(async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

/**
 * The address of one that is dropped with the world, after a look at what became of its runs.
 * @param isEmpty without tables, for a hub that makes them itself
 */
export async function ownDatabase(atEnd: AtEnd, isEmpty = false): Promise<string> {
  const { url, drop } = isEmpty ? await createDatabase('template0') : await createTestDatabase();
  atEnd(drop);
  atEnd(() => checkStatusMoves(url));
  return url;
}

/** The same, opened. `close` closes and drops it. */
export async function openTestDatabase(): Promise<{ db: Database; url: string; close(): Promise<void> }> {
  const { url, drop } = await createTestDatabase();
  const db = openTestPool(url);
  return {
    db,
    url,
    close: async () => {
      try {
        await db.close();
      } finally {
        await drop();
      }
    },
  };
}

/** Connections to it that wait as long as a test does. Whoever opens them closes them. */
export const openTestPool = (url: string): Database =>
  openDatabase({ url, poolSize: 10, connectTimeoutMs: waitMs, statementTimeoutMs: waitMs });

async function asAdmin(fn: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client({ connectionString: serverUrl() });
  await admin.connect();
  try {
    // Held for template and clone alike: a template that somebody is connected to cannot be cloned.
    await admin.query('select pg_advisory_lock($1)', [lockId]);
    await fn(admin);
  } finally {
    await admin.end();
  }
}

/** The template of these very migrations; those of older ones are dropped. */
async function templateName(admin: Client): Promise<string> {
  const digest = createHash('sha256');
  for (const file of readdirSync(migrationsFolder).sort()) {
    digest.update(readFileSync(path.join(migrationsFolder, file)));
  }
  const name = `fulcrum_template_${digest.digest('hex').slice(0, 12)}`;
  const { rows } = await admin.query<{ datname: string }>(
    `select datname from pg_database where datname like 'fulcrum_template_%'`,
  );
  if (rows.some((row) => row.datname === name)) return name;
  for (const { datname } of rows) await admin.query(`drop database if exists ${datname} with (force)`);
  const draft = `fulcrum_draft_${randomBytes(4).toString('hex')}`;
  await admin.query(`create database ${draft}`);
  await migrate({ url: withDatabase(serverUrl(), draft) });
  // Only a whole template gets its name.
  await admin.query(`alter database ${draft} rename to ${name}`);
  return name;
}
