import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ArmedStrike } from './strikes';
import { armStrike, lastSeen } from './strikes';

/** A request that passes the gate. `path` includes the query. */
export interface PassingRequest {
  method: string;
  path: string;
  body: Buffer;
}

export interface Strike {
  matches: (request: PassingRequest) => boolean;
  /**
   * `arrives`: before a byte of it goes on; `underway`: right after it was handed on; `answered`: once the other side
   * has answered and the client knows nothing of it.
   */
  when: 'arrives' | 'underway' | 'answered';
  /** Awaited before anything else happens to the request. */
  act: () => Promise<void>;
  /** Breaks the connection after `act` instead of going on. */
  drop: boolean;
}

/** Something that is wrong with the other side for as long as it lasts. */
export interface Disturbance {
  matches: (request: PassingRequest) => boolean;
  /** Whether the other side hears of such a request. */
  reaches: boolean;
  /** What the client gets: this answer, a broken connection, or nothing until it gives up by itself. */
  answer: { status: number; headers?: Record<string, string>; body: string } | 'broken' | 'none';
}

export interface Disturbing {
  /** How many requests it has met so far. */
  met(): number;
  end(): void;
}

/** Stands before a server and passes everything on, except at the one moment a test waits for. */
export interface HttpGate {
  url: string;
  /** Arms one strike; resolves once it was carried out. @throws Error with what passed last, when nothing matches */
  strike(strike: Strike): Promise<void>;
  /** From now on, until it is ended. Of several that match a request, the one that began last meets it. */
  disturb(disturbance: Disturbance): Disturbing;
  /** Called when a request has arrived, and again when it has been answered, or broke. */
  watch(listener: (request: PassingRequest) => void): void;
  stop(): Promise<void>;
}

/** @param target origin of the server behind, asked for anew at each request: it may move */
export async function startHttpGate(target: () => string): Promise<HttpGate> {
  const armed: { strike: Strike; waiting: ArmedStrike }[] = [];
  const disturbing: { disturbance: Disturbance; met: number }[] = [];
  const seen = lastSeen();
  const listeners: ((request: PassingRequest) => void)[] = [];

  const take = (request: PassingRequest) => {
    seen.note(`${request.method} ${request.path}`);
    const index = armed.findIndex(({ strike }) => strike.matches(request));
    return index < 0 ? undefined : armed.splice(index, 1)[0];
  };

  const pass = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const passing = { method: req.method ?? '', path: req.url ?? '', body: await bodyOf(req) };
    const wrong = disturbing.findLast(({ disturbance }) => disturbance.matches(passing));
    if (wrong !== undefined) {
      wrong.met += 1;
      return answerWrongly(wrong.disturbance, req, passing, res);
    }
    const struck = take(passing);
    const happens = async (when: Strike['when']): Promise<boolean> => {
      if (struck?.strike.when !== when) return false;
      struck.waiting.begins();
      try {
        await struck.strike.act();
        struck.waiting.done();
      } catch (error) {
        struck.waiting.failed(error);
      }
      return struck.strike.drop;
    };
    const tell = (): void => listeners.forEach((listener) => listener(passing));

    if (await happens('arrives')) return void res.destroy();
    tell();
    try {
      const answering = forward(target(), req, passing, res);
      // Whatever becomes of it is looked at below; an early failure must not count as unhandled.
      answering.catch(() => undefined);
      if (await happens('underway')) return void res.destroy();
      const answer = await answering;
      tell();
      if (await happens('answered')) return void res.destroy();
      res.writeHead(answer.status, withoutHops(answer.headers)).end(answer.body);
    } catch {
      tell();
      res.destroy();
    }
  };

  const answerWrongly = async (
    { reaches, answer }: Disturbance,
    req: IncomingMessage,
    passing: PassingRequest,
    res: ServerResponse,
  ): Promise<void> => {
    if (reaches) await forward(target(), req, passing, res).catch(() => undefined);
    if (answer === 'broken') return void res.destroy();
    if (answer !== 'none') res.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const server = createServer((req, res) => void pass(req, res).catch(() => res.destroy()));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    strike: (strike) => {
      const waiting = armStrike('the gate', seen.told, () => {
        const index = armed.findIndex((one) => one.waiting === waiting);
        if (index >= 0) armed.splice(index, 1);
      });
      armed.push({ strike, waiting });
      return waiting.outcome;
    },
    disturb: (disturbance) => {
      const wrong = { disturbance, met: 0 };
      disturbing.push(wrong);
      return {
        met: () => wrong.met,
        end: () => {
          const index = disturbing.indexOf(wrong);
          if (index >= 0) disturbing.splice(index, 1);
        },
      };
    },
    watch: (listener) => void listeners.push(listener),
    stop: async () => {
      for (const { waiting } of armed.splice(0)) waiting.disarm();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Ends with its client: a client that gave up must not be waited for at the server. */
function forward(target: string, req: IncomingMessage, { body }: PassingRequest, res: ServerResponse) {
  return new Promise<Answer>((resolve, reject) => {
    const { host: _gate, ...headers } = req.headers;
    const onward = httpRequest(
      new URL(req.url ?? '/', target),
      {
        method: req.method,
        headers: { ...withoutHops(headers), 'content-length': body.length },
        agent: false,
      },
      (answer) => {
        bodyOf(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
          reject,
        );
      },
    );
    onward.on('error', reject);
    res.on('close', () => onward.destroy());
    onward.end(body);
  });
}

function withoutHops(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    connection: _c,
    'keep-alive': _k,
    'transfer-encoding': _t,
    'content-length': _l,
    ...rest
  } = headers;
  return rest;
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
