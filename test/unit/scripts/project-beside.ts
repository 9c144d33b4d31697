import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../../..');

/**
 * A project beside this one that has its code, but folders of its own where vendors are written. Checked is the new vendor.
 * @returns its folder, which whoever asked for it removes
 */
export function projectBeside(vendorId: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fulcrum-new-vendor-'));
  for (const shared of ['domain', 'platform', 'node_modules', 'test/helpers', 'lever', 'db']) {
    mkdirSync(dirname(join(folder, shared)), { recursive: true });
    symlinkSync(join(root, shared), join(folder, shared));
  }
  for (const growing of ['vendors', 'simulators', 'test/vendors']) {
    mkdirSync(join(folder, growing), { recursive: true });
    for (const entry of readdirSync(join(root, growing))) {
      const [from, to] = [join(root, growing, entry), join(folder, growing, entry)];
      if (entry === 'served.ts') cpSync(from, to);
      else symlinkSync(from, to);
    }
  }
  // The scenarios would have the whole hub checked once more.
  const include = [`vendors/${vendorId}`, `simulators/${vendorId}`];
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: { noEmit: true, rootDir: '/' },
    include,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  return folder;
}
