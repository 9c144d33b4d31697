import { randomUUID } from 'node:crypto';
import { link, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../temporal-cli/lock';
import { birthMark } from './processes';

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

interface Holder {
  pid: number;
  /** Null where the system does not tell it: then the id alone counts. */
  birth: string | null;
}

const fileName = (number: number): string => `hub-${number}.lock`;
const numberOf = (name: string): number => Number(/^hub-(\d+)\.lock$/.exec(name)?.[1] ?? 0);

/**
 * @param folder an existing one, on a file system of this machine
 * @throws FolderLockedError naming the living holder, which may be this very process
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const mine: Holder = { pid: process.pid, birth: (await birthMark(process.pid)) ?? null };
  // Linked, not written, into its place: a lock is there whole or not at all.
  const draft = join(folder, `hub-lock.${randomUUID()}`);
  await writeFile(draft, JSON.stringify(mine), { flag: 'wx', mode: 0o600 });
  try {
    for (;;) {
      const highest = await highestNumber(folder);
      if (highest > 0) await refuseLiving(join(folder, fileName(highest)));
      const number = highest + 1;
      const path = join(folder, fileName(number));
      if (!(await linkNew(draft, path))) continue;
      // Others may have gone on to higher numbers, and cleared this one away, since we looked.
      if ((await highestNumber(folder)) === number) {
        await removeLower(folder, number);
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

async function refuseLiving(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder !== undefined && (await lives(holder))) throw new FolderLockedError(holder.pid);
}

/** @returns undefined for a lock that was released, that is gone, or that holds anything else than a holder */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const { pid, birth } = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
    return typeof pid === 'number' && pid > 0 ? { pid, birth: birth ?? null } : undefined;
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
    if (number > 0 && number < than) await rm(join(folder, name), { force: true });
  }
}

/** The folder may be gone by now: demonstrations and tests remove theirs. */
async function release(path: string): Promise<void> {
  await truncate(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
