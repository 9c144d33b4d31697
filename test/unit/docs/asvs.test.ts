import ts from 'typescript';
import { everyFile, textOf } from '../../helpers/every-file';

/** docs/asvs.md claims nothing that no test protects, and leaves no requirement out. */

const page = textOf('docs/asvs.md');

interface Row {
  id: string;
  state: string;
  /** Tests of what is met, the reason of what is not. */
  why: string;
}
const rows: Row[] = page
  .split('\n')
  .filter((line) => /^\| *V\d/.test(line))
  .map((line) => {
    const [, id = '', , state = '', ...why] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { id, state, why: why.join('|').replace(/\|$/, '').trim() };
  });
const ofState = (wanted: string): Row[] => rows.filter(({ state }) => state === wanted);

/** Of each section of ASVS 5.0.0 how many requirements have level 1 or 2: they are numbered from 1 on, those of level 3 last. */
const sections = {
  ...{ 'V1.1': 2, 'V1.2': 9, 'V1.3': 11, 'V1.4': 3, 'V1.5': 2 },
  ...{ 'V2.1': 3, 'V2.2': 3, 'V2.3': 4, 'V2.4': 1 },
  ...{ 'V3.2': 2, 'V3.3': 4, 'V3.4': 6, 'V3.5': 5, 'V3.7': 2 },
  ...{ 'V4.1': 3, 'V4.2': 1, 'V4.3': 2, 'V4.4': 4 },
  ...{ 'V5.1': 1, 'V5.2': 3, 'V5.3': 2, 'V5.4': 3 },
  ...{ 'V6.1': 3, 'V6.2': 12, 'V6.3': 4, 'V6.4': 4, 'V6.5': 5, 'V6.6': 3, 'V6.8': 4 },
  ...{ 'V7.1': 3, 'V7.2': 4, 'V7.3': 2, 'V7.4': 5, 'V7.5': 2, 'V7.6': 2 },
  ...{ 'V8.1': 2, 'V8.2': 3, 'V8.3': 1, 'V8.4': 1 },
  ...{ 'V9.1': 3, 'V9.2': 4 },
  ...{ 'V10.1': 2, 'V10.2': 2, 'V10.3': 4, 'V10.4': 11, 'V10.5': 5, 'V10.6': 2, 'V10.7': 3 },
  ...{ 'V11.1': 2, 'V11.2': 3, 'V11.3': 3, 'V11.4': 4, 'V11.5': 1, 'V11.6': 1 },
  ...{ 'V12.1': 3, 'V12.2': 2, 'V12.3': 4 },
  ...{ 'V13.1': 1, 'V13.2': 5, 'V13.3': 2, 'V13.4': 5 },
  ...{ 'V14.1': 2, 'V14.2': 4, 'V14.3': 3 },
  ...{ 'V15.1': 3, 'V15.2': 3, 'V15.3': 7 },
  ...{ 'V16.1': 1, 'V16.2': 5, 'V16.3': 4, 'V16.4': 3, 'V16.5': 3 },
  ...{ 'V17.1': 1, 'V17.2': 4, 'V17.3': 2 },
};
const requirements = Object.entries(sections).flatMap(([section, count]) =>
  Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
);

const namedTests = (why: string): [file: string, title: string][] =>
  [...why.matchAll(/`(test\/[^`]+\.test\.ts)` "([^"]+)"/g)].map(([, file = '', title = '']) => [file, title]);

/** The titles that a test file gives, as they are written in it: of `test.each(…)('takes %s')` it is `takes %s`. */
function titlesOf(file: string): Set<string> {
  const titles = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:it|test|describe)\b/.test(node.expression.getText())) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.add(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true));
  return titles;
}

test('every requirement of level 1 and 2 has one row, its own or that of its section or chapter', () => {
  expect(requirements).toHaveLength(253);
  const rowsOf = (requirement: string): string[] =>
    rows.map(({ id }) => id).filter((id) => requirement === id || requirement.startsWith(`${id}.`));
  expect(requirements.filter((requirement) => rowsOf(requirement).length !== 1)).toEqual([]);
  const needless = rows.filter(
    ({ id }) => !requirements.some((requirement) => rowsOf(requirement).includes(id)),
  );
  expect(needless.map(({ id }) => id)).toEqual([]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

test('every row has one of three states; what speaks of a whole section does not apply', () => {
  const known = ['met', 'not met', 'does not apply'];
  expect(rows.filter(({ state }) => !known.includes(state))).toEqual([]);
  const ofWhole = rows.filter(({ id }) => !/^V\d+\.\d+\.\d+$/.test(id));
  expect(ofWhole.filter(({ state }) => state !== 'does not apply')).toEqual([]);
});

test('what is met names tests that exist', () => {
  const met = ofState('met');
  expect(met.length).toBeGreaterThan(50);
  expect(met.filter(({ why }) => namedTests(why).length === 0).map(({ id }) => id)).toEqual([]);
  const titles = new Map<string, Set<string>>();
  const missing = met.flatMap(({ id, why }) =>
    namedTests(why)
      .filter(([file, title]) => {
        if (!everyFile.includes(file)) return true;
        const known = titles.get(file) ?? titlesOf(file);
        titles.set(file, known);
        return !known.has(title);
      })
      .map(([file, title]) => `${id}: ${file} "${title}"`),
  );
  expect(missing).toEqual([]);
  // Every file of tests that a row mentions is followed by a title in the one form that is read here.
  const unread = met.filter(({ why }) => (why.match(/\.test\.ts/g) ?? []).length !== namedTests(why).length);
  expect(unread.map(({ id }) => id)).toEqual([]);
});

test('what is not met or does not apply says why', () => {
  const others = [...ofState('not met'), ...ofState('does not apply')];
  expect(others.filter(({ why }) => why.length < 10).map(({ id }) => id)).toEqual([]);
  // A reason for not being met that refers to another row refers to one that is there.
  const referred = others.flatMap(({ id, why }) =>
    [...why.matchAll(/\bV\d+\.\d+\.\d+/g)].map(([other]) => [id, other] as const),
  );
  const ids = new Set(rows.map(({ id }) => id));
  expect(referred.filter(([, other]) => !ids.has(other))).toEqual([]);
});

test('the titles of a test file are found however they are written', () => {
  const own = titlesOf('test/unit/docs/asvs.test.ts');
  expect(own).toContain('what is met names tests that exist');
  expect(titlesOf('test/unit/platform/seal.test.ts')).toContain('refuses %p and says why');
  expect(own).not.toContain('a title that stands nowhere but here');
});
