import type { NextFunction, Request, Response } from 'express';
import { z } from 'zod';
import { codeFor } from './errors';
import { logEntry } from './log';
import { pathMatcher } from './path-pattern';
import { Timers } from './timers';

const where = {
  /** Any method when absent. */
  method: z.string().optional(),
  /** `/opportunities/:id/notes`, `/oauth/token`; `*` for every route. */
  path: z.string().min(1),
  /** How many matching requests are hit; 1 when absent. */
  count: z.number().int().positive().optional(),
  /** How many matching requests pass unharmed first. */
  skip: z.number().int().nonnegative().optional(),
};
const ms = z.number().int().nonnegative();

/** A fault to play on matching requests. `*-after` kinds let the write take place; times in milliseconds. */
export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...where,
    kind: z.literal('status'),
    status: z.number().int().min(300).max(599),
    /** Seconds, sent as `Retry-After`. */
    retryAfter: z.number().nonnegative().optional(),
    /** Sent as `Location`, for a 301. */
    location: z.string().optional(),
    message: z.string().optional(),
  }),
  z.strictObject({ ...where, kind: z.literal('delay'), ms }),
  z.strictObject({ ...where, kind: z.literal('slow-body'), ms }),
  z.strictObject({ ...where, kind: z.literal('drop-before') }),
  z.strictObject({ ...where, kind: z.literal('drop-after') }),
  /** The write took place, no byte is answered, the connection closes after `ms` (a minute when absent). */
  z.strictObject({ ...where, kind: z.literal('timeout-after'), ms: ms.optional() }),
  /** A later page of a list whose token Lever takes no longer; meets only requests that name one. */
  z.strictObject({ ...where, kind: z.literal('stale-offset') }),
  /** The write took place, the answer is an error all the same. */
  z.strictObject({ ...where, kind: z.literal('status-after'), status: z.number().int().min(500).max(599) }),
]);
export type Fault = z.infer<typeof faultSchema>;

interface ArmedFault {
  fault: Fault;
  matches: (path: string) => boolean;
  skip: number;
  left: number;
}

/** The faults that wait for a request. The first rule that matches is played and used up. */
export class Faults {
  private armed: ArmedFault[] = [];
  private readonly timers = new Timers();

  add(fault: Fault): void {
    const matches = pathMatcher(fault.path);
    this.armed.push({ fault, matches, skip: fault.skip ?? 0, left: fault.count ?? 1 });
  }

  clear(): void {
    this.armed = [];
  }

  /** What is still to be played, with the remaining counts. */
  pending(): Fault[] {
    return this.armed.map(({ fault, left, skip }) => ({ ...fault, count: left, skip }));
  }

  stop(): void {
    this.timers.stop();
  }

  readonly middleware = (req: Request, res: Response, next: NextFunction): void => {
    const fault = this.take(req);
    if (!fault) return next();
    logEntry(res).fault = fault.kind;
    switch (fault.kind) {
      case 'status':
        return answerStatus(res, fault);
      case 'delay':
        return this.timers.later(fault.ms, next);
      case 'stale-offset':
        return answerStatus(res, { status: 400, message: 'Invalid offset token' });
      case 'drop-before':
        res.socket?.destroy();
        return;
      case 'drop-after':
        swallowAnswer(res, () => res.socket?.destroy());
        return next();
      case 'timeout-after':
        swallowAnswer(res, () => this.timers.later(fault.ms ?? 60_000, () => res.socket?.destroy()));
        return next();
      case 'status-after':
        replaceAnswer(res, fault.status);
        return next();
      case 'slow-body':
        this.dripAnswer(res, fault.ms);
        return next();
      default:
        return assertNever(fault);
    }
  };

  private take(req: Request): Fault | undefined {
    for (const rule of this.armed) {
      if (rule.fault.method !== undefined && rule.fault.method.toUpperCase() !== req.method) continue;
      if (!rule.matches(req.baseUrl + req.path)) continue;
      if (rule.fault.kind === 'stale-offset' && req.query['offset'] === undefined) continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
        continue;
      }
      rule.left -= 1;
      if (rule.left === 0) this.armed = this.armed.filter((other) => other !== rule);
      return rule.fault;
    }
    return undefined;
  }

  /** Headers and the first half at once, the second half after the delay. */
  private dripAnswer(res: Response, delayMs: number): void {
    onEnd(res, (chunk, end) => {
      const bytes = toBuffer(chunk);
      const half = Math.ceil(bytes.length / 2);
      res.write(bytes.subarray(0, half));
      this.timers.later(delayMs, () => end(bytes.subarray(half)));
    });
  }
}

function answerStatus(res: Response, fault: Omit<Extract<Fault, { kind: 'status' }>, 'kind' | 'path'>): void {
  if (fault.retryAfter !== undefined) res.set('Retry-After', String(fault.retryAfter));
  if (fault.location !== undefined) res.set('Location', fault.location);
  const message = fault.message ?? `Simulated ${fault.status}`;
  res.status(fault.status).json({ code: codeFor(fault.status), message });
}

function swallowAnswer(res: Response, then: () => void): void {
  onEnd(res, () => then());
}

function replaceAnswer(res: Response, status: number): void {
  onEnd(res, (_chunk, end) => {
    const body = Buffer.from(JSON.stringify({ code: codeFor(status), message: `Simulated ${status}` }));
    res
      .status(status)
      .set('Content-Type', 'application/json; charset=utf-8')
      .set('Content-Length', `${body.length}`);
    end(body);
  });
}

/** Express answers in one `end(body)`; taking that call over lets the handler run to its end first. */
function onEnd(res: Response, play: (chunk: unknown, end: (bytes: Buffer) => void) => void): void {
  const end = res.end.bind(res) as (bytes: Buffer) => void;
  res.end = ((chunk?: unknown) => {
    play(chunk, end);
    return res;
  }) as typeof res.end;
}

function toBuffer(chunk: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  return typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.alloc(0);
}

function assertNever(value: never): never {
  throw new Error(`Unknown fault: ${JSON.stringify(value)}`);
}
