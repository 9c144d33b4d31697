import { types } from 'node:util';
import { FulcrumError } from '../domain/errors';

/** Telling "the database cannot be asked just now" from everything else (decisions 0003 and 0014). */

/** Codes of Node, and SQLSTATE codes of PostgreSQL, under which the same call can succeed later. */
const awayCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // A unix socket that is not there.
  'ENOENT',
  '57014', // query_canceled: statement timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '25006', // read_only_sql_transaction: a standby after a failover
  '25P03', // idle_in_transaction_session_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
]);
/** Connection exceptions, and insufficient resources (disk full, too many connections). */
const awayClasses = ['08', '53', '58'];

/** pg tells these by message alone. */
const awayMessages = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'timeout expired',
];

export function isDatabaseAway(error: unknown): boolean {
  // Not `instanceof`: Node's own errors may come from another realm than this module's Error.
  if (!types.isNativeError(error)) return false;
  if (error instanceof FulcrumError) return error.code === 'db.unavailable';
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    return awayCodes.has(code) || (/^[0-9A-Z]{5}$/.test(code) && awayClasses.includes(code.slice(0, 2)));
  }
  return awayMessages.some((message) => error.message.startsWith(message));
}

/** @throws FulcrumError `db.unavailable` for {@link isDatabaseAway}; any other error as it is */
export async function askDatabase<T>(fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (cause) {
    if (!isDatabaseAway(cause) || cause instanceof FulcrumError) throw cause;
    throw new FulcrumError('db.unavailable', 'The database cannot be reached at the moment.', { cause });
  }
}

type AnyMethod = (...args: never[]) => unknown;

/** A repository whose every asynchronous method speaks as {@link askDatabase} does. */
export function guarded<T extends object>(repository: T): T {
  return Object.fromEntries(
    Object.entries(repository).map(([name, method]) => {
      if (typeof method !== 'function') return [name, method as unknown];
      const call = method as AnyMethod;
      return [
        name,
        (...args: never[]): unknown => {
          const result = call(...args);
          return types.isPromise(result) ? askDatabase(() => result) : result;
        },
      ];
    }),
  ) as T;
}
