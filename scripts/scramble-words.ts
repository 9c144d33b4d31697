import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';

/**
 * Shows that no text is state: in a copy of the repository every sentence of the modules below is replaced by random text,
 * and the tests run there. Only those that are about words, `*.words.test.ts`, may fail.
 *
 *     npm run scramble-words                     # the tests that `npm test` runs
 *     npm run scramble-words -- test/workflow    # with paths, as for Jest
 */

/** Where sentences are made from codes. */
const modules = [
  'domain/connection-reasons.ts',
  'domain/delivery-reasons.ts',
  'domain/end-reasons.ts',
  'domain/events.ts',
  'domain/sweep.ts',
];

const root = path.join(__dirname, '..');
const copy = mkdtempSync(path.join(tmpdir(), 'fulcrum-words-'));
try {
  for (const file of execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')) {
    if (file !== '') cpSync(path.join(root, file), path.join(copy, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const changed = modules.reduce((sum, module) => sum + scramble(path.join(copy, module)), 0);
  console.log(`${changed} sentences are random text now`);
  process.exitCode = judge(process.argv.slice(2));
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** A code has no blank in it; whatever has one is for people. */
function scramble(file: string): number {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const pieces: { start: number; end: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    const isText = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node);
    if (isText || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) {
      // Between the quotation marks, or between the braces of what is filled in.
      const opening = 1;
      const closing = ts.isTemplateHead(node) || ts.isTemplateMiddle(node) ? 2 : 1;
      if (/\S \S/.test(node.text) || (!isText && /\S/.test(node.text))) {
        pieces.push({ start: node.getStart() + opening, end: node.getEnd() - closing });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const scrambled = pieces.reduceRight(
    (rest, { start, end }) => rest.slice(0, start) + randomWords() + rest.slice(end),
    text,
  );
  writeFileSync(file, scrambled);
  return pieces.length;
}

function randomWords(): string {
  return ` ${randomBytes(6).toString('hex')} ${randomBytes(6).toString('hex')} `;
}

function judge(paths: readonly string[]): number {
  const results = path.join(copy, 'results.json');
  const projects = paths.length === 0 ? ['--selectProjects', 'pure', 'quick'] : paths;
  const jest = path.join('node_modules', 'jest', 'bin', 'jest.js');
  spawnSync(process.execPath, [jest, ...projects, '--json', '--outputFile', results], {
    cwd: copy,
    stdio: 'inherit',
  });
  const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as {
    testResults: { name: string; status: string }[];
  };
  const failed = testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => path.relative(copy, name));
  const wrong = failed.filter((name) => !name.endsWith('.words.test.ts'));
  console.log(
    `${testResults.length} files, ${failed.length} failed, ${wrong.length} of them are not about words`,
  );
  for (const name of wrong) console.log(`  ${name}`);
  return wrong.length === 0 ? 0 : 1;
}
