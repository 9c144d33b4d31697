import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NAME = 'postgres';

/** The user the database server runs as; undefined: the user the hub runs as. */
export type ServerUser = { uid: number; gid: number } | undefined;

/**
 * PostgreSQL refuses to run as root. When the hub does (containers, build machines) the server gets the system's
 * user `postgres`, which is made if missing.
 * @throws Error with the way out when that user can neither be found nor made.
 */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return undefined;
  const known = await lookUp();
  if (known) return known;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ]);
  } catch (error) {
    throw new Error(
      `PostgreSQL cannot run as root, and the user "${NAME}" could not be made: ${(error as Error).message.trim()}. ` +
        `Make that user, run the hub as another user than root, or set DATABASE_URL.`,
      { cause: error },
    );
  }
  const made = await lookUp();
  if (made) return made;
  throw new Error(`The user "${NAME}" was made but cannot be found. Run the hub as another user than root.`);
}

async function lookUp(): Promise<ServerUser> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => (await run('id', [flag, NAME])).stdout),
    );
    return { uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}

/**
 * True when that user can enter the folder, which needs the right to pass through every folder above it.
 * @throws Error when the system cannot be asked, which is neither a yes nor a no
 */
export function canEnter(folder: string, user: ServerUser): boolean {
  // Asked of the system itself: modes alone do not tell (access lists, read-only mounts, security modules).
  const { error, status, signal } = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...user,
    stdio: 'ignore',
  });
  if (error === undefined && status !== null) return status === 0;
  const reason = error?.message ?? `the shell was ended by ${signal}`;
  throw new Error(`Whether the database server can reach ${folder} could not be found out: ${reason}.`, {
    cause: error,
  });
}
