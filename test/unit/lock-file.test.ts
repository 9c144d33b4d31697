import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  integrity?: string;
  resolved?: string;
  link?: boolean;
}

const lock = JSON.parse(readFileSync(join(__dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, Entry>;
};
/** The first entry is this project itself. */
const entries = Object.entries(lock.packages).filter(([path]) => path !== '');

/** npm installs what has no sum without checking it, also where it is left out on the machine at hand. */
test('every package of the lock file has a sum, those of other machines included', () => {
  expect(entries.length).toBeGreaterThan(400);
  const unchecked = entries.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''));
  expect(unchecked.map(([path]) => path)).toEqual([]);
});

test('no package comes from anywhere but the registry', () => {
  const elsewhere = entries.filter(
    ([, { resolved, link }]) =>
      link === true || (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
  );
  expect(elsewhere.map(([path]) => path)).toEqual([]);
});
