import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorRequestHandler, Express } from 'express';

/**
 * Listens on 127.0.0.1 only; `port` 0 is any free one. Rejects when the port is taken. `stop` ends open connections
 * and frees the port.
 */
export async function listen(app: Express, port = 0): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Body-parser refusals keep their status (400, 413); anything else is a fault of the simulator and is shown as one. */
export const plainErrors =
  (brand: string): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, message } = error as { status?: number; message?: string };
    const known = typeof status === 'number' && status >= 400 && status < 500;
    if (!known) {
      process.stderr.write(`${brand} simulator: ${error instanceof Error ? error.stack : String(error)}\n`);
    }
    response.status(known ? status : 500).json({ error: known ? message : 'Simulator failure' });
  };
