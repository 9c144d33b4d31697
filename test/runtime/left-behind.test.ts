import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftBehind, type ServerKind } from '../../scripts/embedded/left-behind';
import { tellsWhatIsOpen } from '../../scripts/embedded/processes';
import { supervise } from '../../scripts/embedded/supervise';
import { killAllBut } from '../helpers/left-behind';
import { killIfRuns, type OtherProcess, parentOf, runElsewhere, runs } from '../helpers/other-process';
import { until } from '../helpers/until';

/** With small servers that do as they are told; what the real ones do is in postgres.test.ts and temporal.test.ts. */

/** For a server that is to end in its own way, on a busy machine as well. */
const GRACE_MS = 30_000;
/** For one that is to be killed. */
const SHORT_GRACE_MS = 1_000;
let folder: string;
let said: string[];
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulcrum-left-behind-'));
  said = [];
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(folder, { recursive: true, force: true });
});

const kind = (graceMs = GRACE_MS): ServerKind => ({
  name: 'small server',
  uses: folder,
  traces: [{ program: 'data', args: ['--folder', folder] }],
  mayBe: ({ ranWith }) => ranWith('data'),
  marks: [['--of', 'hub']],
  stopSignal: 'SIGTERM',
  graceMs,
  wayOut: 'Do something else.',
});
const endIt = (graceMs?: number): Promise<void> => endLeftBehind(kind(graceMs), (line) => said.push(line));

/** Writes down how it ended. */
const orderly = `process.on('SIGTERM', () => {
  require('node:fs').writeFileSync(process.argv.at(-3) + '/ended', 'in order');
  process.exit();
});`;
const stubborn = `process.on('SIGTERM', () => {});`;

const commandOn = (program: string, on: string[]) => ({
  command: process.execPath,
  args: [
    '-e',
    `${program} setInterval(() => {}, 1000); console.log('up');`,
    '--',
    'data',
    ...on,
    '--of',
    'hub',
  ],
  env: {},
  stopSignal: 'SIGTERM' as const,
  graceMs: GRACE_MS,
});

interface Server {
  pid: number;
  hub: OtherProcess;
}

/** A server under a supervisor of another process, the hub. */
async function startElsewhere(program: string, on = ['--folder', folder]): Promise<Server> {
  const hub = await runElsewhere(`
    const { supervise } = load('scripts/embedded/supervise.ts');
    const server = await supervise(${JSON.stringify(commandOn(program, on))});
    const look = setInterval(() => {
      if (!server.hasGreeted()) return;
      clearInterval(look);
      console.log(server.pid);
    }, 20);
  `);
  const pid = Number(hub.line);
  ends.push(async () => {
    await hub.kill();
    killIfRuns(pid);
  });
  return { pid, hub };
}

test('where nothing runs nothing is said', async () => {
  await endIt();
  expect(said).toEqual([]);
});

test('a server without hub and supervisor is ended in its own way', async () => {
  const { pid, hub } = await startElsewhere(orderly);
  await killAllBut(pid, hub);
  expect(await runs(pid)).toBe(true);
  await endIt();
  expect(await runs(pid)).toBe(false);
  expect(await readFile(join(folder, 'ended'), 'utf8')).toBe('in order');
  expect(said).toEqual([
    `A small server (process ${pid}) was left behind by a hub that was killed: ` +
      'ending it, then starting a new one on the same data.',
  ]);
});

test('one that does not end in its own way is killed after its grace', async () => {
  const { pid, hub } = await startElsewhere(stubborn);
  await killAllBut(pid, hub);
  await endIt(SHORT_GRACE_MS);
  expect(await runs(pid)).toBe(false);
});

test('one whose hub has just died is left to its supervisor', async () => {
  const { pid, hub } = await startElsewhere(orderly);
  const supervisor = await parentOf(pid);
  process.kill(supervisor, 'SIGSTOP');
  await hub.kill();
  const ended = endIt();
  await until('it waits', () => said[0]);
  expect(await runs(pid)).toBe(true);
  process.kill(supervisor, 'SIGCONT');
  await ended;
  expect(await runs(pid)).toBe(false);
  expect(await runs(supervisor)).toBe(false);
  expect(said).toEqual([
    `The hub of this small server (process ${pid}) has just ended: waiting for it to end as well.`,
  ]);
});

test('a supervisor that does nothing of the kind is not waited for without end', async () => {
  const { pid, hub } = await startElsewhere(orderly);
  const supervisor = await parentOf(pid);
  process.kill(supervisor, 'SIGSTOP');
  await hub.kill();
  // Little patience with the supervisor, much with the server afterwards.
  const changing = kind(SHORT_GRACE_MS);
  await endLeftBehind(changing, (line) => {
    if (line.includes('was left behind')) changing.graceMs = GRACE_MS;
  });
  expect(await runs(supervisor)).toBe(false);
  expect(await runs(pid)).toBe(false);
  expect(await readFile(join(folder, 'ended'), 'utf8')).toBe('in order');
});

test('a server of a living hub is refused, naming the hub, and stays', async () => {
  const { pid, hub } = await startElsewhere(orderly);
  await expect(endIt()).rejects.toThrow(
    `The small server of a running hub (process ${hub.pid}) already uses ${folder}. Do something else.`,
  );
  expect(await runs(pid)).toBe(true);
  expect(said).toEqual([]);
});

test('what runs on another folder, or only names this one, is left alone', async () => {
  const others = [
    await startElsewhere(orderly, ['--folder', `${folder}2`]),
    await startElsewhere(orderly, ['--folder', join(folder, 'inside')]),
    await startElsewhere(orderly, ['--look-at', folder]),
    await startElsewhere(orderly, [folder]),
  ];
  for (const { pid, hub } of others) await killAllBut(pid, hub);
  await endIt();
  for (const { pid } of others) expect(await runs(pid)).toBe(true);
});

test('one that no hub started is refused, and stays', async () => {
  const child = spawn(
    process.execPath,
    ['-e', `${orderly} setInterval(() => {}, 1000);`, '--', 'data', '--folder', folder],
    {
      stdio: 'ignore',
    },
  );
  const ended = once(child, 'exit');
  ends.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await until('it runs', () => runs(child.pid as number), Boolean);
  await expect(endIt()).rejects.toThrow(
    `A small server that no hub started (process ${child.pid}) already uses ${folder}, and is not touched. Do something else.`,
  );
  expect(await runs(child.pid as number)).toBe(true);
  expect(said).toEqual([]);
});

test.each(['its folder', 'a file'] as const)(
  'one that has %s open is found after a rename, whatever it was started with',
  async (open) => {
    // Where the system does not tell, only words can be looked at.
    if (!(await tellsWhatIsOpen())) return;
    const inside = join(folder, 'inside');
    await mkdir(inside);
    await writeFile(join(inside, 'file'), '');
    const hold = open === 'a file' ? `require('node:fs').openSync('file'); process.chdir('/');` : '';
    const { pid, hub } = await startElsewhere(`process.chdir(${JSON.stringify(inside)}); ${hold}`, [
      '--folder',
      inside,
    ]);
    await killAllBut(pid, hub);
    const renamed = join(folder, 'renamed');
    await rename(inside, renamed);
    const uses = open === 'a file' ? join(renamed, 'file') : renamed;
    await endLeftBehind({ ...kind(), uses, traces: [] }, (line) => said.push(line));
    expect(await runs(pid)).toBe(false);
    expect(said).toHaveLength(1);
  },
);

test('a hub whose supervisor is killed ends the server itself', async () => {
  const server = await supervise(commandOn(orderly, ['--folder', folder]));
  ends.push(() => server.stop());
  process.kill(await parentOf(server.pid), 'SIGKILL');
  await server.exited;
  expect(server.isRunning()).toBe(false);
  expect(await runs(server.pid)).toBe(false);
});

test.each(['stop', 'kill'] as const)(
  '%s ends a server that stands still, with its supervisor and its children',
  async (how) => {
    const parent = `const child = require('node:child_process').spawn('sleep', ['1000'], { stdio: 'inherit', detached: true });
    console.log(child.pid);`;
    const command = commandOn(parent, ['--folder', folder]);
    const server = await supervise({ ...command, graceMs: SHORT_GRACE_MS });
    await until(
      'it has a child',
      () => server.lastLines(),
      (lines) => lines.includes('up'),
    );
    const all = [await parentOf(server.pid), server.pid, Number(server.lastLines().split('\n')[0])];
    for (const pid of all) process.kill(pid, 'SIGSTOP');
    await server[how]();
    for (const pid of all) expect(await runs(pid)).toBe(false);
  },
);
