import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AtEnd } from '../../scripts/assemble';

const root = join(__dirname, '../..');

/**
 * The last commit that kept its reasons as sentences, in rows and in the state of runs alike, and that had all workflows in
 * one folder: of what can be upgraded from, what is furthest from today. `FROM_COMMIT` names another one.
 */
const usual = 'f19fb976416edba947fbc89b430f192b80ac2b54';
export const olderCommit = process.env['FROM_COMMIT'] || usual;

/**
 * The sources of an older commit, in a folder from which the packages of today are found.
 * @throws Error that says what to do when this clone does not have it, or when it needs other packages
 */
export function checkOut(commit: string, atEnd: AtEnd): string {
  if (!isHere(commit)) throw new Error(`there is no commit ${commit} here: ${whatToDo()}`);
  const shelf = join(root, '.fulcrum');
  mkdirSync(shelf, { recursive: true });
  const folder = mkdtempSync(join(shelf, 'older-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const archive = git('archive', '--format=tar', commit);
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const others = otherPackages(packagesIn(folder), packagesIn(root));
  if (others.length > 0) {
    const words = `the hub of ${commit} ran on other packages than are installed (${others.join(', ')})`;
    throw new Error(
      `${words}: give a newer commit as FROM_COMMIT, and write it into ${__filename} if none is left`,
    );
  }
  return folder;
}

/** Not as text: an archive is bytes. */
const git = (...args: string[]): Buffer =>
  execFileSync('git', args, { cwd: root, maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] });

function isHere(commit: string): boolean {
  try {
    git('cat-file', '-e', `${commit}^{commit}`);
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
