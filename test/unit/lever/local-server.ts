import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  method: string;
  /** With its query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Text is sent as it is, anything else as JSON. */
  body?: unknown;
  /** Ends the connection instead of answering: the request was received, the answer is lost. */
  drop?: boolean;
  /** Milliseconds before the answer. */
  delay?: number;
}

export interface LocalServer {
  url: string;
  seen: Seen[];
  /** What the next requests get; the last one given stays. */
  replies: (Reply | ((request: Seen) => Reply))[];
  close(): Promise<void>;
}

/** A real server on loopback that answers from a script and remembers what it was asked. */
export async function startLocalServer(): Promise<LocalServer> {
  const seen: Seen[] = [];
  const replies: LocalServer['replies'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(asked);
      const next = (replies.length > 1 ? replies.shift() : replies[0]) ?? {};
      const reply = typeof next === 'function' ? next(asked) : next;
      const { status = 200, headers = {}, body = {}, drop = false, delay = 0 } = reply;
      if (drop) {
        request.socket.destroy();
        return;
      }
      setTimeout(() => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      }, delay);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    replies,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
