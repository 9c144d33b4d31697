import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { freePort } from '../../scripts/embedded/machine';

/** A wire between a client and a server that a test can cut, or make silent. */
export interface TcpProxy {
  port: number;
  /** Breaks all connections and refuses new ones. */
  cut(): Promise<void>;
  /** Takes connections and bytes, and passes nothing on, as a lost network does. */
  silence(): void;
  mend(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let silent = false;
  let server: Server | null = null;
  // Kept over every cut.
  const port = await freePort();

  const open = async (): Promise<void> => {
    const made = createServer((inbound) => {
      const outbound = connect(target);
      for (const socket of [inbound, outbound]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          sockets.delete(socket);
          inbound.destroy();
          outbound.destroy();
        });
      }
      inbound.on('data', (bytes) => !silent && outbound.write(bytes));
      outbound.on('data', (bytes) => !silent && inbound.write(bytes));
    });
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject);
      made.listen(port, '127.0.0.1', resolve);
    });
    server = made;
  };

  const cut = async (): Promise<void> => {
    const closing = server;
    server = null;
    for (const socket of sockets) socket.destroy();
    if (closing !== null) await new Promise((resolve) => closing.close(resolve));
  };

  await open();
  return {
    port,
    cut,
    silence: () => {
      silent = true;
    },
    mend: async () => {
      silent = false;
      for (const socket of sockets) socket.destroy();
      if (server === null) await open();
    },
    stop: cut,
  };
}
