import type { z } from 'zod';
import type { HttpAnswer, HttpClient, HttpRequest } from '../platform/http/client';
import { leverError, leverFault, unreadable } from './errors';
import type { RequestName } from './errors';
import { list } from './schemas';

/**
 * Gives the value of the `Authorization` header.
 * `fresh`: the one in `refused` (all of the header) was answered with 401, so another one is wanted.
 */
export type Authorization = (options?: { fresh?: boolean; refused?: string }) => Promise<string>;

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

export interface LeverRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `:name` for each of `params`. */
  route: string;
  params?: Record<string, string>;
  query?: Query;
  json?: unknown;
  /** A body that is not JSON; made anew for each attempt, because a stream can be sent only once. */
  body?: () => { content: NonNullable<HttpRequest['body']>; contentType: string };
}

export interface Transport {
  /** @throws FulcrumError `lever.*` or `connection.disconnected`, as `errors.ts` maps them */
  send(request: LeverRequest): Promise<HttpAnswer>;
  read<T extends z.ZodType>(request: LeverRequest, schema: T): Promise<z.output<T>>;
  /** Every item of a list, page by page; one request a page. */
  all<T extends z.ZodType>(request: LeverRequest, item: T): AsyncGenerator<z.output<T>>;
}

export interface TransportOptions {
  /** Ends in `/v1`. */
  apiUrl: string;
  http: HttpClient;
  authorization: Authorization;
}

/** Bounds the pages of one list: 100 items each, far more than an account's open opportunities. */
const maxPages = 1_000;

export function createTransport({ apiUrl, http, authorization }: TransportOptions): Transport {
  const attempt = async (request: LeverRequest, header: string): Promise<HttpAnswer> => {
    const other = request.body?.();
    const body = request.json === undefined ? other?.content : JSON.stringify(request.json);
    const contentType = request.json === undefined ? other?.contentType : 'application/json';
    return http.request({
      method: request.method,
      url: apiUrl + pathOf(request) + searchOf(request.query),
      headers: {
        authorization: header,
        accept: 'application/json',
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      ...(body !== undefined && { body }),
    });
  };

  const send = async (request: LeverRequest): Promise<HttpAnswer> => {
    const name = nameOf(request);
    const header = await authorization();
    try {
      let answer = await attempt(request, header);
      if (answer.status === 401) {
        // A 401 wrote nothing, so the repeat with another token is safe. An API key has no other.
        const next = await authorization({ fresh: true, refused: header });
        if (next !== header) answer = await attempt(request, next);
      }
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw leverError(name, answer, Date.now());
    } catch (fault) {
      throw leverFault(name, fault);
    }
  };

  const read: Transport['read'] = async (request, schema) => {
    const answer = await send(request);
    let body: unknown;
    try {
      body = answer.json();
    } catch {
      throw unreadable(nameOf(request), answer, 'it is not JSON');
    }
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    // Where and what kind, never the value: it may be somebody's name.
    const issue = parsed.error.issues[0];
    throw unreadable(
      nameOf(request),
      answer,
      `${issue?.code ?? 'fault'} at ${issue?.path.join('.') || 'top'}`,
    );
  };

  return {
    send,
    read,
    async *all(request, item) {
      let offset: string | undefined;
      for (let page = 0; page < maxPages; page += 1) {
        const answer = await read({ ...request, query: { ...request.query, offset } }, list(item));
        yield* answer.data;
        // The token is opaque, and already percent-encoded text: it is encoded once more like any other value.
        if (!answer.hasNext || !answer.next || answer.next === offset) return;
        offset = answer.next;
      }
    },
  };
}

const nameOf = (request: LeverRequest): RequestName => ({
  method: request.method,
  route: request.route,
  writes: request.method !== 'GET',
});

function pathOf({ route, params = {} }: LeverRequest): string {
  return route.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (!value) throw new TypeError(`the route ${route} needs a value for ${name}`);
    return encodeURIComponent(value);
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
