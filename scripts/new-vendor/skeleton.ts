import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Names } from './names';

/** A file to be, by its path from the project's root with forward slashes. */
export interface NewFile {
  path: string;
  text: string;
}

const template = 'scripts/new-vendor/template';
const ofTemplate = (...parts: string[]): string => join(__dirname, 'template', ...parts);

/** Folders that belong to one vendor alone. */
export const ownFolders = (id: string) => ({
  code: `vendors/${id}`,
  cases: `test/contract/cases/${id}`,
  simulator: `simulators/${id}`,
});

/** Where each file of the template goes. */
function places(id: string): { from: string; to: string }[] {
  const { code, cases, simulator } = ownFolders(id);
  const all = (from: string, ending: string, to: string) =>
    readdirSync(ofTemplate(from))
      .filter((file) => file.endsWith(ending))
      .sort()
      .map((file) => ({ from: posix.join(from, file), to: `${to}/${file}` }));
  return [
    ...all('.', '.ts', code),
    ...all('cases', '.json', cases),
    ...all('simulator', '.ts', simulator),
    { from: 'scenarios/driver.ts', to: `test/vendors/${id}-driver.ts` },
    { from: 'scenarios/scenarios.ts', to: `test/vendors/${id}.test.ts` },
  ];
}

/**
 * The template in other places and under another name. It is a vendor like any other, which type check, lint and the
 * suites watch.
 */
export function skeleton(names: Names): NewFile[] {
  const moves = places(names.id);
  return moves.map(({ from, to }) => {
    // Renamed first: the new id stands in the paths of imports, and may hold a word of the template.
    const text = renamed(readFileSync(ofTemplate(from), 'utf8'), names);
    return { path: to, text: to.endsWith('.ts') ? withImports(text, from, to, moves) : text };
  });
}

/** Relative imports as they read from the new place, those of other files of the template included. */
function withImports(text: string, from: string, to: string, moves: { from: string; to: string }[]): string {
  const places = new Map(moves.map((move) => [withoutEnding(posix.join(template, move.from)), move.to]));
  return text.replace(/(?<=\bfrom ')\.[^']*(?=')/g, (what) => {
    const target = posix.join(template, posix.dirname(from), what);
    const place = withoutEnding(places.get(target) ?? target);
    const path = posix.relative(posix.dirname(to), place);
    return path.startsWith('.') ? path : `./${path}`;
  });
}

const withoutEnding = (path: string): string => path.replace(/\.ts$/, '');

/** All in one pass: the label may hold a word of the template. No import of the template does. */
function renamed(text: string, { id, label }: Names): string {
  const words: Record<string, string> = {
    'Acme Tests': label,
    ACME: id.toUpperCase(),
    Acme: `${id.charAt(0).toUpperCase()}${id.slice(1)}`,
    acme: id,
  };
  return text.replace(/Acme Tests|ACME|Acme|acme/g, (word) => words[word] ?? word);
}

const line = (id: string): string => `export { ${id} } from './${id}/definition';`;

/** `served.ts` with the new vendor's one line in its place. @throws Error when it is not the list that it was */
export function withLine(served: string, id: string): string {
  const lines = served.split('\n');
  const first = lines.findIndex((one) => one.startsWith('export {'));
  if (first < 0) throw new Error(`vendors/served.ts lists no vendor. Add by hand: ${line(id)}`);
  const after = lines.findIndex((one, index) => index >= first && (one === '' || one > line(id)));
  return lines.toSpliced(after < 0 ? lines.length : after, 0, line(id)).join('\n');
}
