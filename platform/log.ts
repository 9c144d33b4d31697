import { types } from 'node:util';
import { pino } from 'pino';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { FulcrumError } from '../domain/errors';

/** Logs carry codes and ids; nothing personal and no secret (design D15). */

export type Logger = PinoLogger;

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The last line of defence, not the first: callers pass ids. `name` itself cannot be here, because a logger's own
 * name is one.
 */
const secretKeys = [
  'authorization',
  'cookie',
  'cookies',
  'token',
  'tokens',
  'accessToken',
  'refreshToken',
  'signatureToken',
  'signatureTokens',
  'apiKey',
  'password',
  'secret',
  'secrets',
  'credentials',
  'signature',
  'email',
  'emails',
  'phone',
  'firstName',
  'lastName',
  'fullName',
  'candidate',
  'contact',
  'body',
  'payload',
];

/** pino's paths have a fixed depth each. */
const redactedPaths = [
  ...secretKeys,
  'set-cookie',
  ...secretKeys.flatMap((key) => [`*.${key}`, `*.*.${key}`, `*.*.*.${key}`]),
].map((path) => (path.includes('-') ? `["${path}"]` : path));

const headerPaths = ['headers', '*.headers', '*.*.headers'].flatMap((path) => [
  `${path}["set-cookie"]`,
  `${path}["af-token"]`,
]);

/** Newline-delimited JSON on standard output, or to `destination`. */
export function createLogger(options: {
  level: LogLevel;
  name: string;
  destination?: DestinationStream;
}): Logger {
  const settings = {
    name: options.name,
    level: options.level,
    redact: { paths: [...redactedPaths, ...headerPaths], censor: '[redacted]' },
    serializers: { err: serializeError, error: serializeError },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

/**
 * An error without the properties that libraries hang on it (requests, parameters, rows), and with its causes,
 * because the first message of a chain is rarely the one that helps.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  // Not `instanceof`: Node's own errors may come from another realm.
  if (!types.isNativeError(error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  return {
    type: error.name,
    message: error.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(error instanceof FulcrumError && { detail: error.detail }),
    ...(depth === 0 && { stack: error.stack }),
    ...(error.cause !== undefined && depth < 4 && { cause: serializeError(error.cause, depth + 1) }),
  };
}
