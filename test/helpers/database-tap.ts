import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { ArmedStrike } from './strikes';
import { armStrike, lastSeen } from './strikes';

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
  /**
   * Arms one strike, in place of one that still waits; resolves once it was carried out.
   * @throws Error with the last statements, when none matches
   */
  strike(strike: StatementStrike): Promise<void>;
  stop(): Promise<void>;
}

/** The beginnings of the statements in what a client sends. */
const statements = /\b(?:select|insert|update|delete|with|begin|commit|rollback|listen)\b[^\0]{0,60}/g;

export async function startDatabaseTap(databaseUrl: string): Promise<DatabaseTap> {
  const { hostname, port } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const seen = lastSeen();
  let armed: { strike: StatementStrike; waiting: ArmedStrike } | null = null;

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
    const carryOut = ({ strike, waiting }: NonNullable<typeof armed>): void => {
      inbound.pause();
      outbound.pause();
      waiting.begins();
      void strike.act().then(waiting.done, waiting.failed).finally(end);
    };
    inbound.on('data', (bytes) => {
      for (const [statement] of bytes.toString('latin1').matchAll(statements)) seen.note(statement);
      if (armed !== null && bytes.includes(armed.strike.statement)) {
        struck = armed;
        armed = null;
        if (struck.strike.when === 'arrives') return carryOut(struck);
      }
      outbound.write(bytes);
    });
    outbound.on('data', (bytes) => (struck === null ? void inbound.write(bytes) : carryOut(struck)));
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
    strike: (strike) => {
      armed?.waiting.disarm();
      const waiting = armStrike(`"${strike.statement}"`, seen.told, () => {
        if (armed?.waiting === waiting) armed = null;
      });
      armed = { strike, waiting };
      return waiting.outcome;
    },
    stop: async () => {
      armed?.waiting.disarm();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
