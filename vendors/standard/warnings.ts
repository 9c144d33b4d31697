import type { z } from 'zod';
import type { Catalogue } from './catalogue';
import { catalogue, packageItem } from './catalogue';
import type { Order } from './contract';
import { link, order, part, score } from './contract';
import { mostErrors, theFirst } from './faults';
import { file } from './files';
import type { MessageError } from './messages';

/** What is most likely a mistake, but no reason to refuse what was said. */

/** A clock may be that wrong. */
const toleranceMs = 5 * 60_000;

/** @param body what `told` was read from; @param now ms since 1970 */
export function warningsOf(told: Order, body: unknown, now: number): MessageError[] {
  const found = new Found();
  found.unread('', order, body);
  found.unread('score.', score, memberOf(body, 'score'));
  for (const [name, schema] of [
    ['parts', part],
    ['links', link],
    ['files', file],
  ] as const) {
    told[name].forEach((_, index) =>
      found.unread(`${name}.${index}.`, schema, memberOf(memberOf(body, name), index)),
    );
  }
  found.add(...(told.score ? figure('score', told.score) : []));
  told.parts.forEach((one, index) => found.add(...figure(`parts.${index}`, one)));
  found.add(...missing(told));
  if (told.occurredAt !== null && told.occurredAt > now + toleranceMs) {
    found.add({ path: 'occurredAt', message: 'lies in the future' });
  }
  return found.first();
}

/** @param body what `told` was read from */
export function warningsOfCatalogue(told: Catalogue, body: unknown): MessageError[] {
  const found = new Found();
  found.unread('', catalogue, body);
  told.packages.forEach((_, index) =>
    found.unread(`packages.${index}.`, packageItem, memberOf(memberOf(body, 'packages'), index)),
  );
  if (told.packages.length === 0) {
    found.add({ path: 'packages', message: 'is empty: nothing can be ordered any more' });
  }
  return found.first();
}

const memberOf = (value: unknown, name: string | number): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[name] : undefined;

/** All are counted, and no more made than are told: a message may hold a hundred thousand. */
class Found {
  readonly #faults: MessageError[] = [];
  #count = 0;

  add(...faults: MessageError[]): void {
    this.#count += faults.length;
    this.#faults.push(...faults.slice(0, mostErrors - this.#faults.length));
  }

  /** What stands in `value` and is not looked at. */
  unread(where: string, { shape }: z.ZodObject, value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    const names = Object.keys(value);
    const read = Object.keys(shape).filter((name) => Object.hasOwn(value, name)).length;
    this.#count += names.length - read;
    for (const name of names) {
      if (this.#faults.length >= mostErrors) return;
      if (Object.hasOwn(shape, name)) continue;
      this.#faults.push({
        path: `${where}${name}`,
        message: 'this is not part of the contract: it is ignored',
      });
    }
  }

  first(): MessageError[] {
    return theFirst(this.#faults, this.#count);
  }
}

function figure(at: string, { value, max }: { value: number | null; max: number | null }): MessageError[] {
  if (value === null) return [];
  if (max === null) {
    return [{ path: `${at}.max`, message: 'without it nobody can tell how good the value is' }];
  }
  return value > max ? [{ path: `${at}.value`, message: 'is more than max' }] : [];
}

/** Optional, but somebody looks for it. */
function missing({ status, message, score: total, parts, links, files }: Order): MessageError[] {
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
