import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/embedded/machine';
import { runningProcesses } from '../../scripts/embedded/processes';
import { killIfRuns } from '../helpers/other-process';
import { until } from '../helpers/until';

/** How a person or a system ends what `npm` started: nothing is killed, nothing goes on, whenever the signal comes. */

const root = join(__dirname, '../..');
let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fulcrum-stop-')));
  // The user that PostgreSQL gets under root has to pass.
  await chmod(folder, 0o711);
});

afterEach(async () => {
  // Whoever was started first may be gone, and the hub not: that is what these tests are about.
  for (const child of children.splice(0)) killIfRuns(-child.pid!);
  for (const pid of await processesOf(folder)) killIfRuns(pid);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const processesOf = async (folder: string): Promise<number[]> =>
  (await runningProcesses()).filter(({ commandLine }) => commandLine.includes(folder)).map(({ pid }) => pid);

const gone = (): Promise<number[]> =>
  until(
    'none of its servers runs',
    () => processesOf(folder),
    (pids) => pids.length === 0,
  );

interface Started {
  child: ChildProcess;
  printed(): string;
  /** All that it printed has come by then. */
  untilEnded(): Promise<unknown>;
  untilPrinted(text: string): Promise<unknown>;
}

/** In a process group of its own, as a shell starts what is typed into it. */
function start(command: string, args: string[], env: Record<string, string> = {}): Started {
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let closed = false;
  child.once('close', () => (closed = true));
  let printed = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (part) => (printed += String(part)));
  return {
    child,
    printed: () => printed,
    untilEnded: () =>
      until(
        'it has ended',
        () => (closed ? null : printed),
        (left) => left === null,
      ),
    untilPrinted: (text) =>
      until(
        `it prints "${text}"`,
        () => {
          if (child.exitCode !== null && !printed.includes(text))
            throw new Error(`it ended by itself:\n${printed}`);
          return printed;
        },
        (all) => all.includes(text),
      ),
  };
}

/** Empty, and not left out: what a developer's .env says would take their place. */
const ofItsOwn = { DATABASE_URL: '', TEMPORAL_ADDRESS: '', PORT: '', PUBLIC_URL: '', METRICS_PORT: '' };
const npm = async (script: string, ...args: string[]): Promise<Started> =>
  start('npm', ['run', script, '--', ...args], {
    ...ofItsOwn,
    // Others that run at the same moment want the usual one, too.
    PORT: String(await freePort()),
    // The demo makes its folder there.
    TMPDIR: folder,
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'info',
    WORKER_LEVER_RATE: '0',
  });

test('Ctrl-C, which under npm comes twice, stops a hub in order', async () => {
  const hub = await npm('start');
  await hub.untilPrinted('Operator token (development): ');
  // What a person needs is what was printed last.
  expect(hub.printed()).toMatch(
    /(?:^|\n)Starting PostgreSQL and Temporal on the data in .*\n(.*\n)*Fulcrum is running at \S+\nTemporal Web UI: \S+\nOperator token \(development\): \S+\n$/,
  );
  expect(hub.printed()).not.toMatch(/No workflows registered/);
  process.kill(-hub.child.pid!, 'SIGINT');
  await hub.untilEnded();
  expect(hub.child.exitCode).toBe(0);
  expect(hub.printed()).toMatch(/\nStopping\. /);
  // In order: they had ended before the hub did.
  expect(await processesOf(folder)).toEqual([]);
});

test('SIGTERM to npm alone reaches a hub that is still starting, and it starts no further', async () => {
  const hub = await npm('start');
  await hub.untilPrinted('Starting PostgreSQL and Temporal');
  hub.child.kill('SIGTERM');
  await hub.untilEnded();
  expect(hub.child.exitCode).toBe(0);
  expect(hub.printed()).not.toMatch(/is running|Starting the hub/);
  await gone();
});

test('a demo that is called off leaves nothing behind, and does not pass for a whole one', async () => {
  const demo = await npm('demo', '--once', '--vendor', 'smg');
  await demo.untilPrinted('Starting PostgreSQL and Temporal');
  demo.child.kill('SIGTERM');
  await demo.untilEnded();
  expect(demo.child.exitCode).toBe(1);
  expect(demo.printed()).toMatch(/Stopped before every promise was seen to be kept\.\n$/);
  await gone();
  expect((await readdir(folder)).filter((name) => name.startsWith('fulcrum-demo-'))).toEqual([]);
});

test.each([
  ['the start', `await new Promise(() => {})`],
  ['the stop', `return { stop: () => new Promise(() => {}) }`],
])('whoever insists ends a process whose %s hangs', async (_, body) => {
  const program = start(process.execPath, [
    '--require',
    'tsx/cjs',
    '--eval',
    `let seen = 0;
     process.on('SIGTERM', () => console.log('signal ' + ++seen));
     void require('./platform/process').runUntilStopped(async () => { console.log('starting'); ${body} });
     setInterval(() => {}, 60_000);`,
  ]);
  await program.untilPrinted('starting');
  for (const signal of ['signal 1', 'signal 2']) {
    program.child.kill('SIGTERM');
    await program.untilPrinted(signal);
  }
  expect(program.child.exitCode).toBeNull();
  program.child.kill('SIGTERM');
  await program.untilEnded();
  expect(program.child.exitCode).toBe(1);
});
