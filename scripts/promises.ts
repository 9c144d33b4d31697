import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { everyPromise } from '../test/acceptance/promises/all';
import type { PromiseLine } from '../test/acceptance/promises/catalogue';

/**
 * `npm run promises`: runs the acceptance tests and prints a line for each promise, `ID class pass|fail|needs-console`,
 * then how many there are of each class. `--results <file>`, which may stand several times, reads finished runs instead
 * (`npm run test:rest -- --json --outputFile=<file>`). Exits with 1 when a promise is not kept, or was not put to the test.
 */

type Verdict = 'pass' | 'fail' | 'needs-console';

interface TestRun {
  testResults: { assertionResults: { title: string; status: string }[] }[];
}

function runTests(): TestRun {
  const folder = mkdtempSync(join(tmpdir(), 'fulcrum-promises-'));
  try {
    const file = join(folder, 'results.json');
    const jest = require.resolve('jest/bin/jest');
    const args = [jest, '--testPathPatterns', 'test/acceptance/', '--json', `--outputFile=${file}`];
    // What Jest says while it runs goes to stderr; its JSON would go to stdout otherwise.
    spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(file, 'utf8')) as TestRun;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readRuns(files: readonly string[]): TestRun {
  const runs = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as TestRun);
  return { testResults: runs.flatMap(({ testResults }) => testResults) };
}

/** A promise is kept when the one test of its name passed: none, a skipped one and a second one are failures. */
function verdictOf(id: string, line: PromiseLine, run: TestRun): Verdict {
  if (line.needsConsole !== undefined) return 'needs-console';
  const tests = run.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title }) => title.startsWith(`${id} `));
  return tests.length === 1 && tests[0]?.status === 'passed' ? 'pass' : 'fail';
}

function count(
  verdicts: readonly { line: PromiseLine; verdict: Verdict }[],
  of: PromiseLine['class'],
): string {
  const mine = verdicts.filter(({ line }) => line.class === of);
  const each = (wanted: Verdict) => `${mine.filter(({ verdict }) => verdict === wanted).length} ${wanted}`;
  return `${of}: ${mine.length} (${each('pass')}, ${each('fail')}, ${each('needs-console')})`;
}

const { values } = parseArgs({ options: { results: { type: 'string', multiple: true } } });
const run = values.results === undefined ? runTests() : readRuns(values.results);
const verdicts = Object.entries(everyPromise).map(([id, line]) => ({
  id,
  line,
  verdict: verdictOf(id, line, run),
}));
for (const { id, line, verdict } of verdicts) console.log(`${id} ${line.class} ${verdict}`);
console.log(`\n${verdicts.length} promises`);
for (const each of ['H', 'S', 'P'] as const) console.log(count(verdicts, each));
process.exitCode = verdicts.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
