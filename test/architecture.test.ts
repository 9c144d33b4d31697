import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { registry } from '../vendors/registry';
import { everyPromise } from './acceptance/promises/all';
import { everyFile, root, textOf } from './helpers/every-file';
import { everyImport, type Import, isOurs, sources } from './helpers/imports';
import { ownLimits } from './helpers/own-limits';

/** What the decisions and lint agree on, checked against the files as they are. Each test names all offenders at once. */

interface Manifest {
  dependencies: Record<string, string>;
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

const inFolder = (path: string): string => (path.includes('/') ? (path.split('/')[0] ?? '') : '');
const within = (folder: string): Import[] => everyImport.filter(({ from }) => inFolder(from) === folder);
const told = (imports: readonly Import[]): string[] => imports.map(({ from, what }) => `${from} > ${what}`);
/** What workflows say and are called, apart from what they do. */
const isOfContract = (target: string): boolean =>
  /^workflows\/(?:names|search-attributes|[^/]+\/contract)$/.test(target);

/** The arrows that lint enforces; its configuration is an ES module, which Jest cannot load itself. */
function arrowsOfLint(): Record<string, string[]> {
  const config = pathToFileURL(join(root, 'eslint.config.mjs')).href;
  const program = `import(${JSON.stringify(config)}).then(({ folders }) => console.log(JSON.stringify(folders)))`;
  return JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })) as Record<
    string,
    string[]
  >;
}

describe('imports', () => {
  const arrows = arrowsOfLint();
  const folders = Object.keys(arrows);

  it('are found at all', () => {
    expect(told(within('workflows'))).toContain('workflows/assessment/lifecycle.ts > ../../domain/lifecycle');
    expect(within('workers').some(({ what }) => what === '../workflows')).toBe(true);
  });

  it('follow the arrows', () => {
    const wrong = everyImport.filter(
      ({ from, target }) =>
        folders.includes(inFolder(from)) &&
        folders.includes(inFolder(`${target}/`)) &&
        inFolder(from) !== inFolder(`${target}/`) &&
        !arrows[inFolder(from)]?.includes(inFolder(`${target}/`)),
    );
    expect(told(wrong)).toEqual([]);
  });

  it('of what runs in production never reach into tests, programs or benchmarks', () => {
    const outside = ['test', 'scripts', 'bench', 'simulators'];
    const wrong = everyImport.filter(
      ({ from, target }) =>
        folders.includes(inFolder(from)) &&
        inFolder(from) !== 'simulators' &&
        outside.includes(inFolder(`${target}/`)),
    );
    expect(told(wrong)).toEqual([]);
  });

  it('of the domain are its own and zod', () => {
    expect(told(within('domain').filter((one) => !isOurs(one) && one.what !== 'zod'))).toEqual([]);
  });

  it('of platform know of the business only how errors, durations and ids are written, and what is unsealed', () => {
    const known = ['domain/errors', 'domain/durations', 'domain/ids', 'domain/unsealed'];
    const wrong = within('platform').filter(
      ({ target }) => inFolder(target) === 'domain' && !known.includes(target),
    );
    expect(told(wrong)).toEqual([]);
  });

  it('of the workflows keep to what their sandbox has', () => {
    const allowed = ['@temporalio/workflow', '@temporalio/common'];
    const wrong = within('workflows').filter((one) => !isOurs(one) && !allowed.includes(one.what));
    const valuesOfActivities = within('workflows').filter(
      ({ target, typeOnly }) => inFolder(target) === 'activities' && !typeOnly,
    );
    expect(told([...wrong, ...valuesOfActivities])).toEqual([]);
  });

  it('of api know workflows by their contracts and activities by their types', () => {
    const wrong = within('api').filter(
      ({ target, typeOnly }) =>
        (inFolder(`${target}/`) === 'workflows' && !isOfContract(target)) ||
        (inFolder(target) === 'activities' && !typeOnly),
    );
    expect(told(wrong)).toEqual([]);
  });

  it('write SQL in db only', () => {
    const wrong = everyImport.filter(
      ({ from, what }) =>
        ['kysely', 'pg'].includes(what) && folders.includes(inFolder(from)) && inFolder(from) !== 'db',
    );
    expect(told(wrong)).toEqual([]);
  });

  it('are of packages that the project itself asks for', () => {
    const asked = Object.keys(manifest.dependencies);
    const nameOf = (what: string): string =>
      what
        .split('/')
        .slice(0, what.startsWith('@') ? 2 : 1)
        .join('/');
    const wrong = everyImport.filter(
      (one) =>
        folders.includes(inFolder(one.from)) &&
        !isOurs(one) &&
        !one.what.startsWith('node:') &&
        !asked.includes(nameOf(one.what)),
    );
    expect(told(wrong)).toEqual([]);
  });

  it('run in no circle of folders', () => {
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (arrows[from] ?? []).some((next) => {
        if (next === to) return true;
        if (seen.has(next)) return false;
        return reaches(next, to, seen.add(next));
      });
    expect(folders.filter((folder) => reaches(folder, folder))).toEqual([]);
  });
});

describe('files', () => {
  it('read the environment only where it is handed on, and in programs', () => {
    const program = /^(?:scripts|test|bench|simulators)\/|^(?:api|workers)\/main\.ts$|^platform\/config\.ts$/;
    const reading = sources.filter((path) => /\bprocess\s*\.\s*env\b|\bprocess\[/.test(textOf(path)));
    expect(reading.filter((path) => !program.test(path))).toEqual([]);
  });

  it('lie in folders that say what they are about', () => {
    const vague = everyFile.filter((path) =>
      dirname(path)
        .split('/')
        .some((folder) => ['src', 'utils', 'util', 'common'].includes(folder)),
    );
    expect(vague).toEqual([]);
  });

  it('are no barrels but the one entry of the workflow bundle', () => {
    expect(sources.filter((path) => /^index\.\w+$/.test(basename(path)))).toEqual(['workflows/index.ts']);
    expect(sources.filter((path) => /^export \*/m.test(textOf(path)))).toEqual([]);
  });

  it('bundle the workflows from that one entry', () => {
    const bundling = sources.filter((path) => /\bworkflowsPath\s*[:=]/.test(textOf(path)));
    // Benchmarks and tests bring workflows of their own.
    expect(bundling.filter((path) => !['test', 'bench'].includes(inFolder(path)))).toEqual([
      'workers/bundle.ts',
    ]);
    const past = within('workers').filter(
      ({ target, typeOnly }) => target.startsWith('workflows/') && !isOfContract(target) && !typeOnly,
    );
    expect(told(past)).toEqual([]);
  });

  it('are short enough to be read at once', () => {
    const linesOf = (path: string): number => textOf(path).split('\n').length - 1;
    expect(sources.filter((path) => linesOf(path) > 400).map((path) => `${path}: ${linesOf(path)}`)).toEqual(
      [],
    );
  });

  it('name no path of anybody’s machine', () => {
    const folders = ['work', 'root', 'farm'].join('|');
    // Not inside a longer path or an address: there it may be anything.
    const ofMachine = new RegExp(`(?<![\\w.~}*-])/(?:${folders})/`);
    const naming = everyFile.filter((path) => ofMachine.test(textOf(path)));
    expect(naming).toEqual([]);
  });

  it('leave no test aside', () => {
    const aside =
      /\b(?:it|test|describe)(?:\.each)?\.(?:skip|only|todo|failing)\b|\b(?:xit|fit|xdescribe|fdescribe|xtest)\(/;
    const tests = sources.filter((path) => inFolder(path) === 'test');
    expect(tests.filter((path) => aside.test(textOf(path)))).toEqual([]);
  });
});

describe('what others write', () => {
  /** Each call of that name with what stands behind it, up to the end of its argument or statement. */
  function callsOf(name: string, text: string): { line: number; behind: string }[] {
    const opening = new RegExp(`\\bz\\s*\\.${name}\\(`, 'g');
    return [...text.matchAll(opening)].map(({ index, 0: call }) => {
      let [at, depth] = [index + call.length, 1];
      for (; depth > 0; at += 1)
        depth += '([{'.includes(text[at] ?? '') ? 1 : ')]}'.includes(text[at] ?? '') ? -1 : 0;
      return { line: text.slice(0, index).split('\n').length, behind: text.slice(at).replace(/\s+/g, '') };
    });
  }
  const isBounded = (behind: string): boolean => /^(?:\.min\(\d+\))?\.(?:max|length)\(/.test(behind);
  /** What an operator writes is bounded with its request, and what the hub itself says needs no bound. */
  const ours = (path: string): boolean =>
    basename(path) === 'settings.ts' || path === 'vendors/standard/messages.ts';
  const reading = sources.filter((path) => /^(?:vendors|lever|api\/ingress)\//.test(path) && !ours(path));

  it('becomes no list without an end, which would be read to its end before anything else', () => {
    const endless = [
      ...reading,
      ...sources.filter((path) => path.startsWith('scripts/new-vendor/template/')),
    ].flatMap((path) =>
      callsOf('array', textOf(path))
        .filter(({ behind }) => !isBounded(behind))
        .map(({ line }) => `${path}:${line}`),
    );
    expect(endless).toEqual([]);
    const [found] = callsOf('array', 'z.array(z.object({ a: z.array(b).max(1) })).nullish()');
    expect(isBounded(found?.behind ?? '')).toBe(false);
  });

  it('becomes an object of any names in one place, which counts them first', () => {
    const free = /\bz\s*\.(?:record|map|set|partialRecord|looseRecord)\(|\.array\(\)/;
    expect(reading.filter((path) => free.test(textOf(path)))).toEqual(['vendors/lenient.ts']);
  });
});

describe('vendors', () => {
  it('are all in the registry', () => {
    const folders = readdirSync(join(root, 'vendors'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.sort()).toEqual(Object.keys(registry).sort());
  });

  it('know nothing of each other', () => {
    const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/');
    const wrong = within('vendors').filter(
      ({ from, target }) =>
        from.split('/').length > 2 &&
        target.startsWith('vendors/') &&
        target.split('/').length > 2 &&
        folderOf(target) !== folderOf(from),
    );
    expect(told(wrong)).toEqual([]);
  });
});

describe('dependencies', () => {
  it('are few', () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(24);
  });

  it('have one version of Temporal, and an exact one', () => {
    const versions = Object.entries(manifest.dependencies)
      .filter(([name]) => name.startsWith('@temporalio/'))
      .map(([, version]) => version);
    expect(new Set(versions).size).toBe(1);
    expect(versions[0]).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('share one protobufjs, without which no committed history can be replayed', () => {
    const scope = join(root, 'node_modules', '@temporalio');
    const needing = readdirSync(scope)
      .map((name) => join(scope, name, 'package.json'))
      .filter((file) => {
        const { dependencies, peerDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Partial<
          Record<'dependencies' | 'peerDependencies', Record<string, string>>
        >;
        return 'protobufjs' in { ...dependencies, ...peerDependencies };
      });
    const own = join(root, 'package.json');
    const copies = [own, ...needing].map((file) => realpathSync(createRequire(file).resolve('protobufjs')));
    expect(needing.length).toBeGreaterThan(0);
    expect([...new Set(copies)]).toHaveLength(1);
  });
});

test('every promise of the vendors has one test, or says which page it waits for', () => {
  const tested = sources
    .filter((path) => path.startsWith('test/acceptance/'))
    .flatMap((path) => [...textOf(path).matchAll(/^promise\(\s*'([A-Z]+-\d+)'/gm)].map((match) => match[1]));
  const wanted = Object.entries(everyPromise).flatMap(([id, line]) =>
    line.needsConsole === undefined ? [id] : [],
  );
  expect(tested.sort()).toEqual(wanted.sort());
});

test('every place that the projects of jest.config.js name exists', () => {
  const { projects } = createRequire(__filename)('../jest.config.js') as {
    projects: { testMatch: string[] }[];
  };
  const named = projects
    .flatMap(({ testMatch }) => testMatch)
    .map((pattern) => pattern.replace('<rootDir>/', '').replace(/\/?\*\*\/\*\.test\.ts$/, ''));
  const exists = (path: string): boolean =>
    everyFile.some((file) => file === path || file.startsWith(`${path}/`));
  expect(named.filter((path) => !exists(path))).toEqual([]);
});

describe('a time limit of its own, which would undo what the one limit is for,', () => {
  it.each([
    "describe('b', () => {\n  it('a', async () => {\n    await x();\n  }, 5_000);\n});",
    "test('a', () => x(), 5_000);",
    "test('a', async () => {\n  await x();\n}, 20 * 1000);",
    "it.each(cases)('a %s', (name) => x(name), limit);",
    "test.concurrent.each([\n  1,\n])('a', () => x(), 1);",
    'test.each`\n  a\n  ${1}\n`("a", () => x(), 1);',
    'beforeAll(() => start(), 60_000);',
    'afterEach(async () => {\n  await stop();\n}, 60_000);',
    'jest.setTimeout(1);',
  ])('is found: %j', (text) => {
    expect(ownLimits(text)).toHaveLength(1);
  });

  it.each([
    "test('a', () => x());",
    "it.each([1, 2, 3])('a', () => x());",
    "it.each(['a'], ['b'], ['c'])('a', () => x());",
    'const found = /a/.test(b);',
    'beforeAll(() => start(1, 2, 3));',
  ])('is not taken for one: %j', (text) => {
    expect(ownLimits(text)).toEqual([]);
  });

  it('is given to nothing but Jest, in one place', () => {
    const found = sources
      .filter((path) => inFolder(path) === 'test')
      .flatMap((path) => ownLimits(textOf(path)).map((line) => `${path}:${line}`));
    expect(found).toEqual([expect.stringMatching(/^test\/helpers\/set-up\.ts:/)]);
    const configured = new RegExp(`test${'Timeout'}`);
    expect(everyFile.filter((path) => /^jest\.|^test\//.test(path) && configured.test(textOf(path)))).toEqual(
      [],
    );
  });
});
