import type { Readable } from 'node:stream';
import { types } from 'node:util';
import type { Dispatcher } from 'undici';
import { Agent, DecoratorHandler, request as undiciRequest } from 'undici';
import { jsonOfAnswer } from '../json';
import type { Guard } from './guard';
import { createGuard, findGuardError } from './guard';

/**
 * HTTP out, for Lever and the vendors alike. It never retries (Temporal does) and never follows a redirect; what it
 * tells precisely is whether a failed request can have reached the other side, because that decides whether a repeat
 * must look first (decision 0008).
 */

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  url: string;
  headers?: Record<string, string>;
  body?: string | Buffer | NodeJS.ReadableStream;
  /** For the whole exchange, from the look-up of the name to the last byte. */
  timeoutMs?: number;
  /** Longest answer that is taken. */
  maxBytes?: number;
  /** Aborting throws the signal's own reason. */
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  /** Names in lower case; repeated headers joined with a comma. */
  headers: Record<string, string>;
  body: Buffer;
  text(): string;
  /** @throws SyntaxError when the body is not JSON */
  json(): unknown;
}

export interface HttpClient {
  /** Any status is an answer. @throws HttpError when there is none */
  request(request: HttpRequest): Promise<HttpAnswer>;
}

export type HttpErrorKind =
  /** Surely nothing of the request reached the other side: name, connection or TLS failed. */
  | 'unreachable'
  /** Timeout or break after the request may have been sent: it may have taken effect. */
  | 'unclear'
  /** The answer is longer than allowed; the request took place. */
  | 'too_large'
  /** The guard does not allow this address; nothing was sent. */
  | 'refused';

/** A request without an answer. `message` names the host, never path or query. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly kind: HttpErrorKind,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

export interface HttpClientOptions {
  timeoutMs: number;
  /** Given: only https to public addresses, and to the networks of `allow`. */
  guard?: { allow: readonly string[] };
  userAgent: string;
  maxBytes?: number;
}

const defaultMaxBytes = 8 * 1024 * 1024;

/** Set by the dispatcher at the moment a request is handed to an open connection. */
interface Progress {
  sent: boolean;
}

type RequestStart = Parameters<NonNullable<Dispatcher.DispatchHandler['onRequestStart']>>;
/** undici's types leave the class's methods out. */
const Decorator = DecoratorHandler as unknown as new (
  handler: Dispatcher.DispatchHandler,
) => Dispatcher.DispatchHandler & { onRequestStart(...args: RequestStart): void };

class MarkSent extends Decorator {
  readonly #progress: Progress;
  constructor(handler: Dispatcher.DispatchHandler, progress: Progress) {
    super(handler);
    this.#progress = progress;
  }
  override onRequestStart(...args: RequestStart): void {
    this.#progress.sent = true;
    super.onRequestStart(...args);
  }
}

function createAgent(timeoutMs: number, guard: Guard | null, scheme: 'http:' | 'https:'): Dispatcher {
  const agent = new Agent({
    connections: 64,
    connect: { timeout: timeoutMs, ...(guard !== null && { lookup: guard.lookupFor(scheme) }) },
  });
  return agent.compose((dispatch) => (options, handler) => {
    const progress = (options as { opaque?: Progress }).opaque;
    return dispatch(options, progress === undefined ? handler : new MarkSent(handler, progress));
  });
}

/** One client per purpose: it keeps its connections open between requests until `close`. */
export function createHttpClient(options: HttpClientOptions): HttpClient & { close(): Promise<void> } {
  const guard = options.guard === undefined ? null : createGuard(options.guard.allow);
  const agents = {
    'http:': createAgent(options.timeoutMs, guard, 'http:'),
    'https:': createAgent(options.timeoutMs, guard, 'https:'),
  };

  async function request(input: HttpRequest): Promise<HttpAnswer> {
    const url = parseUrl(input.url, guard);
    input.signal?.throwIfAborted();
    const timeoutMs = input.timeoutMs ?? options.timeoutMs;
    const progress: Progress = { sent: false };
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new DeadlineError(timeoutMs)), timeoutMs);
    const onAbort = (): void => abort.abort(input.signal?.reason);
    input.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const response = await undiciRequest(url, {
        dispatcher: agents[url.protocol as 'http:' | 'https:'],
        method: input.method,
        headers: { 'user-agent': options.userAgent, ...input.headers },
        ...(input.body !== undefined && { body: input.body as string | Buffer | Readable }),
        signal: abort.signal,
        opaque: progress,
        // The one deadline above covers these too.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const body = await readBody(response.body, input.maxBytes ?? options.maxBytes ?? defaultMaxBytes, url);
      return answer(response.statusCode, response.headers, body);
    } catch (error) {
      if (error instanceof HttpError) throw error;
      if (input.signal?.aborted === true) throw input.signal.reason;
      throw fault(error, url, progress.sent);
    } finally {
      clearTimeout(timer);
      input.signal?.removeEventListener('abort', onAbort);
    }
  }

  return {
    request,
    close: async () => {
      await Promise.all(Object.values(agents).map((agent) => agent.destroy()));
    },
  };
}

class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  constructor(timeoutMs: number) {
    super(`no complete answer within ${timeoutMs} ms`);
  }
}

function parseUrl(text: string, guard: Guard | null): URL {
  if (!URL.canParse(text)) throw new HttpError('refused', 'this is not an address that can be requested');
  const url = new URL(text);
  const refusal =
    guard?.refuse(url) ??
    (url.protocol === 'http:' || url.protocol === 'https:' ? null : 'only http and https can be requested');
  if (refusal !== null) throw new HttpError('refused', refusal);
  return url;
}

async function readBody(stream: Readable, maxBytes: number, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > maxBytes)
      throw new HttpError('too_large', `${url.host} answers with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function answer(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
): HttpAnswer {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    status,
    headers: flat,
    body,
    text: () => body.toString('utf8'),
    json: () => jsonOfAnswer(body),
  };
}

function fault(error: unknown, url: URL, sent: boolean): HttpError {
  const guardError = findGuardError(error);
  if (guardError !== null) return new HttpError('refused', guardError.message, { cause: error });
  const words = error instanceof DeadlineError ? error.message : describe(error);
  return sent
    ? new HttpError('unclear', `${url.host}: ${words}, after the request was sent`, { cause: error })
    : new HttpError('unreachable', `${url.host}: ${words}`, { cause: error });
}

/** The code where there is one: messages of Node name addresses, which are no news, and sometimes nothing at all. */
function describe(error: unknown): string {
  if (!types.isNativeError(error)) return 'failed';
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : error.message;
}
