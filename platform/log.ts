import { types } from 'node:util';
import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { pino } from 'pino';
import { FulcrumError } from '../domain/errors';

/** Logs carry codes and ids; nothing personal and no secret (decision 0016). */

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

/** None of them: each vendor has its own for what proves who asks. */
const headerPaths = ['', '*.', '*.*.', '*.*.*.'].flatMap((depth) => [
  `${depth}headers.*`,
  `${depth}rawHeaders`,
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

/** Whose message is in the hub's own words, about its own parts. */
const ownWords = /^(?:internal$|store\.|db\.|temporal\.|rate\.)/;

/** Codes are words of programs; what a stranger gives for one could be anything. */
const codeForm = /^[\w.-]+$/;
const isCode = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 60 && codeForm.test(text);

/**
 * An error as its type, its code and its place. Messages stay out: they quote what they met, be it a vendor's refusal, a
 * row or what was to be parsed, and a log is sealed nowhere. So do the properties that libraries hang on errors. The causes
 * are told likewise, because the first error of a chain is rarely the one that helps.
 */
function serializeError(error: unknown, depth = 0): unknown {
  // Not `instanceof`: Node's own errors may come from another realm.
  if (!types.isNativeError(error)) return { type: typeof error };
  const { code, type: failure } = error as { code?: unknown; type?: unknown };
  return {
    type: isCode(error.name) ? error.name : 'Error',
    ...((isCode(code) || typeof code === 'number') && { code }),
    // Of Temporal's failures: the code of what has failed.
    ...(isCode(failure) && { failure }),
    ...(error instanceof FulcrumError && ownWords.test(error.code) && { message: error.message }),
    ...(error instanceof FulcrumError && { detail: error.detail }),
    ...(depth === 0 && { stack: framesOf(error) }),
    ...(error.cause !== undefined && depth < 4 && { cause: serializeError(error.cause, depth + 1) }),
  };
}

const longestStack = 20_000;
const mostFrames = 20;
/** As V8 writes them: what has a place in a file. */
const frameForm = /^ {4}at [^\n]*:\d+:\d+\)?$/;

/** Where it happened, from the innermost call on. The stack begins with the message, which may be written like a frame. */
export function framesOf(error: Error): string[] {
  const stack = typeof error.stack === 'string' ? error.stack : '';
  const told = stack.indexOf(error.message);
  if (told < 0) return [];
  return stack
    .slice(told + error.message.length)
    .slice(0, longestStack)
    .split('\n')
    .filter((line) => line.length <= 500 && frameForm.test(line))
    .slice(0, mostFrames)
    .map((line) => line.trim());
}
