import { dirname, posix } from 'node:path';
import { everyFile, textOf } from './every-file';

/** All imports of the repository's code, read from its text. */

export const sources = everyFile.filter((path) => /\.(?:[cm]?[jt]s|tsx)$/.test(path));

/** One import, export or call that brings in another file or a package. */
export interface Import {
  from: string;
  /** As written: `../domain/errors`, `node:fs`, `zod`. */
  what: string;
  /** The path from the root for a relative import, else what is written. */
  target: string;
  typeOnly: boolean;
}

const statement = /^[ \t]*(?:import|export)(?:\s+(type)\b)?(?:[^'";]*\sfrom)?\s*['"]([^'"\n]+)['"]/gm;
const call = /\b(?:import|require|require\.resolve)\(\s*['"]([^'"\n]+)['"]/g;

function importsOf(path: string): Import[] {
  const text = textOf(path);
  const found = [
    ...[...text.matchAll(statement)].map((match) => ({
      what: match[2] ?? '',
      typeOnly: match[1] !== undefined,
    })),
    ...[...text.matchAll(call)].map((match) => ({ what: match[1] ?? '', typeOnly: false })),
  ];
  return found.map(({ what, typeOnly }) => ({
    from: path,
    what,
    typeOnly,
    target: what.startsWith('.') ? posix.join(dirname(path), what) : what,
  }));
}

export const everyImport = sources.flatMap(importsOf);

export const isOurs = ({ what }: Import): boolean => what.startsWith('.');
