import { z } from 'zod';
import type { VendorFinding } from '../../domain/events';
import { plainWords } from '../rest';

/**
 * What a vendor says by the hub's own contract (docs/vendor-contract.md). The contract is ours, so what it names has to
 * be as it says; what it does not name is let through, because a vendor may be ahead of us.
 */

const text = (most: number) => z.string().trim().min(1).max(most);
/** In ms since 1970. */
const time = z.iso
  .datetime({ offset: true, message: 'write a time like 2026-01-31T12:00:00Z' })
  .transform(Date.parse);
const address = z.url({ protocol: /^https?$/, message: 'write an address like https://…' }).max(2_000);
const label = text(200);
const absent = <T>(value: T | null | undefined): T | null => value ?? null;
const list = <T extends z.ZodType>(item: T, most: number) =>
  z
    .array(item)
    .max(most)
    .nullish()
    .transform((items) => items ?? []);

const figure = {
  value: z.number().nullish().transform(absent),
  max: z.number().positive().nullish().transform(absent),
};

export const score = z.looseObject({ ...figure, band: label.nullish().transform(absent) });
export const part = z.looseObject({ label, ...figure, text: text(2_000).nullish().transform(absent) });
export const link = z.looseObject({ label, url: address });

/** An order as it stands: what the vendor answers when it is asked, and what it sends when something happens. */
export const order = z.looseObject({
  /** The id under which it was placed: our assessment id. */
  order: text(200),
  /** Counts up when the candidate begins anew after an end. */
  attempt: z.int().min(1).default(1),
  /** Counts up with everything that happens in an attempt. */
  sequence: z.int().min(0),
  status: z.enum(['opened', 'in_progress', 'completed', 'failed', 'expired', 'declined', 'cancelled']),
  occurredAt: time.nullish().transform(absent),
  /** Why, for a person. */
  message: z.string().max(2_000).nullish(),
  /** Where the candidate takes the assessment. */
  url: address.nullish().transform(absent),
  expiresAt: time.nullish().transform(absent),
  score: score.nullish(),
  parts: list(part, 100),
  links: list(link, 20),
});
export type Order = z.output<typeof order>;

/** One page of what can be ordered. */
export const packages = z.looseObject({
  packages: z.array(z.looseObject({ id: text(200), type: text(100), name: text(500) })),
  /** Asks for the next page as `?cursor=`. */
  next: z.string().nullish(),
});

/** RFC 9457, as far as it is read. */
export const problem = z.looseObject({ title: z.string().nullish(), detail: z.string().nullish() });

/** What the order's status means to a run; null: nothing has happened yet. */
export function findingOf({ status, occurredAt, message }: Order): VendorFinding | null {
  const at = occurredAt === null ? {} : { at: occurredAt };
  const reason = plainWords(message);
  switch (status) {
    case 'opened':
      return null;
    case 'in_progress':
      return { type: 'started', ...at };
    case 'completed':
    case 'expired':
      return { type: status, ...at };
    case 'declined':
    case 'cancelled':
      return { type: status, ...at, ...(reason !== '' && { reason }) };
    case 'failed':
      return { type: status, ...at, reason: reason === '' ? 'the vendor gives no reason' : reason };
  }
}
