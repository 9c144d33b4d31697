import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../temporal-cli/lock';
import { birthMark, bootId } from './processes';
import { unlessMissing } from './unless-missing';

/**
 * A lock on a folder that holds as long as its holder lives, or until it is released. Nobody can take it from a living
 * process, and of several who find its holder dead exactly one gets it.
 *
 * Locks are files with growing numbers; the highest one counts. Whoever finds its holder dead makes the next number,
 * which the file system gives to one of them only. The highest file is never removed, so that no number comes twice:
 * released, it stays as an empty file.
 */

export interface FolderLock {
  release(): Promise<void>;
}

/** The folder is held by a living process. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
  constructor(readonly pid: number) {
    super(`Process ${pid} holds this folder.`);
  }
}

/** The folder may be held by a process that cannot be looked at from here: in another container, on another machine. */
export class FolderHeldElsewhereError extends Error {
  override readonly name = 'FolderHeldElsewhereError';
  constructor(
    readonly host: string,
    readonly path: string,
  ) {
    super(`A process on ${host} holds this folder, or has not released it: ${path}`);
  }
}

interface Place {
  host: string;
  /** Which process ids its own is one of. */
  pids: string;
}

interface Holder {
  pid: number;
  /** Null where the system does not tell it: then the id alone counts. */
  birth: string | null;
  /** Null where the system does not tell: then it is taken for this place. */
  place: Place | null;
}

/** Linux: a container has process ids of its own, and a machine another boot. */
async function thisPlace(): Promise<Place | null> {
  const [pids, boot] = [await readlink('/proc/self/ns/pid').catch(() => ''), await bootId()];
  return pids === '' || boot === '' ? null : { host: hostname(), pids: `${boot} ${pids}` };
}

const fileName = (number: number): string => `hub-${number}.lock`;
const numberOf = (name: string): number => Number(/^hub-(\d+)\.lock$/.exec(name)?.[1] ?? 0);
const DRAFT = 'hub-lock.';

/**
 * @param folder an existing one, on a file system of this machine
 * @throws FolderLockedError naming the living holder, which may be this very process; FolderHeldElsewhereError when
 * nobody here can tell whether its holder lives
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const mine: Holder = {
    pid: process.pid,
    birth: (await birthMark(process.pid)) ?? null,
    place: await thisPlace(),
  };
  // Linked, not written, into its place: a lock is there whole or not at all.
  const draft = join(folder, `${DRAFT}${randomUUID()}`);
  await writeFile(draft, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
  try {
    for (;;) {
      const highest = await highestNumber(folder);
      if (highest >= Number.MAX_SAFE_INTEGER) {
        throw new Error(`No hub gives a lock as high a number as ${folder} has one with: remove that file.`);
      }
      if (highest > 0) await refuseLiving(join(folder, fileName(highest)), mine.place);
      const number = highest + 1;
      const path = join(folder, fileName(number));
      if (!(await linkNew(draft, path))) continue;
      // Others may have gone on to higher numbers, and cleared this one away, since we looked.
      if ((await highestNumber(folder)) === number) {
        await removeLower(folder, number);
        await removeDrafts(folder, mine.place);
        return { release: () => release(path) };
      }
      await rm(path, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function highestNumber(folder: string): Promise<number> {
  return Math.max(0, ...(await readdir(folder)).map(numberOf));
}

async function refuseLiving(path: string, here: Place | null): Promise<void> {
  const holder = await readHolder(path);
  if (holder === undefined) return;
  if (isElsewhere(holder, here)) throw new FolderHeldElsewhereError(holder.place.host, path);
  if (await lives(holder)) throw new FolderLockedError(holder.pid);
}

/** This machine before its last start is no other place: whatever ran then has ended. */
function isElsewhere(holder: Holder, here: Place | null): holder is Holder & { place: Place } {
  if (holder.place === null || here === null || holder.place.pids === here.pids) return false;
  const bootOf = ({ pids }: Place): string => pids.split(' ')[0] ?? '';
  return bootOf(holder.place) === bootOf(here) || holder.place.host !== here.host;
}

/** @returns undefined for a lock that was released, that is gone, or that holds anything else than a holder */
async function readHolder(path: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // Whoever must not read it does not know whose it is.
    if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  try {
    const { pid, birth, place } = JSON.parse(text) as Partial<Holder>;
    if (typeof pid !== 'number' || pid <= 0) return undefined;
    return { pid, birth: birth ?? null, place: place ?? null };
  } catch {
    return undefined;
  }
}

async function lives({ pid, birth }: Holder): Promise<boolean> {
  return birth === null ? isAlive(pid) : (await birthMark(pid)) === birth;
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeLower(folder: string, than: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const number = numberOf(name);
    // Somebody's folder of such a name is in nobody's way.
    if (number > 0 && number < than) await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

/** Those of takers that were killed. One without a holder may be about to be written. */
async function removeDrafts(folder: string, here: Place | null): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(DRAFT)) continue;
    const path = join(folder, name);
    const holder = await readHolder(path).catch(() => undefined);
    if (holder === undefined || isElsewhere(holder, here) || (await lives(holder))) continue;
    await rm(path, { force: true }).catch(() => undefined);
  }
}

/** The folder may be gone by now: demonstrations and tests remove theirs. */
async function release(path: string): Promise<void> {
  await unlessMissing(truncate(path));
}
