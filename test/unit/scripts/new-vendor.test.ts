import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { layDown } from '../../../scripts/new-vendor/lay-down';
import { chooseNames } from '../../../scripts/new-vendor/names';
import { tidy } from '../../../scripts/new-vendor/tidy';
import type { AnyVendor } from '../../../vendors/define';
import { registry } from '../../../vendors/registry';
import { casesOf } from '../../contract/cases';
import { keepsContract } from '../../contract/recorded';
import { faultsOf, isSound } from '../../contract/sound';
import { projectBeside } from './project-beside';

const root = join(__dirname, '../../..');
const names = { id: 'acme2', label: 'Acme & Sons 2' };

const project = projectBeside(names.id);
const written = layDown(project, names);
const inProject = (path: string): string => join(project, path);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('a vendor that was laid down', () => {
  const { acme2 } = jest.requireActual<{ acme2: AnyVendor }>(inProject('vendors/acme2/definition.ts'));
  const cases = casesOf('acme2', inProject('test/contract/cases/acme2'));

  // Of all that is checked only the page for customers is not laid down.
  const withPage = { ...acme2, help: 'https://vendor.example/how-to-connect' };
  describe('as a definition', () => isSound(withPage, cases, inProject('vendors/acme2')));
  describe('by its recorded cases', () => keepsContract(acme2, cases));

  it('goes by its own names alone', () => {
    expect(acme2).toMatchObject(names);
    const texts = written.map((path) => readFileSync(inProject(path), 'utf8'));
    expect(texts.filter((text) => /acme(?!2)(?! & Sons 2)|Acme Tests/i.test(text))).toEqual([]);
    const template = readdirSync(join(root, 'scripts/new-vendor/template/cases'));
    expect(cases).toHaveLength(template.filter((file) => file !== '_common.json').length);
  });

  it('is not complete before it names a page for its customers', () => {
    expect(faultsOf(acme2)).toEqual([expect.stringMatching(/^help is the place-holder/)]);
    expect(faultsOf(withPage)).toEqual([]);
  });

  it('takes one folder of less than 300 lines and one line in the registry', () => {
    const linesOf = (path: string): number =>
      readFileSync(inProject(path), 'utf8').trimEnd().split('\n').length;
    const code = written.filter((path) => path.startsWith('vendors/acme2/')).map(linesOf);
    expect(code.reduce((sum, lines) => sum + lines, 0)).toBeLessThan(300);
    const before = readFileSync(join(root, 'vendors/served.ts'), 'utf8').split('\n');
    const after = readFileSync(inProject('vendors/served.ts'), 'utf8').split('\n');
    expect(after.filter((line) => !before.includes(line))).toEqual([
      "export { acme2 } from './acme2/definition';",
    ]);
    expect(after).toHaveLength(before.length + 1);
    const exported = after.filter((line) => line.startsWith('export'));
    expect(exported).toEqual([...exported].sort());
  });

  const importsOf = (path: string): string[] =>
    [...readFileSync(inProject(path), 'utf8').matchAll(/from '([^']+)'/g)].map((match) => String(match[1]));

  it('imports what vendors and simulators may', () => {
    const allowed: Record<string, RegExp> = {
      vendors: /^(?:zod|\.\/[\w-]+|\.\.\/[\w-]+|\.\.\/\.\.\/(?:domain|platform)\/[\w/-]+)$/,
      simulators: /^(?:zod|express|node:crypto|\.\/[\w-]+|\.\.\/kit\/[\w-]+)$/,
    };
    const wrong = Object.entries(allowed).flatMap(([folder, fine]) =>
      written
        .filter((path) => path.startsWith(`${folder}/acme2/`))
        .flatMap(importsOf)
        .filter((what) => !fine.test(what)),
    );
    expect(wrong).toEqual([]);
  });

  it('imports files that are there', () => {
    const lost = written
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) => importsOf(path).map((what) => [path, what] as const))
      .filter(([, what]) => what.startsWith('.'))
      .filter(([path, what]) => !existsSync(inProject(`${join(dirname(path), what)}.ts`)));
    expect(lost).toEqual([]);
  });

  it('passes the type check of the project', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect(() => execFileSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' })).not.toThrow();
  });

  it('is never written over', () => {
    const mine = inProject('vendors/acme2/wire.ts');
    writeFileSync(mine, '// mine');
    expect(() => layDown(project, names)).toThrow('vendors/acme2 is there already');
    expect(readFileSync(mine, 'utf8')).toBe('// mine');
    mkdirSync(inProject('test/contract/cases/acme3'), { recursive: true });
    expect(() => layDown(project, { ...names, id: 'acme3' })).toThrow('test/contract/cases/acme3 is there');
    expect(existsSync(inProject('vendors/acme3'))).toBe(false);
    writeFileSync(inProject('test/vendors/acme4.test.ts'), '// mine');
    expect(() => layDown(project, { ...names, id: 'acme4' })).toThrow('test/vendors/acme4.test.ts is there');
  });
});

describe('a vendor whose name comes late in the alphabet', () => {
  const late = projectBeside('zed');
  afterAll(() => rmSync(late, { recursive: true, force: true }));

  it('has its imports in order', () => {
    cpSync(join(root, 'eslint.config.mjs'), join(late, 'eslint.config.mjs'));
    const files = layDown(late, { id: 'zed', label: 'Zed' });
    const api = (): string => readFileSync(join(late, 'simulators/zed/api.ts'), 'utf8');
    expect(api()).toContain('import type { ZedEngine, Invitation }');
    tidy(
      late,
      files.filter((path) => path === 'simulators/zed/api.ts'),
    );
    expect(api()).toContain('import type { Invitation, ZedEngine }');
  });
});

describe('the names of a new vendor', () => {
  const served = Object.values(registry);

  it.each([
    ['acme', 'Acme Tests'],
    ['z9', 'Ünïcode & Co.'],
    ['hirevue', 'H'],
  ])('can be %s, %s', (id, label) => expect(chooseNames(id, label, served)).toEqual({ id, label }));

  it.each([
    ['jobma', 'Jobma 2', 'already: see vendors/jobma'],
    ['jobs', 'jobma', 'The vendor "jobma" is called Jobma already'],
    ['Acme', 'Acme', 'small letters'],
    ['a', 'Acme', 'small letters'],
    ['acme-tests', 'Acme', 'small letters'],
    ['../acme', 'Acme', 'small letters'],
    ['4acme', 'Acme', 'small letters'],
    ['class', 'Acme', 'means something else'],
    ['await', 'Acme', 'means something else'],
    ['lever', 'Acme', 'means something else'],
    ['status', 'Acme', 'means something else'],
    ['acme', '', "cannot be a vendor's label"],
    ['acme', ' Acme', "cannot be a vendor's label"],
    ['acme', "Acme's", "cannot be a vendor's label"],
    ['acme', 'A${1}', "cannot be a vendor's label"],
    ['acme', 'x'.repeat(41), "cannot be a vendor's label"],
  ])('cannot be "%s", "%s"', (id, label, why) => expect(() => chooseNames(id, label, served)).toThrow(why));

  it('leave the code of the skeleton its own', () => {
    const definition = readFileSync(join(root, 'scripts/new-vendor/template/definition.ts'), 'utf8');
    const bound = [...definition.matchAll(/^(?:import (?:\{(.*?)\}|\* as (\w+)) from|const (\w+) =)/gm)]
      .flatMap(([, list = '', all = '', constant = '']) => [...list.split(','), all, constant])
      .map((name) => name.trim())
      .filter((name) => /^[a-z][a-z0-9]+$/.test(name));
    expect(bound).toEqual(expect.arrayContaining(['callback', 'status', 'completed']));
    for (const id of bound) expect(() => chooseNames(id, 'Acme', served)).toThrow('means something else');
  });
});
