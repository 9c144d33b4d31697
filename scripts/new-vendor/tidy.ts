import { execFileSync, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

/** The order of imports is a matter of layout to ESLint; whatever else it finds is for whoever writes the vendor. */
const eslint = join(dirname(require.resolve('eslint/package.json')), 'bin/eslint.js');
const prettier = require.resolve('prettier/bin/prettier.cjs');

/** Files as lint wants them: other names than the template's are longer or shorter, and come elsewhere in the alphabet. */
export function tidy(root: string, files: readonly string[]): void {
  const here = { cwd: root, stdio: 'inherit' } as const;
  const code = files.filter((file) => file.endsWith('.ts'));
  // It prints what it could not mend, which is no reason to say that the vendor was not laid down.
  spawnSync(process.execPath, [eslint, '--fix', '--fix-type', 'layout', ...code], here);
  // Last: a list of imports in another order may be broken into lines elsewhere.
  execFileSync(process.execPath, [prettier, '--log-level', 'warn', '--write', ...files], here);
}
