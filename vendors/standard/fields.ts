import { z } from 'zod';
import { webAddressIn } from '../../domain/web-address';

/**
 * The pieces of the published contract (docs/vendor-contract.md). It is ours, so what it names has to be as it says; what
 * it does not name is let through, because a vendor may be ahead of us.
 */

export const text = (most: number) => z.string().trim().min(1).max(most);

/** For people, e.g. over a figure or a link. */
export const label = text(200);

/** Written by ISO 8601, read in ms since 1970. */
export const time = z.iso
  .datetime({ offset: true, message: 'write a time like 2026-01-31T12:00:00Z' })
  .transform(Date.parse);

/** People click on it. */
export const address = z
  .url({ protocol: /^https?$/, message: 'write an address like https://…', abort: true })
  .max(2_000)
  .refine((text) => webAddressIn(text) !== null, {
    message: 'leave out user name and password',
  });

/** What is left out and what is null are the same. */
export const absent = <T>(value: T | null | undefined): T | null => value ?? null;

/** Left out and null are an empty list. */
export const list = <T extends z.ZodType>(item: T, most: number) =>
  z
    .array(item)
    .max(most)
    .nullish()
    .transform((items) => items ?? []);
