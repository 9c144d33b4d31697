import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fingerprint } from '../../../workers/bundle';
import { everyFile, root } from '../../helpers/every-file';

/** A bundle that was made of other code than this would be run by mistake. */

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'fulcrum-bundle-'));
  for (const folder of ['workflows', 'domain', 'platform/temporal']) {
    cpSync(path.join(root, folder), path.join(copy, folder), { recursive: true });
  }
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

test('the same code has the same fingerprint', () => {
  expect(fingerprint(copy)).toBe(fingerprint());
});

test.each(everyFile.filter((file) => /^(?:workflows|domain|platform\/temporal)\/.*\.ts$/.test(file)))(
  'a change of %s gives another one',
  (file) => {
    writeFileSync(path.join(copy, file), '// other code\n');
    expect(fingerprint(copy)).not.toBe(fingerprint());
  },
);
