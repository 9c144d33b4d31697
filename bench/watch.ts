import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A simulated Lever and a simulated vendor in this process. */
export interface Watched {
  lever: { url: string };
  smg: { url: string };
}

/** What a simulator was asked and has answered. Times are those of `performance.now()`. */
export interface Answered {
  from: 'lever' | 'smg';
  method: string;
  path: string;
  /** As the simulator's parser left it. */
  body: unknown;
  arrivedAt: number;
}

const started = 'http.server.request.start';
const finished = 'http.server.response.finish';

/**
 * Tells of every request to the simulators the moment it was answered, by Node's own diagnostics: nothing has to be
 * asked again and again, which would take the processor from those who are measured. Returns how to stop.
 */
export function watch(side: Watched, tell: (answered: Answered) => void): () => void {
  const hosts = new Map<string, 'lever' | 'smg'>([
    [new URL(side.lever.url).host, 'lever'],
    [new URL(side.smg.url).host, 'smg'],
  ]);
  const arrivals = new WeakMap<IncomingMessage, number>();

  const onStart = (message: unknown): void => {
    const { request } = message as { request: IncomingMessage };
    if (hosts.has(request.headers.host ?? '')) arrivals.set(request, performance.now());
  };
  const onFinish = (message: unknown): void => {
    const { request } = message as {
      request: IncomingMessage & { originalUrl?: string; body?: unknown };
      response: ServerResponse;
    };
    const from = hosts.get(request.headers.host ?? '');
    const arrivedAt = arrivals.get(request);
    if (from === undefined || arrivedAt === undefined) return;
    const [path = ''] = (request.originalUrl ?? request.url ?? '').split('?');
    tell({ from, method: request.method ?? '', path, body: request.body, arrivedAt });
  };
  subscribe(started, onStart);
  subscribe(finished, onFinish);
  return () => {
    unsubscribe(started, onStart);
    unsubscribe(finished, onFinish);
  };
}
