import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractCase } from '../../contract/cases';

/** What docs/add-a-vendor.md shows and names is what is there. */

const root = join(__dirname, '../../..');
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const template = 'scripts/new-vendor/template';
const page = textOf('docs/add-a-vendor.md');

/** `what` is the word behind the language: the file that is shown. */
const blocks = [...page.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```/gms)].map(
  ([, language = '', what = '', text = '']) => ({ language, what, text }),
);
const prose = page.replace(/^```.*?^```/gms, '');
const inBackticks = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => String(match[1]));

test('the code it shows stands in what the generator lays down', () => {
  const shown = blocks.filter(({ language, what }) => language === 'ts' && what !== '');
  expect(shown.length).toBeGreaterThan(3);
  expect(shown.filter(({ what, text }) => !textOf(`${template}/${what}`).includes(text))).toEqual([]);
});

test('the case it shows is one of those laid down', () => {
  const [shown, ...more] = blocks.filter(({ language }) => language === 'json');
  expect(more).toEqual([]);
  expect(JSON.parse(shown?.text ?? '')).toEqual(JSON.parse(textOf(`${template}/cases/${shown?.what}`)));
});

test('every field of a definition is told', () => {
  const define = textOf('vendors/define.ts');
  const shapes = ['ServedVendor', 'InvitingVendor', 'StartingVendor'];
  const definitions = shapes.map(
    (name) => new RegExp(`export interface ${name}<.*?\\n\\}\\n`, 's').exec(define)?.[0] ?? '',
  );
  const definition = definitions.join('');
  const fields = [...definition.matchAll(/^ {2}(\w+)\??:/gm)].map((match) => String(match[1]));
  expect(definitions.filter((text) => text === '')).toEqual([]);
  const requests = /\n {2}requests: Served.*?\n {2}\};/s.exec(definition)?.[0] ?? '';
  const callback = /\n {2}callback: \{.*?\n {2}\};/s.exec(definition)?.[0] ?? '';
  const inner = [...`${requests}${callback}`.matchAll(/^ {4}(\w+)\??:/gm)].map((match) => String(match[1]));
  expect(fields).toEqual(expect.arrayContaining(['id', 'acknowledge', 'plan']));
  expect(inner).toEqual(expect.arrayContaining(['invite', 'verify']));
  const names = inBackticks.flatMap((text) => text.split(/[^\w]+/));
  expect([...fields, ...inner].filter((name) => !names.includes(name))).toEqual([]);
});

test('every operation of a case is told', () => {
  expect(contractCase.shape.operation.options.filter((name) => !inBackticks.includes(name))).toEqual([]);
});

test('the files it sends to are there', () => {
  const folders = /^(?:api|docs|domain|platform|scripts|simulators|test|vendors)\/[\w./-]+$/;
  const links = [...prose.matchAll(/\]\(([\w./-]+)(?:#[\w-]+)?\)/g)].map((match) => `docs/${match[1]}`);
  const named = [...inBackticks.filter((text) => folders.test(text) && !text.includes('acme')), ...links];
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
