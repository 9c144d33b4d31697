import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** What one connection may ask of the process, whoever opened it. */
export interface SocketLimits {
  /** Requests that one connection may have open at once. */
  openAnswers: number;
  /** Who takes nothing of an answer for so long is not waited for. */
  stalledMs: number;
}

/** No client of the hub sends a request before it has the answer to the one before. */
const socketLimits: SocketLimits = { openAnswers: 8, stalledMs: 60_000 };

/** Longer than any request may take to be read; slow senders must not hold connections for ever. */
const requestTimeoutMs = 30_000;
/** … and so long for its headers, or until a new connection asks anything at all. */
const headersTimeoutMs = 20_000;
/** How late the two may be noticed. */
const checkingEveryMs = 5_000;
/**
 * A caller uses a connection again for as long as it keeps it, load balancers for 60 s. If the hub closed it first, a
 * request that is on its way at that moment would be lost, and its sender would see a broken connection.
 */
const keepAliveTimeoutMs = 75_000;

/** The server in front of the app. Node reads hundreds of requests out of one packet, and would hand on all of them at once. */
export function createListener(
  app: RequestListener,
  onPipelining: () => void,
  limits: SocketLimits = socketLimits,
): Server {
  const open = new WeakMap<Socket, number>();
  const openOf = (socket: Socket): number => open.get(socket) ?? 0;

  const guarded =
    (answer: RequestListener): RequestListener =>
    (req, res) => {
      const { socket } = req;
      // What was read with the request that was one too many still comes.
      if (socket.destroyed) return;
      if (openOf(socket) >= limits.openAnswers) {
        socket.destroy();
        onPipelining();
        return;
      }
      open.set(socket, openOf(socket) + 1);
      res.once('close', () => open.set(socket, openOf(socket) - 1));
      answer(req, res);
    };

  const server = createServer(
    {
      requestTimeout: requestTimeoutMs,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: checkingEveryMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    },
    guarded(app),
  );
  // What Node would otherwise answer itself, as often as it is asked.
  server.on(
    'checkExpectation',
    guarded((_req, res) => {
      res.writeHead(417).end();
    }),
  );
  // Called as well when a connection that is kept for its next request has waited for long enough.
  server.setTimeout(limits.stalledMs, (socket) => {
    const isWorking = openOf(socket) > 0 && socket.writableLength === 0;
    if (isWorking) socket.setTimeout(limits.stalledMs);
    else socket.destroy();
  });
  return server;
}
