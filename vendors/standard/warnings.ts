import type { z } from 'zod';
import { catalogue, packageItem } from './catalogue';
import type { Catalogue } from './catalogue';
import { link, order, part, score } from './contract';
import type { Order } from './contract';
import { theFirst } from './faults';
import { file } from './files';
import type { Fault } from './messages';

/** What is most likely a mistake, but no reason to refuse what was said. */

/** A clock may be that wrong. */
const toleranceMs = 5 * 60_000;

/** @param now ms since 1970 */
export const warningsOf = (told: Order, now: number): Fault[] =>
  theFirst([
    ...unread('', order, told),
    ...unread('score.', score, told.score ?? {}),
    ...told.parts.flatMap((one, index) => unread(`parts.${index}.`, part, one)),
    ...told.links.flatMap((one, index) => unread(`links.${index}.`, link, one)),
    ...told.files.flatMap((one, index) => unread(`files.${index}.`, file, one)),
    ...(told.score ? figure('score', told.score) : []),
    ...told.parts.flatMap((one, index) => figure(`parts.${index}`, one)),
    ...missing(told),
    ...(told.occurredAt !== null && told.occurredAt > now + toleranceMs
      ? [{ path: 'occurredAt', message: 'lies in the future' }]
      : []),
  ]);

export const warningsOfCatalogue = (told: Catalogue): Fault[] =>
  theFirst([
    ...unread('', catalogue, told),
    ...told.packages.flatMap((one, index) => unread(`packages.${index}.`, packageItem, one)),
    ...(told.packages.length === 0
      ? [{ path: 'packages', message: 'is empty: nothing can be ordered any more' }]
      : []),
  ]);

const unread = (where: string, schema: z.ZodObject, value: object): Fault[] =>
  Object.keys(value)
    .filter((name) => !Object.hasOwn(schema.shape, name))
    .map((name) => ({
      path: `${where}${name}`,
      message: 'the contract has no such path: it is not looked at',
    }));

function figure(at: string, { value, max }: { value: number | null; max: number | null }): Fault[] {
  if (value === null) return [];
  if (max === null) {
    return [{ path: `${at}.max`, message: 'without it nobody can tell how good the value is' }];
  }
  return value > max ? [{ path: `${at}.value`, message: 'is more than max' }] : [];
}

/** Optional, but somebody looks for it. */
function missing({ status, message, score: total, parts, links, files }: Order): Fault[] {
  if (status === 'completed' && !total && [parts, links, files].every((list) => list.length === 0)) {
    return [
      {
        path: 'status',
        message: 'completed without score, parts, links and files: Lever will show no result',
      },
    ];
  }
  const endsForAReason = status === 'declined' || status === 'cancelled' || status === 'failed';
  return endsForAReason && !message?.trim()
    ? [{ path: 'message', message: `say why it is ${status}: the recruiter reads it` }]
    : [];
}
