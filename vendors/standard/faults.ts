import type { z } from 'zod';
import type { MessageError } from './messages';

/** More than that nobody reads, and an answer must not be longer than the message that it is about. */
export const mostErrors = 50;
/** Characters of a path; names in a message may be of any length. */
const longestPath = 200;

/** What is wrong with a message of the vendor, each fault with its place. They name no value of it. */
export function faultsOf(error: z.ZodError, body: unknown): MessageError[] {
  if (body === undefined) return [{ path: '', message: 'it is no JSON' }];
  return theFirst(error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
}

/**
 * The first ones in short, and how many more there are.
 * @param count how many there are, where not all of them were made
 */
export function theFirst(faults: readonly MessageError[], count = faults.length): MessageError[] {
  const shown = count <= mostErrors ? faults : faults.slice(0, mostErrors - 1);
  const more = count - shown.length;
  return [
    ...shown.map(({ path, message }) => ({ path: cut(path), message })),
    ...(more === 0 ? [] : [{ path: '', message: `and ${more} more like these` }]),
  ];
}

const cut = (path: string): string =>
  path.length <= longestPath ? path : `${path.slice(0, longestPath - 1)}…`;

/** In one sentence, for who reads only that. */
export const inOneLine = (faults: readonly MessageError[]): string =>
  faults.map(({ path, message }) => `${path === '' ? 'the body' : path}: ${message}`).join('; ');
