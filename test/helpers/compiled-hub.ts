import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformFileSync } from '@swc/core';

const root = join(__dirname, '../..');
/** Inside the repository, so that packages are found, and where nothing is tracked. */
const shelf = join(root, '.fulcrum');
const folders = ['activities', 'api', 'db', 'domain', 'lever', 'platform', 'vendors', 'workers', 'workflows'];

/** The hub in plain JavaScript, as it is deployed. */
export interface CompiledHub {
  /** Holds `api/main.js` and `workers/main.js`. */
  folder: string;
  remove(): void;
}

/**
 * Compiles it: a process that is started again and again would otherwise spend most of its start on TypeScript.
 * @param from where the sources lie; default: the repository as it is
 */
export function compileHub(from = root): CompiledHub {
  mkdirSync(shelf, { recursive: true });
  const folder = mkdtempSync(join(shelf, 'compiled-'));
  for (const name of folders) {
    for (const file of readdirSync(join(from, name), { recursive: true, encoding: 'utf8' })) {
      if (/\.tsx?$/.test(file)) compile(join(name, file), from, folder);
    }
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function compile(file: string, from: string, folder: string): void {
  const { code } = transformFileSync(join(from, file), {
    swcrc: false,
    jsc: {
      parser: { syntax: 'typescript', tsx: file.endsWith('.tsx') },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
      target: 'es2022',
    },
    module: { type: 'commonjs' },
  });
  const target = join(folder, file.replace(/\.tsx?$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, code);
}
