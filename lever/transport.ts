import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { FulcrumError } from '../domain/errors';
import { isLeverId } from '../domain/lever-id';
import type { HttpAnswer, HttpClient, HttpRequest } from '../platform/http/client';
import { HttpError } from '../platform/http/client';
import { TooManyValues } from '../platform/json';
import type { Logger } from '../platform/log';
import type { RequestName } from './errors';
import { isStaleOffset, leverError, leverRequestId, listError, toLeverError, unreadable } from './errors';
import { list } from './schemas';

/**
 * Gives the value of the `Authorization` header.
 * `fresh`: the one in `refused` (all of the header) was answered with 401, so another one is wanted.
 */
export type Authorization = (options?: { fresh?: boolean; refused?: string }) => Promise<string>;

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** A body that is not JSON. */
export interface RawBody {
  content: NonNullable<HttpRequest['body']>;
  contentType: string;
  /** Bytes; said beforehand, because not every server takes an upload of unknown length. */
  length: number;
}

export interface LeverRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` for each of `params`. */
  route: string;
  params?: Record<string, string>;
  query?: Query;
  json?: unknown;
  /** Names of people that it holds; no fault may quote them. */
  people?: readonly string[];
  /** Made anew for each attempt, because a stream can be sent only once. */
  body?: () => RawBody;
  /** Ms since 1970 by which the answer must be there, over all attempts, in place of the HTTP client's own timeout. */
  deadlineAt?: number | undefined;
}

export interface LeverPage<T> {
  items: T[];
  /** The opaque token of the next page; null at the end. */
  next: string | null;
}

export interface Transport {
  /**
   * @throws FulcrumError `lever.*` as `errors.ts` maps them, and `connection.disconnected` as `grants.ts` does.
   * `lever.unauthorized` stands after a second 401: the token was refreshed just before, or it is an API key
   */
  send(request: LeverRequest): Promise<HttpAnswer>;
  read<T extends z.ZodType>(request: LeverRequest, schema: T): Promise<z.output<T>>;
  /** One page of a list. @throws also FulcrumError `lever.unexpected` for one that has a next page and does not name it */
  page<T extends z.ZodType>(request: LeverRequest, item: T, offset?: string): Promise<LeverPage<z.output<T>>>;
  /**
   * A list page by page, one request each. It is begun anew when Lever no longer takes the token of a page; nothing is given
   * twice then. @throws also FulcrumError `lever.unexpected` for a list that does not end
   */
  pages<T extends z.ZodType>(request: LeverRequest, item: T): AsyncGenerator<z.output<T>[]>;
  /** The same, item by item. */
  all<T extends z.ZodType>(request: LeverRequest, item: T): AsyncGenerator<z.output<T>>;
}

export interface TransportOptions {
  /** Ends in `/v1`. */
  apiUrl: string;
  http: HttpClient;
  authorization: Authorization;
  /** By when the repeat after a 401 must be answered, ms since 1970; absent: as long as any request may take. */
  repeatBy?: () => number;
  /** Names the connection in each line. */
  log?: Logger;
}

/** Bounds the pages of one list: 100 items each, far more than an account's open opportunities. */
const maxPages = 1_000;
/** How often one list is begun: once more is nearly always enough, and it must end. */
const mostBeginnings = 4;

/** Every kind of thing that Lever lists has one. */
const idOf = (item: unknown): unknown => (item as { id?: unknown }).id;

export function createTransport({ apiUrl, http, authorization, log, repeatBy }: TransportOptions): Transport {
  const attempt = async (name: RequestName, request: LeverRequest, header: string): Promise<HttpAnswer> => {
    const raw = request.body?.();
    const body = request.json === undefined ? raw?.content : JSON.stringify(request.json);
    const { deadlineAt } = request;
    const startedAt = performance.now();
    const note = (level: 'debug' | 'warn', outcome: Record<string, unknown>): void => {
      // The route's template and numbers only: ids in the path, the query and the body may say who it is about.
      const { method, route, requestId } = name;
      const ms = Math.round(performance.now() - startedAt);
      log?.[level]({ method, route, requestId, ms, ...outcome }, 'request to Lever');
    };
    try {
      const answer = await http.request({
        method: request.method,
        url: apiUrl + pathOf(request) + searchOf(request.query),
        headers: {
          authorization: header,
          accept: 'application/json',
          'x-request-id': name.requestId,
          ...(request.json !== undefined && { 'content-type': 'application/json' }),
          ...(raw !== undefined && {
            'content-type': raw.contentType,
            'content-length': String(raw.length),
          }),
        },
        ...(body !== undefined && { body }),
        ...(deadlineAt !== undefined && { timeoutMs: Math.max(1, deadlineAt - Date.now()) }),
      });
      const isFine = answer.status >= 200 && answer.status < 300;
      note(isFine ? 'debug' : 'warn', { status: answer.status, leverRequestId: leverRequestId(answer) });
      return answer;
    } catch (error) {
      note('warn', { status: null, fault: error instanceof HttpError ? error.kind : 'internal' });
      throw error;
    }
  };

  const exchange = async (request: LeverRequest): Promise<{ name: RequestName; answer: HttpAnswer }> => {
    const header = await authorization();
    let name = nameOf(request);
    try {
      let answer = await attempt(name, request, header);
      if (answer.status === 401) {
        // A 401 wrote nothing, so the repeat with another token is safe. An API key has no other.
        const next = await authorization({ fresh: true, refused: header });
        if (next !== header) {
          name = nameOf(request);
          // The repeat ends before a second attempt of the whole can begin, so that no two of one write overlap.
          answer = await attempt(name, { ...request, deadlineAt: request.deadlineAt ?? repeatBy?.() }, next);
        }
      }
      if (answer.status >= 200 && answer.status < 300) return { name, answer };
      throw leverError(name, answer, Date.now());
    } catch (error) {
      throw toLeverError(name, error);
    }
  };

  const read: Transport['read'] = async (request, schema) => {
    const { name, answer } = await exchange(request);
    let body: unknown;
    try {
      body = answer.json();
    } catch (error) {
      throw unreadable(name, answer, error instanceof TooManyValues ? error.message : 'it is not JSON');
    }
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    // Where and what kind, never the value: it may be somebody's name.
    const issue = parsed.error.issues[0];
    throw unreadable(name, answer, `${issue?.code ?? 'fault'} at ${issue?.path.join('.') || 'top'}`);
  };

  const page: Transport['page'] = async (request, item, offset) => {
    // The token is opaque, and already percent-encoded text: it is encoded once more like any other value.
    const answer = await read({ ...request, query: { ...request.query, offset } }, list(item));
    if (answer.hasNext !== true) return { items: answer.data, next: null };
    if (!answer.next) throw listError(request, 'says that it goes on, but not where');
    return { items: answer.data, next: answer.next };
  };

  async function* pages<T extends z.ZodType>(request: LeverRequest, item: T): AsyncGenerator<z.output<T>[]> {
    const given = new Set<unknown>();
    let met = new Set<string>();
    let offset: string | undefined;
    let beginnings = 1;
    for (let asked = 0; asked < maxPages; asked += 1) {
      const read = await page(request, item, offset).catch((error: unknown) => {
        if (offset === undefined || beginnings === mostBeginnings || !isStaleOffset(error)) throw error;
        return null;
      });
      if (read === null) {
        beginnings += 1;
        offset = undefined;
        met = new Set();
        continue;
      }
      // A list that was begun anew repeats what was given before.
      const items = beginnings === 1 ? read.items : read.items.filter((one) => !given.has(idOf(one)));
      for (const one of items) given.add(idOf(one));
      yield items;
      if (read.next === null) return;
      if (met.has(read.next)) throw listError(request, 'names the same next page twice');
      met.add(read.next);
      offset = read.next;
    }
    throw listError(request, `does not end after ${maxPages} pages`);
  }

  return {
    send: async (request) => (await exchange(request)).answer,
    read,
    page,
    pages,
    async *all(request, item) {
      for await (const items of pages(request, item)) yield* items;
    },
  };
}

/** Each attempt has a name of its own, so that Lever's support can tell them apart. */
const nameOf = (request: LeverRequest): RequestName => ({
  method: request.method,
  route: request.route,
  writes: request.method !== 'GET',
  ...(request.people !== undefined && { people: request.people }),
  requestId: randomUUID(),
});

/**
 * The last line before the address: `..` for an id would ask for something else, with the hub's own access.
 * @throws FulcrumError `lever.bad_request`, as Lever itself would say
 */
function pathOf({ method, route, params = {} }: LeverRequest): string {
  return route.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name] ?? '';
    if (isLeverId(value)) return encodeURIComponent(value);
    throw new FulcrumError(
      'lever.bad_request',
      `${method} ${route} was not sent: the value of "${name}" is not a Lever id`,
      { detail: { status: null, route: `${method} ${route}` } },
    );
  });
}

/** Repeats a parameter for each value of an array: Lever reads that as a union. */
function searchOf(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
