import { FulcrumError } from '../domain/errors';

/**
 * What a vendor shows of something that it may have. `hidden`: it does not show such things, or not so that it could be
 * read. Most lookups are not public, so no invitation may hang on one.
 */
export type Lookup<T> = { seen: T } | 'unknown' | 'hidden';

const hiding = new Set<string>(['vendor.unsupported', 'vendor.rejected', 'vendor.unexpected']);

/** @throws whatever may be different next time */
export async function lookUp<T>(ask: () => Promise<T>): Promise<Lookup<T>> {
  try {
    return { seen: await ask() };
  } catch (error) {
    if (!(error instanceof FulcrumError)) throw error;
    if (error.code === 'vendor.not_found') return 'unknown';
    if (hiding.has(error.code)) return 'hidden';
    throw error;
  }
}
