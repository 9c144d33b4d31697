import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { isAlive } from '../temporal-cli/lock';

export const LOOPBACK = '127.0.0.1';

/** A loopback port that nobody uses at this moment; somebody may take it before it is used, so be ready to ask again. */
export function freePort(): Promise<number> {
  return listenBriefly(0);
}

/**
 * Makes sure that a port can be listened on.
 * @throws Error naming the port, what it is for and the way out.
 */
export async function requireFreePort(port: number, what: string, wayOut: string): Promise<void> {
  try {
    await listenBriefly(port);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'EADDRINUSE' ? 'is already in use by another program' : `cannot be used (${message})`;
    throw new Error(`Port ${port} for ${what} ${why}. ${wayOut}`, { cause: error });
  }
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, LOOPBACK, () => {
      const { port: taken } = probe.address() as AddressInfo;
      probe.close(() => resolve(taken));
    });
  });
}

/**
 * True when the process exists and was started with this text in its command line. A process id alone proves
 * nothing: after a crash, and above all after a container's restart, another program may have it.
 */
export async function isRunningWith(pid: number, text: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  return (await commandLine(pid)).includes(text);
}

async function commandLine(pid: number): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  } catch {
    // No /proc (macOS): ask ps. Where neither answers the process counts as a stranger's.
    return new Promise((resolve) => {
      execFile('ps', ['-o', 'command=', '-p', String(pid)], (error, stdout) => resolve(error ? '' : stdout));
    });
  }
}
