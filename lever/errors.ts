import { FulcrumError } from '../domain/errors';
import type { ErrorCode } from '../domain/errors';
import { HttpFault } from '../platform/http/client';
import type { HttpAnswer } from '../platform/http/client';
import { retryAfterMs } from '../platform/http/retry-after';

/** What a fault may say about the request: the route's template, never ids of people or anything from the body. */
export interface RequestName {
  method: string;
  /** `/opportunities/:id/notes` */
  route: string;
  /** A repeat of it could write twice. */
  writes: boolean;
}

const nameOf = (request: RequestName): string => `${request.method} ${request.route}`;

/** Lever's own `code` is not uniform (`ResourceNotFound`, `NotFoundError`), so it is shown and never branched on. */
function leverCode(answer: HttpAnswer): string | null {
  try {
    const body = answer.json() as { code?: unknown } | null;
    return typeof body?.code === 'string' && /^[A-Za-z0-9_.-]{1,60}$/.test(body.code) ? body.code : null;
  } catch {
    return null;
  }
}

/** Turns any answer but 2xx into the fault it stands for. */
export function leverError(request: RequestName, answer: HttpAnswer, now: number): FulcrumError {
  const { code, advice } = meaning(request, answer.status);
  const theirs = leverCode(answer);
  const wait = retryAfterMs(answer.headers['retry-after'], now);
  return new FulcrumError(
    code,
    `Lever answered ${answer.status}${theirs === null ? '' : ` (${theirs})`} to ${nameOf(request)}: ${advice}`,
    {
      detail: { status: answer.status, route: nameOf(request), leverCode: theirs },
      ...(wait !== undefined && { retryAfterMs: wait }),
    },
  );
}

function meaning(request: RequestName, status: number): { code: ErrorCode; advice: string } {
  switch (status) {
    case 401:
      return {
        code: 'connection.disconnected',
        advice: 'the grant is no longer accepted; connect the account again',
      };
    case 403:
      return {
        code: 'lever.forbidden',
        advice: 'the grant lacks a permission, or the data is confidential and access was not given',
      };
    case 404:
      return { code: 'lever.not_found', advice: 'it does not exist, or no longer' };
    case 429:
      return { code: 'lever.rate_limited', advice: "the account's rate limit is used up; it is tried later" };
  }
  // 408 is Lever's RequestTimeout of a slow upload: what had arrived by then is not known.
  if (status >= 500 || status === 408) {
    return request.writes
      ? { code: 'lever.unclear', advice: 'it may have taken effect; it is looked for before the repeat' }
      : { code: 'lever.unavailable', advice: 'it is tried again later' };
  }
  if (status >= 400) return { code: 'lever.bad_request', advice: 'a repeat of it will not help' };
  return { code: 'lever.unexpected', advice: 'the hub expects neither a redirect nor this status' };
}

/** Turns a fault of the connection into one of Lever's; anything else is passed on as it is. */
export function leverFault(request: RequestName, fault: unknown): unknown {
  if (!(fault instanceof HttpFault)) return fault;
  const detail = { status: null, route: nameOf(request), fault: fault.kind };
  const raise = (code: ErrorCode, words: string): FulcrumError =>
    new FulcrumError(code, `${nameOf(request)} at Lever: ${words}`, { detail, cause: fault });
  switch (fault.kind) {
    case 'unreachable':
      return raise('lever.unavailable', 'Lever could not be reached; it is tried again later');
    case 'unclear':
      return request.writes
        ? raise('lever.unclear', 'no answer came, so it may have taken effect; it is looked for first')
        : raise('lever.unavailable', 'no answer came; it is tried again later');
    case 'too_large':
      return raise('lever.unexpected', 'the answer is larger than the hub reads');
    case 'refused':
      return raise('outbound.refused', 'the address is not one the hub may call; check LEVER_API_URL');
  }
}

/** A 2xx whose body is not what Lever documents. */
export const unreadable = (request: RequestName, answer: HttpAnswer, where: string): FulcrumError =>
  new FulcrumError('lever.unexpected', `Lever's answer to ${nameOf(request)} cannot be read: ${where}`, {
    detail: { status: answer.status, route: nameOf(request) },
  });
