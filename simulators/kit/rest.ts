import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from 'express';
import express from 'express';
import type { RestFault } from './faults';
import { Faults, meetsOperation, restFaults } from './faults';
import type { LoggedCall } from './request-log';
import { RequestLog } from './request-log';

/** The frame of a simulated REST API: it logs each request, plays the faults, and answers what the handler says. */

/** What an operation answers. */
export interface Answer {
  status: number;
  /** Undefined: none, as with 204. */
  body: unknown;
  headers?: Record<string, string>;
}

/** An error answer in the vendor's own form. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(readonly answer: Answer) {
    super(`refused with ${answer.status}`);
  }
}

export interface LoggedRequest extends LoggedCall {
  /** The route, e.g. `POST /interviews`. */
  operation: string;
  path: string;
  body: unknown;
}

export type Handler = (request: Request) => Answer | Promise<Answer>;

export class RestDesk {
  readonly faults: Faults<RestFault>;
  readonly requests: RequestLog<LoggedRequest>;
  readonly #stopped = new AbortController();

  /** @param routes `METHOD /path/:parameter` → what answers it; errors are thrown as {@link Refusal} */
  constructor(
    private readonly routes: Record<string, Handler>,
    requestLogLimit = 20_000,
  ) {
    this.faults = new Faults(restFaults(Object.keys(routes)), meetsOperation);
    this.requests = new RequestLog(requestLogLimit);
  }

  /** @param malformed the vendor's answer to a body that is no JSON */
  router(malformed: Answer): Router {
    const router = express.Router();
    router.use(express.json({ limit: '1mb' }), unreadable(malformed));
    for (const [operation, handler] of Object.entries(this.routes)) {
      const [method = '', path = ''] = operation.split(' ');
      router[method.toLowerCase() as 'get' | 'post'](path, this.#perform(operation, handler));
    }
    return router;
  }

  /** Forgets the requests, and the faults that were still to come. */
  clear(): void {
    this.faults.clear();
    this.requests.clear();
  }

  stop(): void {
    this.#stopped.abort();
  }

  #perform(operation: string, handler: Handler): RequestHandler {
    return async (request, response) => {
      const entry = this.requests.open({ operation, path: request.path, body: request.body as unknown });
      if (await this.#refusedByFault(entry, response)) return;
      const answer = await settle(handler, request);
      await this.#delay(entry, 'after');
      const succeeded = answer.status < 400;
      const lost = succeeded ? this.faults.take(['lost-answer'], operation) : undefined;
      if (lost) {
        entry.faults.push(lost.kind);
        lose(response, lost.how);
        return;
      }
      const odd = succeeded ? this.faults.take(['odd-answer'], operation) : undefined;
      if (odd) entry.faults.push(odd.kind);
      const { body } = odd ?? answer;
      entry.status = answer.status;
      response.set(answer.headers ?? {}).status(answer.status);
      if (body === undefined) response.end();
      else response.json(body);
    };
  }

  /** Faults that strike before anything is written. True when the request is over. */
  async #refusedByFault(entry: LoggedRequest, response: Response): Promise<boolean> {
    await this.#delay(entry, 'before');
    const fault = this.faults.take(['http', 'lost-request'], entry.operation);
    if (!fault) return false;
    entry.faults.push(fault.kind);
    if (fault.kind === 'lost-request') {
      lose(response, fault.how);
      return true;
    }
    entry.status = fault.status;
    if (fault.retryAfterSeconds !== undefined) response.set('retry-after', String(fault.retryAfterSeconds));
    response.status(fault.status).json({ error: `Simulated HTTP ${fault.status}` });
    return true;
  }

  async #delay(entry: LoggedRequest, when: 'before' | 'after'): Promise<void> {
    const fault = this.faults.take(['delay'], entry.operation, (rule) => rule.when === when);
    if (!fault) return;
    entry.faults.push(fault.kind);
    await sleep(fault.ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}

async function settle(handler: Handler, request: Request): Promise<Answer> {
  try {
    return await handler(request);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** Drops the connection, or leaves it open without a byte until the client gives up or the simulator stops. */
function lose(response: Response, how: 'drop' | 'hang'): void {
  if (how === 'drop') response.socket?.destroy();
}

const unreadable =
  (malformed: Answer): ErrorRequestHandler =>
  (_error, _request, response, _next) => {
    response.status(malformed.status).json(malformed.body);
  };

/** Whether the request carries this bearer token; compared in constant time. */
export function hasBearer(request: Request, token: string): boolean {
  const [scheme, given] = (request.get('authorization') ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && isSame(given ?? '', token);
}

/** Whether this header holds the secret, e.g. `x-api-key`; compared in constant time. */
export const hasHeader = (request: Request, name: string, secret: string): boolean =>
  isSame(request.get(name) ?? '', secret);

function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
