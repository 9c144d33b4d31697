import { everyFile, textOf } from '../helpers/every-file';

/** What code in production never does, and a reader of one change may overlook. Comments count as well: none needs such words. */

const production = /^(?:activities|api|db|domain|lever|platform|vendors|workers|workflows)\/.*\.tsx?$/;
const files = everyFile.filter((path) => production.test(path));

/** Every place where the expression fits, as `file: words`. */
const places = (expression: RegExp, among: readonly string[] = files): string[] =>
  among.flatMap((path) => [...textOf(path).matchAll(expression)].map(([words]) => `${path}: ${words}`));

/** Every line that the expression fits, as `file: line`. */
const lines = (expression: RegExp): string[] =>
  files.flatMap((path) =>
    textOf(path)
      .split('\n')
      .filter((line) => expression.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );

test('there is code to look at', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(places(/\bcreateHash\(/g)).not.toEqual([]);
});

test('it starts no other program', () => {
  expect(places(/child_process|\bexecSync\(|\bspawn\(/g)).toEqual([]);
});

test('it evaluates no text as code', () => {
  expect(places(/\beval\(|\bnew Function\(|node:vm\b|dangerouslySetInnerHTML|\.innerHTML\b/g)).toEqual([]);
});

/** Files that write names into a statement as they are: each of them a constant of the file's own. */
const writingRaw = ['db/application-role.ts', 'db/delivery-queue.ts', 'db/resealing.ts'];

test('it writes values into no SQL text', () => {
  const raw = files.filter((path) => /\bsql\.(?:raw|lit|literal|val)\b/.test(textOf(path)));
  expect(raw.filter((path) => !/^db\/migrations\/\d+_\w+\.ts$/.test(path))).toEqual(writingRaw);
  // A role's password is no parameter of any statement; types come from the table of sealed columns.
  expect(lines(/\bsql\.lit\b/)).toEqual([
    expect.stringMatching(/^db\/application-role\.ts: .*password \$\{sql\.lit\(password\)\}/),
  ]);
  expect(textOf('db/sealed-columns.ts')).toContain("Record<string, 'text' | 'integer' | 'bigint'>");
  expect(textOf('db/delivery-queue.ts')).toContain("\n  verdict: 'pending' | 'unmatched';\n");
  // Migrations are texts of our own from beginning to end.
  expect(lines(/\bsql\.(?:literal|val)\b/)).toEqual([]);
  const statements = lines(/\.query\(`/).filter((line) => line.includes('${'));
  expect(statements).toEqual(['db/connection-directory.ts: await client.query(`listen ${channel}`);']);
  expect(textOf('db/connection-directory.ts')).toMatch(/^const channel = '\w+';$/m);
});

test('it opens files in two places, under names of its own', () => {
  const opening = files.filter((path) => /from 'node:fs(?:\/promises)?'/.test(textOf(path)));
  expect(opening).toEqual(['platform/development-keys.ts', 'workers/bundle.ts']);
});

test('it draws from the system’s random numbers alone', () => {
  expect(places(/\bMath\.random\b/g)).toEqual([]);
});

test('it makes expressions of constants alone', () => {
  const made = lines(/\bnew RegExp\(/);
  expect(made).toEqual([
    "vendors/upwage/postings.ts: const bare = new RegExp(`^${uuid.source}$`, 'i');",
    "vendors/upwage/postings.ts: const hosted = new RegExp(`^/[^/]+/(${uuid.source})(?:/apply)?/?$`, 'i');",
  ]);
});

test('it hashes with SHA-256 and encrypts with AES-256-GCM', () => {
  const named = places(/\b(?:createHash|createHmac|hkdfSync|createCipheriv|createDecipheriv)\(\s*'[\w-]+'/g);
  expect(named.length).toBeGreaterThan(10);
  const used = new Set(named.map((place) => place.replace(/^.*?: /, '').replace(/\(\s*/, ' ')));
  expect([...used].sort()).toEqual([
    "createCipheriv 'aes-256-gcm'",
    "createDecipheriv 'aes-256-gcm'",
    "createHash 'sha256'",
    "createHmac 'sha256'",
    "hkdfSync 'sha256'",
  ]);
  // None whose algorithm is given by a variable, and nothing else of Node's.
  const calls = places(/\b(?:createHash|createHmac|hkdfSync|createCipheriv|createDecipheriv)\((?!\s*')/g);
  expect(calls).toEqual([]);
  expect(
    places(/\b(?:createSign|createVerify|scrypt|pbkdf2|publicEncrypt|privateDecrypt|webcrypto)\w*\(/g),
  ).toEqual([]);
});
