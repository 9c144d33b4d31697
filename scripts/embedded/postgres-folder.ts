import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { type ServerUser, canEnter } from './postgres-user';

/** For data that must survive a restart of the machine, which the temporary folder need not. */
const SYSTEM_DATA = '/var/lib/fulcrum';
const GROUP_MAY_ENTER = 0o010;

/**
 * The folder for everything of the embedded server (data, password, copied executables), owned by its user, closed
 * to everybody else. It is `<dataDir>/postgres`, unless the server's user cannot get there, as with a checkout
 * under /root: then it lies elsewhere and the file `<dataDir>/postgres-folder` says where. Whoever removes
 * `dataDir` therefore always starts with an empty database.
 * @throws Error with the way out when no folder can be had that this user can enter.
 */
export async function postgresFolder(
  dataDir: string,
  user: ServerUser,
  log: (line: string) => void,
): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  if (user) await letGroupEnter(dataDir, user.gid);
  const inside = join(dataDir, 'postgres');
  await mkdir(inside, { recursive: true });
  await own(inside, user, 0o700);
  if (canEnter(inside, user)) return inside;

  await rm(inside, { recursive: true, force: true });
  const note = join(dataDir, 'postgres-folder');
  const noted = await readFile(note, 'utf8').catch(() => undefined);
  if (noted !== undefined && canEnter(noted, user)) return noted;
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

async function own(path: string, user: ServerUser, mode: number): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
  await chmod(path, mode);
}

/** The password of this server, made at its first start. The file is also what initdb reads it from. */
export async function passwordFile(
  folder: string,
  user: ServerUser,
): Promise<{ path: string; password: string }> {
  const path = join(folder, 'password');
  try {
    return { path, password: await readFile(path, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(path, password, { mode: 0o600, flag: 'wx' });
  await own(path, user, 0o600);
  return { path, password };
}

/** True when the data folder holds a finished database cluster. */
export async function isInitialised(data: string): Promise<boolean> {
  return stat(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/**
 * Removes the lock file that a killed server leaves behind; call it when none runs on this folder. PostgreSQL removes
 * it by itself if no process has the id in it, but believes any process of its own user with that id to be a server.
 */
export async function clearStaleLock(data: string): Promise<void> {
  await rm(join(data, 'postmaster.pid'), { force: true });
}
