import { types } from 'node:util';
import { Kysely, PostgresDialect } from 'kysely';
import type { ClientConfig } from 'pg';
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
   * (grants, decision 0015; deliveries being brought to Temporal): they must not use up what webhooks need.
   */
  readonly slow: Kysely<Schema>;
  close(): Promise<void>;
}

const slowPoolSize = 4;
/** Waiting for a lock counts as running a statement. */
const slowStatementMs = 30_000;

export function openDatabase(options: DatabaseOptions): Database {
  const main = openKysely<Schema>(options);
  const slow = openKysely<Schema>({
    ...options,
    poolSize: slowPoolSize,
    statementTimeoutMs: slowStatementMs,
  });
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

/** Two corrections to pg's client, without which an outage of the database would not end with the outage. */
class ClientThatLeaves extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    // The pool listens to idle clients only. One that breaks while a transaction waits for somebody else emits its
    // error to nobody, which would end the process; the transaction's next statement fails anyway.
    this.on('error', () => undefined);
  }

  // After a read timeout pg would give back a connection that still waits for the old answer, and the next caller
  // would wait behind it. It is ended instead, so that the pool drops it. (pg's `query` has a dozen overloads; only
  // the promise form, which kysely uses, is touched.)
  override query = ((...args: unknown[]): unknown => {
    const result = (super.query as (...all: unknown[]) => unknown)(...args);
    if (!types.isPromise(result)) return result;
    return result.catch((error: unknown) => {
      if (types.isNativeError(error) && error.message === readTimeout) void this.end().catch(() => undefined);
      throw error;
    });
  }) as Client['query'];
}
