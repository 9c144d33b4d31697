import type { z } from 'zod';
import type { ErrorCode } from '../domain/errors';
import { FulcrumError } from '../domain/errors';
import { withoutPeople } from '../domain/refusal-words';
import type { HttpAnswer, HttpClient, HttpRequest } from '../platform/http/client';
import { HttpError } from '../platform/http/client';
import { retryAfterMs } from '../platform/http/retry-after';
import { TooManyValues } from '../platform/json';
import { placeOf } from './reading';

/** Requests to vendors whose API is JSON over REST, and what goes wrong with them in the hub's own words. */

export interface RestVendor {
  label: string;
  /** The variable that names the vendor's address, for whoever has to correct it. */
  addressFrom: string;
  /**
   * What to do when it no longer takes the connection's credentials, e.g. because the integration was ended there.
   * Absent: they are to be checked.
   */
  refusedCredentials?: string;
}

export interface RestRequest {
  method: HttpRequest['method'];
  /** Behind the vendor's base URL. */
  path: string;
  /** The path with names for ids, e.g. `/interviews/:token`: faults and their messages name it. */
  route: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Whether a repeat could do something twice: then an unclear answer is no plain failure (decision 0008). */
  writes: boolean;
}

export interface RestAnswer {
  status: number;
  /** Undefined when it is no JSON, and where there is none (204): `z.unknown()` takes both. */
  body: unknown;
  /** Why there is no body although there was an answer, where that can be said. */
  unread?: string;
}

/**
 * Sends one request and gives any answer that is about the request itself: 2xx, and a 4xx that the
 * vendor's own code understands. @throws FulcrumError `vendor.*` for everything else
 */
export async function rest(
  vendor: RestVendor,
  call: { http: HttpClient; baseUrl: string },
  request: RestRequest,
): Promise<RestAnswer> {
  const { method, path, headers, body } = request;
  if (isElsewhere(path)) {
    // An id of the vendor's, or one that its message named, would lead to another address, with the customer's credentials.
    const code = request.writes ? 'vendor.rejected' : 'vendor.not_found';
    throw restError(vendor, request, code, 'it was not asked: what would stand in its address is no id');
  }
  let answer: HttpAnswer;
  try {
    answer = await call.http.request({
      method,
      url: `${call.baseUrl}${path}`,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch (error) {
    throw error instanceof HttpError ? noAnswer(vendor, request, error) : error;
  }
  const trouble = troubleOf(vendor, request, answer);
  if (trouble !== null) throw trouble;
  return { status: answer.status, ...bodyOf(answer) };
}

/** Steps in a path lead out of it, however the rest is encoded. */
const isElsewhere = (path: string): boolean =>
  path
    .split('?', 1)
    .join('')
    .split('/')
    .some((step) => step === '.' || step === '..');

/** Reads a 2xx answer; any other becomes a refusal. @throws FulcrumError `vendor.rejected`, `vendor.not_found` … */
export function readRest<T extends z.ZodType>(
  vendor: RestVendor,
  request: RestRequest,
  answer: RestAnswer,
  schema: T,
): z.output<T> {
  if (answer.status >= 300) throw refusal(vendor, request, answer);
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  // Whatever was to be made may have been.
  const code = request.writes ? 'vendor.unclear' : 'vendor.unexpected';
  const why = answer.unread === undefined ? ` at ${placeOf(parsed.error)}` : `: ${answer.unread}`;
  throw restError(vendor, request, code, `its answer cannot be read${why}`);
}

/** The vendor will not do this, however often it is asked. @param words what it said, without anything personal */
export function refusal(
  vendor: RestVendor,
  request: RestRequest,
  answer: RestAnswer,
  words: string | null = null,
): FulcrumError {
  const code = answer.status === 404 && !request.writes ? 'vendor.not_found' : 'vendor.rejected';
  const said = words === null || words === '' ? '' : ` (${words})`;
  return restError(vendor, request, code, `${vendor.label} answered ${answer.status}${said}`, {
    detail: { status: answer.status },
  });
}

export const restError = (
  vendor: RestVendor,
  { method, route }: RestRequest,
  code: ErrorCode,
  words: string,
  options: {
    cause?: unknown;
    retryAfterMs?: number;
    detail?: Record<string, string | number | boolean>;
  } = {},
): FulcrumError =>
  new FulcrumError(code, `${vendor.label} ${method} ${route}: ${words}`, {
    ...options,
    detail: { route: `${method} ${route}`, ...options.detail },
  });

/** A vendor's own words, without whatever in them could name a person: they come into notes and logs. */
export const plainWords = (text: string | null | undefined): string => withoutPeople(text);

function noAnswer(vendor: RestVendor, request: RestRequest, cause: HttpError): FulcrumError {
  const options = { cause, detail: { fault: cause.kind } };
  switch (cause.kind) {
    case 'unreachable':
      return restError(
        vendor,
        request,
        'vendor.unavailable',
        `${vendor.label} could not be reached`,
        options,
      );
    case 'refused': {
      const words = `the hub may not call the address of ${vendor.addressFrom}`;
      return restError(vendor, request, 'outbound.refused', words, options);
    }
    case 'unclear':
    case 'too_large':
      return request.writes
        ? restError(vendor, request, 'vendor.unclear', 'no answer came, so it may have taken effect', options)
        : restError(vendor, request, 'vendor.unavailable', 'no answer came', options);
  }
}

/** Trouble of the vendor's servers or of the account, whatever was asked; null: the answer is about the request. */
function troubleOf(vendor: RestVendor, request: RestRequest, answer: HttpAnswer): FulcrumError | null {
  const { status } = answer;
  const detail = { status };
  if (status === 429) {
    const wait = retryAfterMs(answer.headers['retry-after'], Date.now());
    return restError(vendor, request, 'vendor.rate_limited', `${vendor.label} asks to wait`, {
      detail,
      ...(wait !== undefined && { retryAfterMs: wait }),
    });
  }
  if (status === 401 || status === 403) {
    const advice = vendor.refusedCredentials ?? "Check the connection's credentials";
    const words = `${vendor.label} answered ${status}. ${advice}`;
    return restError(vendor, request, 'vendor.unauthorized', words, { detail });
  }
  if (status === 405 || status === 501) {
    const words = `${vendor.label} does not serve this (it answered ${status})`;
    return restError(vendor, request, 'vendor.unsupported', words, { detail });
  }
  if (status >= 500 || status === 408) {
    const code = request.writes ? 'vendor.unclear' : 'vendor.unavailable';
    return restError(vendor, request, code, `${vendor.label} answered ${status}`, { detail });
  }
  if (status >= 300 && status < 400) {
    const words = `${vendor.label} answered ${status}: its address has moved, see ${vendor.addressFrom}`;
    return restError(vendor, request, 'vendor.unexpected', words, { detail });
  }
  return null;
}

function bodyOf(answer: HttpAnswer): Pick<RestAnswer, 'body' | 'unread'> {
  try {
    return { body: answer.json() };
  } catch (error) {
    return { body: undefined, ...(error instanceof TooManyValues && { unread: error.message }) };
  }
}
