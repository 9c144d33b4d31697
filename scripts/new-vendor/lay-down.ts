import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Names } from './names';
import { ownFolders, skeleton, withLine } from './skeleton';

const servedFile = 'vendors/served.ts';

/**
 * Writes a new vendor's files and its line in the registry. Gives their paths, the registry's last.
 * @param root of the project
 * @throws Error, before anything is written, naming what is in the way
 */
export function layDown(root: string, names: Names): string[] {
  const files = skeleton(names);
  const paths = files.map(({ path }) => path);
  const inTheWay = [...Object.values(ownFolders(names.id)), ...paths].find((path) =>
    existsSync(join(root, path)),
  );
  if (inTheWay !== undefined) {
    throw new Error(
      `${inTheWay} is there already, and nothing is overwritten. Move it away, or choose another id.`,
    );
  }
  const served = withLine(readFileSync(join(root, servedFile), 'utf8'), names.id);
  for (const { path, text } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { flag: 'wx' });
  }
  writeFileSync(join(root, servedFile), served);
  return [...paths, servedFile];
}

/** What there is now and what to do next, for whoever ran it. */
export function advice({ id, label }: Names): string {
  const { code, cases, simulator } = ownFolders(id);
  return `${label} is laid down, with an invented API until you write down the real one:

  ${servedFile}: its one line in the registry
  ${code}/: its code
  ${cases}/: a recorded case of everything it does
  ${simulator}/: the vendor, simulated
  test/vendors/${id}.test.ts: scenarios of the whole hub with that simulator

docs/add-a-vendor.md leads on from here. Its contract is checked by this, which asks first for \`help\` in
${code}/definition.ts, the page that tells customers how to set it up:

  npx jest --testPathPatterns test/contract -t ${id}`;
}
