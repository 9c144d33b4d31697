import { isDeepStrictEqual } from 'node:util';
import type { HttpAnswer, HttpClient, HttpErrorKind, HttpRequest } from '../../platform/http/client';
import { HttpError } from '../../platform/http/client';

/** One request a vendor's adapter must make, and what the vendor answers. */
export interface Exchange {
  request: {
    method: string;
    /** Behind the vendor's base URL. */
    path: string;
    /** Headers that matter; others are not looked at. */
    headers?: Record<string, string>;
    body?: unknown;
  };
  response: { status: number; headers?: Record<string, string>; body?: unknown } | { fault: HttpErrorKind };
}

interface Asked {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

/**
 * Answers from a case's exchanges, in their order. What does not fit is kept, because an adapter may turn the
 * exception into a fault of its own; `finish` then fails with what was asked, written so that it can be pasted.
 */
export function replayHttp(baseUrl: string, exchanges: readonly Exchange[]): HttpClient & { finish(): void } {
  const waiting = [...exchanges];
  const unmatched: string[] = [];

  return {
    request(request) {
      const asked = describe(request, baseUrl);
      const next = waiting[0];
      if (next === undefined || !fits(asked, next.request)) {
        const message =
          `No exchange of the case answers this request:\n${JSON.stringify({ request: asked }, null, 2)}\n` +
          `The next one is for:\n${JSON.stringify(next?.request ?? null, null, 2)}`;
        unmatched.push(message);
        return Promise.reject(new Error(message));
      }
      waiting.shift();
      if ('fault' in next.response)
        return Promise.reject(new HttpError(next.response.fault, 'as the case says'));
      return Promise.resolve(answer(next.response));
    },
    finish() {
      if (unmatched.length > 0) throw new Error(unmatched.join('\n'));
      if (waiting.length > 0) throw new Error(`Never asked:\n${JSON.stringify(waiting, null, 2)}`);
    },
  };
}

function describe(request: HttpRequest, baseUrl: string): Asked {
  if (!request.url.startsWith(baseUrl)) throw new Error(`${request.url} is not under ${baseUrl}`);
  const text = typeof request.body === 'string' || Buffer.isBuffer(request.body) ? String(request.body) : '';
  return {
    method: request.method,
    path: request.url.slice(baseUrl.length),
    headers: request.headers ?? {},
    ...(text !== '' && { body: asJson(text) }),
  };
}

function fits(asked: Asked, expected: Exchange['request']): boolean {
  return (
    asked.method === expected.method &&
    asked.path === expected.path &&
    isDeepStrictEqual(asked.body, expected.body) &&
    Object.entries(expected.headers ?? {}).every(([name, value]) => asked.headers[name] === value)
  );
}

function answer(response: { status: number; headers?: Record<string, string>; body?: unknown }): HttpAnswer {
  const text = typeof response.body === 'string' ? response.body : JSON.stringify(response.body ?? '');
  return {
    status: response.status,
    headers: response.headers ?? {},
    body: Buffer.from(text),
    text: () => text,
    json: () => JSON.parse(text) as unknown,
  };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
