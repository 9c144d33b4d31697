import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A moment in a conversation with PostgreSQL. */
export interface StatementStrike {
  /** Text of the statement, as the hub sends it. */
  statement: string;
  /** `arrives`: the server never sees it; `answered`: it was carried out, and the answer is lost. */
  when: 'arrives' | 'answered';
  /** Awaited; the connection breaks after it. */
  act: () => Promise<void>;
}

/** A wire to PostgreSQL that breaks at one statement. */
export interface DatabaseTap {
  /** The database's address by way of the tap. */
  url: string;
  /** Arms one strike; resolves once it was carried out. */
  strike(strike: StatementStrike): Promise<void>;
  stop(): Promise<void>;
}

export async function startDatabaseTap(databaseUrl: string): Promise<DatabaseTap> {
  const { hostname, port } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed: { strike: StatementStrike; done: () => void; failed: (error: unknown) => void } | null = null;

  const server = createServer((inbound) => {
    const outbound = connect({ host: hostname, port: Number(port) });
    let struck: typeof armed = null;
    const end = (): void => {
      inbound.destroy();
      outbound.destroy();
    };
    for (const socket of [inbound, outbound]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const carryOut = (): void => {
      inbound.pause();
      outbound.pause();
      struck?.strike.act().then(struck.done, struck.failed).finally(end);
    };
    inbound.on('data', (bytes) => {
      if (armed !== null && bytes.includes(armed.strike.statement)) {
        struck = armed;
        armed = null;
        if (struck.strike.when === 'arrives') return carryOut();
      }
      outbound.write(bytes);
    });
    outbound.on('data', (bytes) => (struck === null ? void inbound.write(bytes) : carryOut()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    strike: (strike) => new Promise((done, failed) => (armed = { strike, done, failed })),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
