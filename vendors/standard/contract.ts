import { z } from 'zod';
import { type EventPosition, positioned } from '../../domain/event-position';
import type { VendorFinding } from '../../domain/events';
import { plainWords } from '../rest';
import { absent, address, label, list, text, time } from './fields';
import { file } from './files';

/** What a vendor says of an order by the hub's own contract (docs/vendor-contract.md). */

const figure = {
  value: z.number().nullish().transform(absent).meta({ description: 'The figure', example: 76 }),
  max: z
    .number()
    .positive()
    .nullish()
    .transform(absent)
    .meta({ description: 'The best that can be reached', example: 100 }),
};

export const score = z
  .object({
    ...figure,
    band: label.nullish().transform(absent).meta({ description: 'The verdict in words', example: 'Proceed' }),
  })
  .meta({ description: 'What came out as a whole' });

export const part = z
  .object({
    label: label.meta({ description: 'What was looked at', example: 'Skills' }),
    ...figure,
    text: text(2_000)
      .nullish()
      .transform(absent)
      .meta({ description: 'In words, beside a figure or instead of it', example: 'Calm and open' }),
  })
  .meta({ description: 'A result of its own within the whole' });

export const link = z
  .object({
    label: label.meta({ description: 'What is found there', example: 'Report' }),
    url: address.meta({ description: 'The page', example: 'https://vendor.example/report/abc' }),
  })
  .meta({ description: 'A page that the recruiter opens' });

const orderStatuses = [
  'opened',
  'in_progress',
  'completed',
  'failed',
  'expired',
  'declined',
  'cancelled',
] as const;

/** An order as it stands: what the vendor answers when it is asked, and what it sends when something happens. */
export const order = z
  .object({
    order: text(200).meta({ description: 'The `id` with which it was placed', example: 'asm_4f1c' }),
    attempt: z.int().min(1).default(1).meta({
      description: 'Counts up when the candidate begins anew after an end',
      example: 1,
    }),
    sequence: z.int().min(0).meta({
      description: 'Counts up with everything that happens in an attempt',
      example: 2,
    }),
    status: z.enum(orderStatuses).meta({ description: 'How it stands', example: 'completed' }),
    occurredAt: time.nullish().transform(absent).meta({
      description: 'When it came to this status',
      example: '2026-01-12T10:30:00Z',
    }),
    message: z.string().max(2_000).nullish().meta({
      description: 'Why it was declined, cancelled or failed, for a person',
      example: 'has found another job',
    }),
    url: address.nullish().transform(absent).meta({
      description: 'Where the candidate takes the assessment',
      example: 'https://vendor.example/take/abc',
    }),
    expiresAt: time.nullish().transform(absent).meta({
      description: 'Until when the candidate can take it',
      example: '2026-01-31T00:00:00Z',
    }),
    score: score.nullish(),
    parts: list(part, 100).meta({ description: 'Results of their own; the note lists them' }),
    links: list(link, 20).meta({ description: 'The first one is put on the opportunity, all into the note' }),
    files: list(file, 5).meta({ description: 'Put on the opportunity when it is completed' }),
  })
  .meta({ description: 'An order as it stands' });
export type Order = z.output<typeof order>;

/** RFC 9457, as far as it is read. */
export const problem = z
  .object({
    title: z.string().nullish().meta({ description: 'What kind of refusal it is' }),
    detail: z.string().nullish().meta({
      description: 'Why, for the recruiter',
      example: 'The package is not sold in this country',
    }),
  })
  .meta({ description: 'A refusal (RFC 9457)' });

/** By which a late or repeated update is known as one. */
const countOf = ({ attempt, sequence }: Order): EventPosition => ({ attempt, sequence });

/** What the order's status means to a run; null: nothing has happened yet. */
export function findingOf(told: Order): VendorFinding | null {
  const { status, occurredAt, message } = told;
  const common = { ...positioned(countOf(told)), ...(occurredAt !== null && { at: occurredAt }) };
  const reason = plainWords(message);
  switch (status) {
    case 'opened':
      return null;
    case 'in_progress':
      return { type: 'started', ...common };
    case 'completed':
    case 'expired':
      return { type: status, ...common };
    case 'declined':
    case 'cancelled':
      return { type: status, ...common, ...(reason !== '' && { reason }) };
    case 'failed':
      return { type: status, ...common, reason: reason === '' ? 'the vendor gives no reason' : reason };
  }
}
