import type { z } from 'zod';
import { link, order, part, score } from './contract';
import type { Order } from './contract';

/** What is most likely a mistake, but no reason to refuse what was said. */
export interface Warning {
  /** The place, e.g. `parts.0.value`. */
  field: string;
  message: string;
}

/** A clock may be that wrong. */
const toleranceMs = 5 * 60_000;

/** @param now ms since 1970 */
export const warningsOf = (told: Order, now: number): Warning[] => [
  ...unread('', order, told),
  ...unread('score.', score, told.score ?? {}),
  ...told.parts.flatMap((one, index) => unread(`parts.${index}.`, part, one)),
  ...told.links.flatMap((one, index) => unread(`links.${index}.`, link, one)),
  ...(told.score ? figure('score', told.score) : []),
  ...told.parts.flatMap((one, index) => figure(`parts.${index}`, one)),
  ...missing(told),
  ...(told.occurredAt !== null && told.occurredAt > now + toleranceMs
    ? [{ field: 'occurredAt', message: 'lies in the future' }]
    : []),
];

const unread = (where: string, schema: z.ZodObject, value: object): Warning[] =>
  Object.keys(value)
    .filter((name) => !Object.hasOwn(schema.shape, name))
    .map((name) => ({
      field: `${where}${name}`,
      message: 'the contract has no such field: it is not looked at',
    }));

function figure(at: string, { value, max }: { value: number | null; max: number | null }): Warning[] {
  if (value === null) return [];
  if (max === null) {
    return [{ field: `${at}.max`, message: 'without it nobody can tell how good the value is' }];
  }
  return value > max ? [{ field: `${at}.value`, message: 'is more than max' }] : [];
}

/** Optional, but somebody looks for it. */
function missing({ status, message, score: total, parts, links }: Order): Warning[] {
  if (status === 'completed' && !total && parts.length === 0 && links.length === 0) {
    return [
      { field: 'status', message: 'completed without score, parts and links: Lever will show no result' },
    ];
  }
  const endsForAReason = status === 'declined' || status === 'cancelled' || status === 'failed';
  return endsForAReason && !message?.trim()
    ? [{ field: 'message', message: `say why it is ${status}: the recruiter reads it` }]
    : [];
}
