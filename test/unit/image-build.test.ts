import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

/** The image is built from less than the repository holds: nothing that it compiles may need what is left out. */

const root = join(__dirname, '../..');
const linesOf = (file: string): string[] =>
  readFileSync(join(root, file), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const leftOut = linesOf('.dockerignore');
const fromRoot = (file: string): string => relative(root, file).split(sep).join('/');

/** Packages are not left out: the image installs its own. */
function isInContext(file: string): boolean {
  const path = fromRoot(file);
  if (path.startsWith('node_modules/')) return true;
  return !leftOut.some((pattern) =>
    pattern.startsWith('*')
      ? !path.includes('/') && path.endsWith(pattern.slice(1))
      : path === pattern || path.startsWith(`${pattern}/`),
  );
}

const host: ts.ParseConfigFileHost = {
  ...ts.sys,
  fileExists: (file) => isInContext(file) && ts.sys.fileExists(file),
  readFile: (file) => (isInContext(file) ? ts.sys.readFile(file) : undefined),
  readDirectory: (...given) => ts.sys.readDirectory(...given).filter(isInContext),
  onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
    throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
  },
};

const project = /^RUN npx tsc -p (\S+)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1] ?? 'none';
// Packages may lie elsewhere, behind a link.
const given = { preserveSymlinks: true };
const parsed = ts.getParsedCommandLineOfConfigFile(join(root, project), given, host);
const options = parsed?.options ?? {};
const files = parsed?.fileNames ?? [];
const modules = ts.createModuleResolutionCache(root, (name) => name, options);

/** Where an import leads, as the compiler finds it in the image. */
function targetOf(name: string, from: string): string | undefined {
  const { resolvedModule } = ts.resolveModuleName(name, from, options, host, modules);
  return resolvedModule?.resolvedFileName;
}

const imports = files.flatMap((from) =>
  ts
    .preProcessFile(readFileSync(from, 'utf8'))
    .importedFiles.map(({ fileName }) => ({ from, name: fileName })),
);

test('what the image compiles finds every module that it imports', () => {
  expect(parsed?.errors).toEqual([]);
  expect(imports.length).toBeGreaterThan(1000);
  const missing = imports.filter(
    ({ name, from }) => !name.startsWith('node:') && targetOf(name, from) === undefined,
  );
  expect(missing.map(({ name, from }) => `${fromRoot(from)} > ${name}`)).toEqual([]);
});

test('it compiles what runs in production, and nothing beside it', () => {
  const compiled = files.map(fromRoot);
  const commands = ['Dockerfile', 'docker-compose.yml'].flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/['"]dist\/([\w/]+)\.js/g)].map(
      ([, name]) => `${name}.ts`,
    ),
  );
  expect(new Set(commands)).toEqual(new Set(['api/main.ts', 'workers/main.ts']));
  expect(compiled).toEqual(expect.arrayContaining(commands));
  // Rotating keys is a program of its own, started in the same image.
  expect(compiled.filter((path) => path.startsWith('scripts/') && !path.startsWith('scripts/keys/'))).toEqual(
    [],
  );
  // What it imports is compiled as well, wherever it lies.
  const imported = imports.flatMap(({ name, from }) => targetOf(name, from) ?? []).map(fromRoot);
  const folders = new Set([...compiled, ...imported].map((path) => path.split('/')[0] ?? ''));
  expect([...folders].sort()).toEqual([
    ...['activities', 'api', 'db', 'domain', 'lever', 'node_modules', 'platform', 'scripts', 'vendors'],
    ...['workers', 'workflows'],
  ]);
});

test('the image holds the compiled code and its packages, and neither the history nor anybody’s settings', () => {
  expect(leftOut).toEqual(expect.arrayContaining(['.git', '.env', '.fulcrum', 'test']));
  const stages = readFileSync(join(root, 'Dockerfile'), 'utf8').split(/^(?=FROM )/m);
  const last = stages.at(-1) ?? '';
  expect(last.match(/^(?:COPY|ADD) .*$/gm)).toEqual([
    'COPY --from=build /app/package.json ./',
    'COPY --from=build /app/node_modules ./node_modules',
    'COPY --from=build /app/dist ./dist',
  ]);
  expect(stages.at(-2)).toContain('RUN npm prune --omit=dev');
  expect(last).toMatch(/^ENV NODE_ENV=production$/m);
  expect(last).toMatch(/^USER node$/m);
});
