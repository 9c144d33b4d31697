import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** The holder touches its lock this often … */
const HEARTBEAT_MS = 2_000;
/** … so a lock untouched for this long has no holder any more, wherever that ran. */
const STALE_MS = 30_000;
const LOOK_AGAIN_MS = 300;
const SAY_AGAIN_MS = 10_000;

interface Holder {
  pid: number;
  host: string;
  token: string;
}

/** True while a process with this id exists (whoever owns it). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Runs `work` while holding the lock file, waiting for another process that holds it.
 *
 * The lock spares work, it does not guard correctness: two processes that take over the same abandoned lock
 * at the same instant may both work. Whoever uses it must therefore put its result in place by a rename.
 */
export async function withLock<T>(
  path: string,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const token = await acquire(path, log);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await release(path, token);
  }
}

async function acquire(path: string, log: (line: string) => void): Promise<string> {
  const mine: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  let sayAt = 0;
  for (;;) {
    if (await create(path, mine)) return mine.token;
    const seen = await read(path);
    if (seen === undefined) continue;
    if (isStale(seen)) {
      await takeAway(path, seen.text);
      continue;
    }
    if (Date.now() >= sayAt) {
      log(`waiting for process ${seen.holder?.pid ?? '?'}, which is already fetching it (${path})`);
      sayAt = Date.now() + SAY_AGAIN_MS;
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

interface Seen {
  text: string;
  ageMs: number;
  holder: Holder | undefined;
}

/** @returns undefined when the lock is gone by now. */
async function read(path: string): Promise<Seen | undefined> {
  try {
    const [text, { mtimeMs }] = [await readFile(path, 'utf8'), await stat(path)];
    return { text, ageMs: Date.now() - mtimeMs, holder: parse(text) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A lock just created may still be empty: it then has no readable holder and counts by its age alone. */
function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function isStale({ ageMs, holder }: Seen): boolean {
  if (ageMs > STALE_MS) return true;
  // A process id says something only on the machine it belongs to (the cache may be a shared folder).
  return holder !== undefined && holder.host === hostname() && !isAlive(holder.pid);
}

/** Renames before it removes: of several waiters only one gets the abandoned file; a lock taken meanwhile is put back. */
async function takeAway(path: string, staleText: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) === staleText) await rm(aside, { force: true });
    else await rename(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function release(path: string, token: string): Promise<void> {
  const seen = await read(path);
  if (seen?.holder?.token === token) await rm(path, { force: true });
}
