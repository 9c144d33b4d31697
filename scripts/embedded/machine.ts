import { randomInt } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';

export const LOOPBACK = '127.0.0.1';
/**
 * Below the ports that Linux, macOS and Windows give to clients and to whoever asks for any: one of these stays free
 * while a server that was killed is started again on it, and until one that is still being prepared listens.
 */
const LASTING_PORTS = { from: 20_000, below: 32_768 };
/** How far the next free port is looked for before any will do. */
const NEXT_PORTS = 100;
const CONNECT_WITHIN_MS = 1_000;

/** The port to listen on: this one and no other, 0 for any free one, or this one as long as it is free. */
export type PortChoice = number | { preferred: number };

export interface PortUse {
  /** Who wants it, as in "the embedded Temporal server". */
  what: string;
  /** The sentence that says what to do when it cannot be had. */
  wayOut: string;
  /** Default: every address of this machine. */
  host?: string;
  /** Kept for others who are going to want them. */
  kept?: readonly number[];
}

/**
 * A loopback port that nobody uses at this moment, nor is given by chance; somebody who wants this very one may take it
 * before it is used, so be ready to ask again.
 * @internal for tests and benchmarks
 */
export function freePort(): Promise<number> {
  return anyFree({ host: LOOPBACK });
}

/**
 * A port that can be listened on at this moment. When it is not the preferred one, `say` is told so in one line.
 * @throws Error naming the port, what it is for and the way out, when this very port is wanted
 */
export async function choosePort(
  choice: PortChoice,
  use: PortUse,
  say: (line: string) => void,
): Promise<number> {
  if (choice === 0) return anyFree(use);
  const wanted = typeof choice === 'number' ? choice : choice.preferred;
  const fault = await obstacle(wanted, use);
  if (fault === undefined) return wanted;
  if (typeof choice === 'number') throw new Error(`Port ${wanted} for ${use.what} ${fault}. ${use.wayOut}`);
  const instead = await nextFree(wanted, use);
  say(`Port ${wanted} for ${use.what} ${fault}: ${instead} is used instead.`);
  return instead;
}

/** A port that is kept free for one who needs it later. */
export interface HeldPort {
  port: number;
  /** Directly before it is listened on by that one. May be called twice. */
  release(): Promise<void>;
}

/**
 * Chooses a port and listens on it until its user is ready to: others who look for one meanwhile find it taken.
 * @throws as `choosePort` does
 */
export async function holdPort(
  choice: PortChoice,
  use: PortUse,
  say: (line: string) => void,
): Promise<HeldPort> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(choice, use, say);
    const holder = createServer((socket) => socket.destroy());
    try {
      await listening(holder, port, use.host);
    } catch (error) {
      // Somebody was quicker, which the next choice sees.
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE' && attempt < NEXT_PORTS) continue;
      throw error;
    }
    const release = (): Promise<void> => new Promise((resolve) => holder.close(() => resolve()));
    return { port, release };
  }
}

async function nextFree(taken: number, use: PortUse): Promise<number> {
  for (let port = taken + 1; port <= Math.min(taken + NEXT_PORTS, 65_535); port += 1) {
    if ((await obstacle(port, use)) === undefined) return port;
  }
  return anyFree(use);
}

async function anyFree(use: Pick<PortUse, 'host' | 'kept'>): Promise<number> {
  for (let attempt = 0; attempt < NEXT_PORTS; attempt += 1) {
    const port = randomInt(LASTING_PORTS.from, LASTING_PORTS.below);
    if ((await obstacle(port, use)) === undefined) return port;
  }
  return listenBriefly(0, use.host);
}

/** @returns why the port cannot be listened on, undefined when it can */
async function obstacle(
  port: number,
  { host, kept = [] }: Pick<PortUse, 'host' | 'kept'>,
): Promise<string | undefined> {
  if (kept.includes(port)) return 'is kept for another part';
  const taken = 'is already in use by another program';
  // Not every system refuses an address of its own beside a program that listens on all of them (macOS does not), and
  // then its clients would reach the wrong one of the two.
  if (await answers(port)) return taken;
  try {
    await listenBriefly(port, host);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'EADDRINUSE' ? taken : `cannot be used (${message})`;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK, timeout: CONNECT_WITHIN_MS });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

async function listenBriefly(port: number, host: string | undefined): Promise<number> {
  const probe = createServer();
  await listening(probe, port, host);
  const { port: taken } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return taken;
}

function listening(server: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, resolve);
  });
}
