import type { Migration } from 'kysely';
import { Migrator } from 'kysely';
import { FulcrumError } from '../domain/errors';
import { grantApplication, roleOf } from './application-role';
import type { Database } from './database';
import { openKysely } from './database';
import { up as foundation } from './migrations/0001_foundation';
import { up as connecting } from './migrations/0002_connecting';
import { up as refusedAccess } from './migrations/0003_refused_access';
import { up as places } from './migrations/0004_places';
import { up as troubles } from './migrations/0005_troubles';
import { up as sweep } from './migrations/0006_sweep';
import { up as queue } from './migrations/0007_queue';
import { up as connectAnswers } from './migrations/0008_connect_answers';
import { up as reasonCodes } from './migrations/0009_reason_codes';
import { up as connectionReasons } from './migrations/0010_connection_reasons';
import { up as endReasons } from './migrations/0011_end_reasons';
import { up as unseenReasons } from './migrations/0012_unseen_reasons';
import { up as tokensAndAudit } from './migrations/0013_tokens_and_audit';
import { up as addressKeys } from './migrations/0014_address_keys';
import { up as erasure } from './migrations/0015_erasure';

/** Numbered migrations, oldest first. A released one never changes; what is wrong in it is mended by the next. */
const migrations: Record<string, Migration> = {
  '0001_foundation': { up: foundation },
  '0002_connecting': { up: connecting },
  '0003_refused_access': { up: refusedAccess },
  '0004_places': { up: places },
  '0005_troubles': { up: troubles },
  '0006_sweep': { up: sweep },
  '0007_queue': { up: queue },
  '0008_connect_answers': { up: connectAnswers },
  '0009_reason_codes': { up: reasonCodes },
  '0010_connection_reasons': { up: connectionReasons },
  '0011_end_reasons': { up: endReasons },
  '0012_unseen_reasons': { up: unseenReasons },
  '0013_tokens_and_audit': { up: tokensAndAudit },
  '0014_address_keys': { up: addressKeys },
  '0015_erasure': { up: erasure },
};

/**
 * Brings the database to this code's state. Safe when several processes start at once: they wait for each other by an
 * advisory lock, and each migration is one transaction.
 * @param db.url of the role that owns the tables
 * @param db.applicationUrl of the role that the hub works with, where that is another one: it gets its rights
 * @param upTo the last migration to make, for tests of what a later one does with old rows; default: all
 * @throws FulcrumError `internal` when the database was migrated by a newer version of the hub
 */
export async function migrate(
  db: Pick<Database, 'url'> & { applicationUrl?: string },
  upTo?: string,
): Promise<string[]> {
  // Its own connection: a migration may take longer than any statement of the hub is allowed to.
  const { kysely, close } = openKysely<unknown>({
    url: db.url,
    poolSize: 1,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 0,
  });
  try {
    const migrator = new Migrator({ db: kysely, provider: { getMigrations: async () => migrations } });
    const { error, results } = await (upTo === undefined
      ? migrator.migrateToLatest()
      : migrator.migrateTo(upTo));
    if (error !== undefined) throw await explain(error, kysely);
    if (db.applicationUrl !== undefined) {
      const [owner, application] = [roleOf(db.url), roleOf(db.applicationUrl)];
      if (owner.name !== application.name) await grantApplication(kysely, application);
    }
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await close();
  }
}

/** A newer database fails kysely's check with words about corruption; people get told what it is. */
async function explain(
  error: unknown,
  kysely: ReturnType<typeof openKysely<unknown>>['kysely'],
): Promise<unknown> {
  const done = await kysely
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
    .catch(() => []);
  const unknown = done.map((row) => row.name).filter((name) => !(name in migrations));
  if (unknown.length === 0) return error;
  return new FulcrumError(
    'internal',
    `The database is newer than this version of the hub (it has ${unknown.join(', ')}): start the newer version, or restore an older database.`,
    { cause: error },
  );
}
