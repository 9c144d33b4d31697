import { mkdtemp, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries';
import { own } from './postgres-folder';
import type { ServerUser } from './postgres-user';
import { supervise } from './supervise';
import { unlessMissing } from './unless-missing';

/** Who owns the database and everything in it. */
export const USER = 'fulcrum';
/** Whom the hub works as: it cannot change what is in the audit (decision 0042). */
export const APPLICATION_USER = 'fulcrum_app';
export const GRACE_MS = 15_000;
/** Which every initdb of a hub bears. */
export const INITDB_WORDS = ['--username', USER, '--pwfile'];
/**
 * What an initdb is at work on, under a name of its own each time: helpers of one that was killed still run for a
 * moment, and none of them may come upon the files of the next.
 */
const DRAFT = 'data.new-';
/** With pauses that grow by a tenth of a second, 20 s in all: such helpers still write while their files are removed. */
const REMOVE_ATTEMPTS = 20;

export interface Cluster {
  binaries: PostgresBinaries;
  /** Holds the whole database, the file PG_VERSION first of all, or is not there. */
  data: string;
  user: ServerUser;
  password: string;
}

/** @returns the folders in `folder` that an initdb works on, or worked on until it was killed */
export async function draftsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith(DRAFT)).map((name) => join(folder, name));
}

/** Call it when nobody works on them any more. */
export async function removeDrafts(drafts: readonly string[], log: (line: string) => void): Promise<void> {
  for (const draft of drafts) {
    await rm(draft, { recursive: true, force: true, maxRetries: REMOVE_ATTEMPTS }).catch((error: unknown) =>
      // In nobody's way; the next start tries again.
      log(`${draft} is left over and could not be removed: ${(error as Error).message}`),
    );
  }
}

/**
 * True when there is a database, false when there is nothing.
 * @throws Error with the way out when there is something else, which nobody but its owner may remove
 */
export async function isSetUp(data: string): Promise<boolean> {
  const names = (await unlessMissing(readdir(data))) ?? [];
  if (names.includes('PG_VERSION')) return true;
  if (names.length === 0) return false;
  throw new Error(
    `${data} holds files but no database: its PG_VERSION is missing. ` +
      `Bring it back, move the files away, or set DATA_DIR to another folder.`,
  );
}

/**
 * Makes the empty database. PG_VERSION is among the first files that initdb writes, so what it is at work on is no
 * database yet, and comes to its place only when it is done.
 * @param folder the one that `data` lies in
 */
export async function setUp(
  cluster: Cluster,
  folder: string,
  passwordPath: string,
  log: (line: string) => void,
): Promise<void> {
  const draft = await mkdtemp(join(folder, DRAFT));
  await own(draft, cluster.user, 0o700);
  const initdb = await supervise({
    command: cluster.binaries.initdb,
    args: [
      ...['--pgdata', draft, ...INITDB_WORDS, passwordPath],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8'],
      // The server's own locale: the same order of text on every machine, whatever locales that has.
      ...['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    ],
    ...surroundings(cluster),
    stopSignal: 'SIGTERM',
    graceMs: GRACE_MS,
    onLine: log,
  });
  const { code } = await initdb.exited;
  if (code !== 0) {
    throw new Error(
      `The embedded PostgreSQL could not be set up: ${initdb.lastLines()}\nPut that right, or set DATABASE_URL.`,
    );
  }
  await rename(draft, cluster.data);
  await writeThrough(folder);
}

/** PG… variables are meant for clients; a broken LANG would stop initdb. */
export function surroundings({ user, data }: Pick<Cluster, 'user' | 'data'>) {
  return { env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }, cwd: join(data, '..'), ...user };
}

/** What is committed from now on must not be lost with the new name of the folder that it lies in. */
async function writeThrough(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
