import type { ErrorCode } from '../domain/errors';
import { FulcrumError } from '../domain/errors';
import { withoutPeople } from '../domain/refusal-words';
import type { HttpAnswer } from '../platform/http/client';
import { HttpError } from '../platform/http/client';
import { retryAfterMs } from '../platform/http/retry-after';

/** What a fault may say about the request: the route's template, never ids of people or anything from the body. */
export interface RequestName {
  method: string;
  /** `/opportunities/:id/notes` */
  route: string;
  /** A repeat of it could write twice. */
  writes: boolean;
  /** Names of people that it holds: Lever may quote them. */
  people?: readonly string[];
  /** Ours, sent along as `x-request-id`; the same in logs and faults. */
  requestId: string;
}

const nameOf = (request: Pick<RequestName, 'method' | 'route'>): string =>
  `${request.method} ${request.route}`;

/** Lever's own id of the request where the answer names one; it may be ours given back. */
export function leverRequestId(answer: HttpAnswer): string | undefined {
  const theirs = answer.headers['x-request-id'] ?? answer.headers['x-lever-request-id'];
  const isReadable = theirs !== undefined && theirs.length <= 100 && /^[\w.:=-]+$/.test(theirs);
  return isReadable && withoutPeople(theirs) === theirs ? theirs : undefined;
}

const idsOf = (request: RequestName, answer: HttpAnswer): Record<string, string> => {
  const theirs = leverRequestId(answer);
  return { requestId: request.requestId, ...(theirs !== undefined && { leverRequestId: theirs }) };
};

/** Lever's own words: `{code, message}`. The code is not uniform (`ResourceNotFound`, `NotFoundError`), so it is shown and never branched on. */
function saidBy(request: RequestName, answer: HttpAnswer): { code: string | null; message: string } {
  const { code, message } = bodyOf(answer);
  return {
    code: typeof code === 'string' && isPlainCode(code) ? code : null,
    message: withoutPeople(typeof message === 'string' ? message : null, request.people),
  };
}

/** A word of Lever's own, and nobody's name: it comes into logs. */
const isPlainCode = (code: string): boolean =>
  code.length <= 60 && /^[A-Za-z0-9_.-]+$/.test(code) && withoutPeople(code) === code;

function bodyOf(answer: HttpAnswer): { code?: unknown; message?: unknown } {
  try {
    return (answer.json() as { code?: unknown; message?: unknown } | null) ?? {};
  } catch {
    return {};
  }
}

/**
 * Turns any answer but 2xx into the fault it stands for. Whether the hub tries again is not said here: a run does, while
 * a person who waits for the answer is told by whoever answers.
 */
export function leverError(request: RequestName, answer: HttpAnswer, now: number): FulcrumError {
  const said = saidBy(request, answer);
  const { code, advice } = meaning(request, answer.status, said.message);
  const words = [said.code, said.message].filter(Boolean).join(': ');
  const wait = retryAfterMs(answer.headers['retry-after'], now);
  return new FulcrumError(
    code,
    `Lever answered ${answer.status}${words === '' ? '' : ` (${words})`} to ${nameOf(request)}: ${advice}`,
    {
      detail: {
        status: answer.status,
        route: nameOf(request),
        leverCode: said.code,
        ...idsOf(request, answer),
      },
      ...(wait !== undefined && { retryAfterMs: wait }),
    },
  );
}

function meaning(request: RequestName, status: number, message: string): { code: ErrorCode; advice: string } {
  switch (status) {
    case 401:
      return {
        code: 'lever.unauthorized',
        advice: 'it does not accept the access that was granted, or is in trouble itself',
      };
    case 403:
      return {
        code: 'lever.forbidden',
        advice:
          "the grant lacks a permission, the data is confidential and access was not given, or the account's plan does not include it (LeverTRM and LeverTRM for Enterprise do)",
      };
    case 404:
      return { code: 'lever.not_found', advice: 'it does not exist, or no longer' };
    case 429:
      return { code: 'lever.rate_limited', advice: "the account's rate limit is used up for the moment" };
  }
  // 408 is Lever's RequestTimeout of a slow upload: what had arrived by then is not known.
  if (status >= 500 || status === 408) {
    return request.writes
      ? { code: 'lever.unclear', advice: 'it may have taken effect; it is looked for before the repeat' }
      : { code: 'lever.unavailable', advice: 'a fault of its own, which passes' };
  }
  if (status >= 400) {
    // Lever's documentation calls the user optional on most writes; accounts were seen that want one on all.
    const advice = message.includes('perform_as')
      ? "set serviceUserEmail or performAs in the connection's settings, then try again"
      : 'a repeat of it will not help';
    return { code: 'lever.bad_request', advice };
  }
  return { code: 'lever.unexpected', advice: 'the hub expects neither a redirect nor this status' };
}

/** Turns a fault of the connection into one of Lever's; anything else is passed on as it is. */
export function toLeverError(request: RequestName, error: unknown): unknown {
  if (!(error instanceof HttpError)) return error;
  const { requestId } = request;
  const detail = { status: null, route: nameOf(request), fault: error.kind, requestId };
  const raise = (code: ErrorCode, words: string): FulcrumError =>
    new FulcrumError(code, `${nameOf(request)} at Lever: ${words}`, { detail, cause: error });
  switch (error.kind) {
    case 'unreachable':
      return raise('lever.unavailable', 'Lever could not be reached');
    case 'unclear':
      return request.writes
        ? raise('lever.unclear', 'no answer came, so it may have taken effect; it is looked for first')
        : raise('lever.unavailable', 'no answer came');
    case 'too_large':
      return raise('lever.unexpected', 'the answer is larger than the hub reads');
    case 'refused':
      return raise('outbound.refused', 'the address is not one the hub may call; check LEVER_API_URL');
  }
}

/**
 * Whether the answer to a later page of a list means that Lever no longer takes its token (seen: 400 `BadRequestError`,
 * "Invalid offset token"). The first page was taken with the same parameters, so nothing else can be wrong with it.
 */
export const isStaleOffset = (error: unknown): boolean =>
  error instanceof FulcrumError && error.code === 'lever.bad_request';

/** A 2xx whose body is not what Lever documents. */
export const unreadable = (request: RequestName, answer: HttpAnswer, where: string): FulcrumError =>
  new FulcrumError('lever.unexpected', `Lever's answer to ${nameOf(request)} cannot be read: ${where}`, {
    detail: { status: answer.status, route: nameOf(request), ...idsOf(request, answer) },
  });

/** A list whose pages contradict each other: going on would not end, stopping would lose what comes after. */
export const listError = (request: Pick<RequestName, 'method' | 'route'>, what: string): FulcrumError =>
  new FulcrumError('lever.unexpected', `Lever's list ${nameOf(request)} ${what}`, {
    detail: { status: 200, route: nameOf(request) },
  });
