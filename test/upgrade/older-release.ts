import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { AtEnd } from '../../scripts/assemble';

const root = join(__dirname, '../..');

/**
 * The programs of the last commit that kept its reasons as sentences, in rows and in the state of runs alike, and that had all
 * workflows in one folder: of what can be upgraded from, what is furthest from today. They are kept here, because a checkout
 * need not have the history:
 *
 *     git archive f19fb97 activities api db domain lever platform vendors workers workflows package.json tsconfig.json
 */
const kept = join(__dirname, 'release-0.1.tar.gz');
/** `FROM_COMMIT` names another one, of this clone. */
const commit = process.env['FROM_COMMIT'] ?? '';
const olderRelease = commit === '' ? 'release 0.1' : commit;

/**
 * The sources of the older release, in a folder from which the packages of today are found.
 * @throws Error that says what to do when this clone does not have the commit, or when it needs other packages
 */
export function layOut(atEnd: AtEnd): string {
  const archive = commit === '' ? gunzipSync(readFileSync(kept)) : archiveOf(commit);
  const shelf = join(root, '.fulcrum');
  mkdirSync(shelf, { recursive: true });
  const folder = mkdtempSync(join(shelf, 'older-'));
  atEnd(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const others = otherPackages(packagesIn(folder), packagesIn(root));
  if (others.length > 0) {
    throw new Error(
      `${olderRelease} ran on other packages than are installed (${others.join(', ')}): give a newer commit as FROM_COMMIT, and keep its programs as ${kept}`,
    );
  }
  return folder;
}

function archiveOf(wanted: string): Buffer {
  if (!isHere(wanted)) throw new Error(`there is no commit ${wanted} here: ${whatToDo()}`);
  return git('archive', '--format=tar', wanted);
}

/** Not as text: an archive is bytes. */
const git = (...args: string[]): Buffer =>
  execFileSync('git', args, { cwd: root, maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] });

function isHere(wanted: string): boolean {
  try {
    git('cat-file', '-e', `${wanted}^{commit}`);
    return true;
  } catch {
    return false;
  }
}

function whatToDo(): string {
  let isShallow: string;
  try {
    isShallow = git('rev-parse', '--is-shallow-repository').toString().trim();
  } catch {
    return 'this folder is no clone of the repository, and the test needs its history';
  }
  return isShallow === 'true'
    ? 'this clone is shallow, fetch the rest with `git fetch --unshallow` (in CI: clone with the whole history)'
    : 'name one that `git log` shows as FROM_COMMIT';
}

type Packages = Record<string, string>;

const packagesIn = (folder: string): Packages =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { dependencies: Packages }).dependencies;

/** Packages that came later are none of its business. */
const otherPackages = (then: Packages, now: Packages): string[] =>
  Object.keys(then).filter((name) => then[name] !== now[name]);
