import { canChangeAudit } from '../db/application-role';
import { isDatabaseAway } from '../db/away';
import { migrate } from '../db/migrate';
import type { Config } from '../platform/config';
import type { Logger } from '../platform/log';
import { prepareNamespace } from '../platform/temporal/namespace';
import { namespaceNeeds } from '../workflows/search-attributes';
import type { Stores } from './stores';

const tryAgainMs = 2_000;

/**
 * Brings database and namespace to what this code needs. A store that is away is tried again in the background, so that
 * the api starts all the same (decision 0003); anything else wrong with the database ends the start.
 */
export function prepareStores(
  stores: Stores,
  config: Config,
  log: Logger,
): { ready: Promise<void>; stop(): void } {
  const stopping = new AbortController();
  const { signal } = stopping;

  const migrated = async (): Promise<boolean> => {
    try {
      const applicationUrl = stores.databaseUrl;
      const names = await migrate({ url: config.migrationDatabaseUrl ?? applicationUrl, applicationUrl });
      if (names.length > 0) log.info({ migrations: names }, 'the database was migrated');
      if (config.nodeEnv === 'production' && (await canChangeAudit(applicationUrl))) {
        log.warn(
          'the database role in DATABASE_URL could change the audit: set MIGRATION_DATABASE_URL to a role that owns the tables, and DATABASE_URL to another (docs/operations.md, "Two database roles")',
        );
      }
      await stores.directory.start();
      return true;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      log.warn({ err: error }, 'the database is away; trying again');
      return false;
    }
  };

  const prepared = async (): Promise<boolean> => {
    try {
      await prepareNamespace(
        stores.temporal,
        {
          namespace: config.temporal.namespace,
          ...namespaceNeeds,
        },
        log,
      );
      return true;
    } catch (error) {
      log.warn({ err: error }, 'the Temporal namespace could not be prepared; trying again');
      return false;
    }
  };

  const keepTrying = async (attempt: () => Promise<boolean>): Promise<void> => {
    while (!signal.aborted && !(await attempt())) await pause(signal);
  };

  void keepTrying(prepared);
  const ready = migrated().then((done) => {
    if (done) return;
    keepTrying(migrated).catch((error: unknown) => {
      log.fatal({ err: error }, 'the database cannot be used');
    });
  });
  return { ready, stop: () => stopping.abort() };
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, tryAgainMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
