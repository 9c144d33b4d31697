import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { canEnter, type ServerUser } from './postgres-user';
import { runningProcesses, tellsWhatIsOpen } from './processes';
import { unlessMissing } from './unless-missing';

/** For data that must survive a restart of the machine, which the temporary folder need not. */
const SYSTEM_DATA = '/var/lib/fulcrum';
const GROUP_MAY_ENTER = 0o010;

/**
 * The folder for everything of the embedded server (data, password, copied executables), owned by its user, closed
 * to everybody else. It is `<dataDir>/postgres`, unless the server's user cannot get there, as with a checkout
 * under /root: then it lies elsewhere and the file `<dataDir>/postgres-folder` says where. Whoever removes
 * `dataDir` therefore always starts with an empty database. A folder that holds something is never left for another
 * one, nor removed: it may be somebody's database, even where nobody can get to it now.
 * @throws Error with the way out when no folder can be had that this user can enter, or a database that no hub made lies
 * in it.
 */
export async function postgresFolder(
  dataDir: string,
  user: ServerUser,
  log: (line: string) => void,
): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  if (user) await letGroupEnter(dataDir, user.gid);
  const inside = join(dataDir, 'postgres');
  const note = join(dataDir, 'postgres-folder');
  if (!(await holdsSomething(inside))) {
    const noted = await notedIn(note);
    if (noted !== undefined) {
      if (!canEnter(noted, user)) throw unreachable(noted);
      await refuseForeign(noted);
      return noted;
    }
  }
  await refuseForeign(inside);
  await mkdir(inside, { recursive: true });
  await own(inside, user, 0o700);
  if (canEnter(inside, user)) return inside;

  if (!(await removedEmpty(inside))) throw unreachable(inside);
  const elsewhere = await folderElsewhere(dataDir);
  await own(elsewhere, user, 0o700);
  if (!canEnter(elsewhere, user)) {
    throw new Error(
      `PostgreSQL cannot run as root, and its user cannot reach ${dataDir} or ${elsewhere}. ` +
        `Set DATA_DIR to a folder that every user can reach, or set DATABASE_URL.`,
    );
  }
  await writeFile(note, elsewhere);
  log(`the database lies in ${elsewhere}, because the user "postgres" cannot reach ${dataDir}`);
  return elsewhere;
}

const passwordIn = (folder: string): string => join(folder, 'password');

/** The password comes before the database. Where it is missing nothing is changed, not even an owner. */
async function refuseForeign(folder: string): Promise<void> {
  const data = join(folder, 'data');
  if ((await unlessMissing(stat(join(data, 'PG_VERSION')))) === undefined) return;
  if (((await unlessMissing(readFile(passwordIn(folder), 'utf8'))) ?? '') !== '') return;
  throw new Error(
    `${data} holds a database, but ${passwordIn(folder)}, which the hub writes beside those that it makes, is missing or ` +
      `empty. Bring that file back, set DATABASE_URL to use a server of your own, or set DATA_DIR to another folder.`,
  );
}

/** @returns undefined when nothing is noted, or the folder is gone, as temporary ones are after a restart of the machine */
async function notedIn(note: string): Promise<string | undefined> {
  const noted = await unlessMissing(readFile(note, 'utf8'));
  if (noted === undefined || noted === '') return undefined;
  return (await unlessMissing(stat(noted))) && noted;
}

const unreachable = (folder: string): Error =>
  new Error(
    `The embedded PostgreSQL's data lies in ${folder}, which its user cannot reach. ` +
      `Let every user pass through the folders above it (chmod o+x), set DATABASE_URL, or set DATA_DIR to another folder.`,
  );

async function holdsSomething(folder: string): Promise<boolean> {
  return ((await unlessMissing(readdir(folder))) ?? []).length > 0;
}

/** @returns false when it holds something, and stays */
async function removedEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch (error) {
    // Some systems say EEXIST.
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Opens the hub's own folder to the server's group, to pass through, not to look inside. Never a folder above it. */
async function letGroupEnter(folder: string, gid: number): Promise<void> {
  const { mode, uid } = await stat(folder);
  if (uid !== process.getuid?.() || (mode & 0o001) !== 0) return;
  await chown(folder, uid, gid);
  await chmod(folder, (mode & 0o7777) | GROUP_MAY_ENTER);
}

async function folderElsewhere(dataDir: string): Promise<string> {
  // What was meant to be temporary stays temporary.
  const isTemporary = resolve(dataDir).startsWith(resolve(tmpdir()) + sep);
  if (isTemporary) return mkdtemp(join(tmpdir(), 'fulcrum-postgres-'));
  await mkdir(SYSTEM_DATA, { recursive: true });
  return mkdtemp(join(SYSTEM_DATA, 'postgres-'));
}

/** Gives something to the server's user, with these rights. */
export async function own(path: string, user: ServerUser, mode: number): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
  await chmod(path, mode);
}

/** The password of this server, made at its first start. The file is also what initdb reads it from. */
export async function passwordFile(
  folder: string,
  user: ServerUser,
): Promise<{ path: string; password: string }> {
  const path = passwordIn(folder);
  const known = await unlessMissing(readFile(path, 'utf8'));
  if (known !== undefined && known !== '') return { path, password: known };
  const password = randomBytes(24).toString('base64url');
  // There whole and readable for its user, or not at all: initdb refuses half of it at every start from then on.
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, password, { mode: 0o600, flag: 'wx' });
  await own(draft, user, 0o600);
  await rename(draft, path);
  return { path, password };
}

/**
 * Removes the lock file that a killed server leaves behind; call it when none is known to run on this folder. PostgreSQL
 * removes it by itself if no process has the id in it, but believes any process of its own user with that id to be a
 * server. Where the system does not tell which folder a process works in, it may well be one.
 */
export async function clearStaleLock(data: string): Promise<void> {
  const path = join(data, 'postmaster.pid');
  if (!(await tellsWhatIsOpen())) {
    const pid = parseInt((await unlessMissing(readFile(path, 'utf8'))) ?? '', 10);
    const holder = (await runningProcesses()).find((each) => each.pid === pid);
    if (holder?.ranWith('postgres') === true) return;
  }
  await rm(path, { force: true });
}
