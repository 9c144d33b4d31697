import { Kysely, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import type { Logger } from '../platform/log';
import type { Schema } from './schema';

/** Connections to PostgreSQL. They heal by themselves: a broken one leaves its pool, the next call makes another. */

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** How long a call waits for a connection, whether the server or the pool is what it waits for. */
  connectTimeoutMs: number;
  /** The server ends a longer statement; 0 lets it run. */
  statementTimeoutMs: number;
  log?: Logger;
}

export interface Database {
  readonly url: string;
  readonly kysely: Kysely<Schema>;
  /**
   * A few connections apart from the others, for transactions that hold a lock while they ask somebody else
   * (grants, design D14; deliveries being brought to Temporal): they must not use up what webhooks need.
   */
  readonly slow: Kysely<Schema>;
  close(): Promise<void>;
}

const slowPoolSize = 4;
/** Waiting for a lock counts as running a statement. */
const slowStatementMs = 30_000;

export function openDatabase(options: DatabaseOptions): Database {
  const main = openKysely<Schema>(options);
  const slow = openKysely<Schema>({ ...options, poolSize: slowPoolSize, statementTimeoutMs: slowStatementMs });
  return {
    url: options.url,
    kysely: main.kysely,
    slow: slow.kysely,
    close: async () => {
      await Promise.all([main.close(), slow.close()]);
    },
  };
}

export function openKysely<Tables>(options: DatabaseOptions): {
  kysely: Kysely<Tables>;
  close: () => Promise<void>;
} {
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize,
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: true,
    application_name: 'fulcrum',
    ...(options.statementTimeoutMs > 0 && {
      statement_timeout: options.statementTimeoutMs,
      // The server's own timeout comes first, unless the server does not answer at all.
      query_timeout: options.statementTimeoutMs + 1000,
    }),
    Client: ClientThatLeaves,
  });
  // An idle connection that breaks is reported here; without a listener it would end the process.
  pool.on('error', (error) => options.log?.warn({ err: error }, 'an idle database connection broke'));
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { kysely, close: () => kysely.destroy() };
}

const readTimeout = 'Query read timeout';

/**
 * After a read timeout pg would put a connection back that still waits for the old answer, and the next caller would
 * wait behind it. This one is ended, so the pool drops it.
 */
class ClientThatLeaves extends Client {
  // pg's `query` has a dozen overloads; only the promise form, which kysely uses, is touched.
  override query = ((...args: unknown[]): unknown => {
    const result = (super.query as (...all: unknown[]) => unknown)(...args);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      if (error instanceof Error && error.message === readTimeout) void this.end().catch(() => undefined);
      throw error;
    });
  }) as Client['query'];
}
