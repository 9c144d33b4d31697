import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';

/**
 * Shows that no text is state: in a copy of the repository every sentence of the modules below is replaced by random text,
 * and the tests run there. Only those that are about words, `*.words.test.ts`, may fail.
 *
 *     npm run scramble-words                     # the tests that `npm test` runs
 *     npm run scramble-words -- test/workflow    # with paths, as for Jest: of whichever project
 */

/** Where sentences are made of reasons, limits and endings. What only words a fault of its own is not among them. */
const modules = [
  'activities/access.ts',
  'activities/planning.ts',
  'activities/refusals.ts',
  'domain/connection-reasons.ts',
  'domain/delivery-reasons.ts',
  'domain/end-reasons.ts',
  'domain/events.ts',
  'domain/impairment.ts',
  'domain/moves.ts',
  'domain/event-position.ts',
  'domain/reducer.ts',
  'domain/reduction.ts',
  'domain/refused-access.ts',
  'domain/result-wait.ts',
  'domain/sweep.ts',
  'domain/amendment.ts',
];

const root = path.join(__dirname, '..');
const copy = mkdtempSync(path.join(tmpdir(), 'fulcrum-words-'));
try {
  // What is new and not committed yet as well.
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard'];
  const files = execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);
  for (const file of files.filter((name) => existsSync(path.join(root, name)))) {
    cpSync(path.join(root, file), path.join(copy, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const changed = modules.reduce((sum, module) => sum + scramble(path.join(copy, module)), 0);
  console.log(`${changed} sentences are random text now`);
  process.exitCode = judge(process.argv.slice(2));
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/**
 * A text of two words or more is for people: a code has no blank in it, and what is put together from codes no two words
 * of plain letters. What a text is a key of, and what a type says, is compared and never shown.
 */
function scramble(file: string): number {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const pieces: { start: number; end: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isPropertyAssignment(node)) return isStoredForm(node) ? undefined : visit(node.initializer);
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (isSentence(node.text)) pieces.push({ start: node.getStart() + 1, end: node.getEnd() - 1 });
    } else if (ts.isTemplateExpression(node)) {
      const parts = [node.head, ...node.templateSpans.map(({ literal }) => literal)];
      if (isSentence(parts.map(({ text: part }) => part).join('0'))) {
        for (const part of parts.filter(({ text: between }) => /\S/.test(between))) {
          // Between the quotation marks, or the braces of what is filled in.
          const closing = ts.isTemplateTail(part) ? 1 : 2;
          pieces.push({ start: part.getStart() + 1, end: part.getEnd() - closing });
        }
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const fromTheEnd = pieces.sort((one, other) => other.start - one.start);
  const scrambled = fromTheEnd.reduce(
    (rest, { start, end }) => rest.slice(0, start) + randomWords() + rest.slice(end),
    text,
  );
  writeFileSync(file, scrambled);
  return pieces.length;
}

/** A sentence that rows of an earlier release still hold: it is read, never shown. */
function isStoredForm(node: ts.PropertyAssignment): boolean {
  return ts.isIdentifier(node.name) && node.name.text === 'former';
}

function isSentence(text: string): boolean {
  return /(?:^|\s)[A-Za-z]+\s+[A-Za-z]+(?:\s|[,.:;!?]|$)/.test(text);
}

function randomWords(): string {
  return ` ${randomBytes(6).toString('hex')} ${randomBytes(6).toString('hex')} `;
}

function judge(paths: readonly string[]): number {
  const results = path.join(copy, 'results.json');
  const projects = paths.length === 0 ? ['--selectProjects', 'pure', 'quick'] : paths;
  const jest = path.join('node_modules', 'jest', 'bin', 'jest.js');
  // Before the paths: behind a `--` everything would be one.
  spawnSync(process.execPath, [jest, '--json', '--outputFile', results, ...projects], {
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
