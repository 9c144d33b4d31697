import { FulcrumError } from '../domain/errors';

/**
 * A look at what a vendor may have. `hidden`: it does not show such things, or not so that it could be read. Most ways to
 * look are not public, so no invitation may hang on one.
 */
export type Look<T> = { seen: T } | 'unknown' | 'hidden';

const hiding = new Set<string>(['vendor.unsupported', 'vendor.rejected', 'vendor.unexpected']);

/** @throws whatever may be different next time */
export async function look<T>(ask: () => Promise<T>): Promise<Look<T>> {
  try {
    return { seen: await ask() };
  } catch (error) {
    if (!(error instanceof FulcrumError)) throw error;
    if (error.code === 'vendor.not_found') return 'unknown';
    if (hiding.has(error.code)) return 'hidden';
    throw error;
  }
}
