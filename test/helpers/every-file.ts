import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The files of the project, for tests of what holds for all of them. */

export const root = join(__dirname, '../..');

/** What Git does not keep: generated, installed, private. */
const untracked = readFileSync(join(root, '.gitignore'), 'utf8')
  .split('\n')
  .map((line) => line.trim().replace(/\/$/, ''))
  .filter(Boolean);
const isUntracked = (name: string): boolean =>
  name === '.git' ||
  untracked.some((pattern) => (pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern));

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !isUntracked(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() ? [relative(root, path).split(sep).join('/')] : [];
    });
}

/** As paths from the root with forward slashes. */
export const everyFile = filesUnder(root);

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
