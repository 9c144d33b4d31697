import type { z } from 'zod';
import type { Fault } from './messages';

/** Everything that is wrong with a message of the vendor, each fault with its place. They name no value of it. */
export function faultsOf(error: z.ZodError, body: unknown): Fault[] {
  if (body === undefined) return [{ path: '', message: 'it is no JSON' }];
  return error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
}

/** In one sentence, for who reads only that. */
export const inOneLine = (faults: readonly Fault[]): string =>
  faults.map(({ path, message }) => `${path === '' ? 'the body' : path}: ${message}`).join('; ');
