import type { NextFunction, Request, Response } from 'express';
import type { Behaviour } from './options';
import { pathMatcher } from './path-pattern';

/** One request to `/v1` or to the OAuth routes, in order of arrival. */
export interface LoggedRequest {
  seq: number;
  at: number;
  method: string;
  path: string;
  query: Record<string, unknown>;
  /** Parsed JSON or form; for multipart the file's name and size. */
  body: unknown;
  /** API key or grant id; null: no valid credential was shown. */
  credential: string | null;
  /** What the client saw; null while open, and when it saw no answer at all. */
  status: number | null;
  durationMs: number | null;
  /** Kind of the fault that was played on it. */
  fault?: string;
}

export interface RequestFilter {
  method?: string | undefined;
  /** Pattern as in fault rules: `/opportunities/:id/notes`, `*` for anything. */
  path?: string | undefined;
  credential?: string | undefined;
  status?: number | undefined;
  /** Only requests with a higher `seq`. */
  after?: number | undefined;
}

export class RequestLog {
  private entries: LoggedRequest[] = [];
  private seq = 0;

  constructor(private readonly behaviour: Behaviour) {}

  readonly middleware = (req: Request, res: Response, next: NextFunction): void => {
    const started = performance.now();
    const entry: LoggedRequest = {
      seq: (this.seq += 1),
      at: Date.now(),
      method: req.method,
      path: req.baseUrl + req.path,
      query: { ...req.query },
      body: null,
      credential: null,
      status: null,
      durationMs: null,
    };
    this.entries.push(entry);
    // Trimmed in steps: shifting an array of this size on every request would cost more than the request.
    const limit = this.behaviour.requestHistory;
    if (this.entries.length > limit * 1.1) this.entries = this.entries.slice(-limit);
    res.locals['logEntry'] = entry;
    res.on('finish', () => (entry.status = res.statusCode));
    res.on('close', () => (entry.durationMs = performance.now() - started));
    next();
  };

  /** Runs after the body parsers; file contents are not kept. */
  readonly recordBody = (req: Request, res: Response, next: NextFunction): void => {
    const body: unknown = req.body;
    logEntry(res).body = Buffer.isBuffer(body) ? { bytes: body.length } : (body ?? null);
    next();
  };

  find(filter: RequestFilter = {}): LoggedRequest[] {
    const matches = filter.path === undefined ? () => true : pathMatcher(filter.path);
    return this.entries.filter(
      (entry) =>
        (filter.method === undefined || entry.method === filter.method.toUpperCase()) &&
        (filter.credential === undefined || entry.credential === filter.credential) &&
        (filter.status === undefined || entry.status === filter.status) &&
        (filter.after === undefined || entry.seq > filter.after) &&
        matches(entry.path),
    );
  }

  clear(): void {
    this.entries = [];
  }
}

/** The log's entry of the request being answered. */
export const logEntry = (res: Response): LoggedRequest => res.locals['logEntry'] as LoggedRequest;
