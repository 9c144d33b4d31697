import { badRequest } from './errors';
import type { Opportunity } from './model';
import type { LeverState } from './state';

export interface Page<T> {
  items: T[];
  next?: string;
}

/** A sort key: compared element by element, rising. */
type Key = readonly (number | string)[];

interface Order<T> {
  keyOf: (item: T) => Key;
  encode: (key: Key) => string;
  decode: (token: string) => Key;
}

/** `limit` 1 to 100, 100 when absent. */
export function readLimit(raw: string | undefined): number {
  if (raw === undefined) return 100;
  const limit = Number(raw);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw badRequest('limit must be between 1 and 100');
  return limit;
}

/**
 * One page. The token names the *first item of the next page* by its sort key, so an item whose key moves meanwhile
 * can be missed or met twice, as in Lever.
 */
export function pageOf<T>(items: T[], order: Order<T>, limit: number, offset: string | undefined): Page<T> {
  const keyed = items.map((item) => ({ item, key: order.keyOf(item) })).sort((a, b) => compare(a.key, b.key));
  const from = offset === undefined ? null : order.decode(offset);
  const rest = from === null ? keyed : keyed.filter(({ key }) => compare(key, from) >= 0);
  const following = rest[limit];
  const page = rest.slice(0, limit).map(({ item }) => item);
  return following ? { items: page, next: order.encode(following.key) } : { items: page };
}

/** Pipeline rank rising, then `lastAdvancedAt` falling, then id; token = percent-encoded JSON of the three. */
export function opportunityOrder(state: LeverState): Order<Opportunity> {
  return {
    keyOf: (o) => [state.stage(o.stage).rank, -o.lastAdvancedAt, o.id],
    encode: ([rank, negated, id]) => encodeURIComponent(JSON.stringify([rank, -Number(negated), id])),
    decode: (token) => {
      // The token is itself percent-encoded; a caller who decodes it, or does not encode it again, is told so.
      if (!token.startsWith('%5B')) throw badToken();
      const parsed = parseJson(token);
      if (!Array.isArray(parsed)) throw badToken();
      const [rank, advanced, id] = parsed as unknown[];
      if (typeof rank !== 'number' || typeof advanced !== 'number' || typeof id !== 'string')
        throw badToken();
      return [rank, -advanced, id];
    },
  };
}

/** Newest first; token `0.<ms>.<uuid>`, the form of the printed samples. */
export const newestFirst = <T extends { id: string; createdAt: number }>(): Order<T> => ({
  keyOf: (item) => [-item.createdAt, item.id],
  encode: ([negated, id]) => `0.${-Number(negated)}.${id}`,
  decode: (token) => {
    const match = /^0\.(\d+)\.(.+)$/.exec(token);
    if (!match?.[1] || !match[2]) throw badToken();
    return [-Number(match[1]), match[2]];
  },
});

const badToken = () =>
  badRequest('offset is not a valid paging token; pass on the "next" of the page before');

function parseJson(token: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(token));
  } catch {
    throw badToken();
  }
}

function compare(a: Key, b: Key): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right !== undefined && left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
