import { join } from 'node:path';
import { registry } from '../../vendors/registry';
import { advice, layDown } from './lay-down';
import { chooseNames } from './names';
import { tidy } from './tidy';

/** `npm run new-vendor -- <id> "<Label>"`: a new vendor's folder, recorded cases and line in the registry. */

const root = join(__dirname, '../..');

function main(given: readonly string[]): void {
  const [id, label, ...more] = given;
  if (id === undefined || label === undefined || more.length > 0) {
    throw new Error('Say its id and its label: npm run new-vendor -- acme "Acme Tests"');
  }
  const names = chooseNames(id, label, Object.values(registry));
  const files = layDown(root, names);
  tidy(root, files);
  console.log(advice(names));
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
