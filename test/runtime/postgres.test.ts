import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../scripts/embedded/machine';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../scripts/embedded/postgres';
import { postgresBinaries } from '../../scripts/embedded/postgres-binaries';
import { canEnter, serverUser } from '../../scripts/embedded/postgres-user';
import { runningProcesses, tellsWhatIsOpen } from '../../scripts/embedded/processes';
import { killAllBut } from '../helpers/left-behind';
import { killIfRuns, type OtherProcess, runElsewhere, runs } from '../helpers/other-process';
import { until } from '../helpers/until';

let folder: string;
const running: EmbeddedPostgres[] = [];
const byHand: ChildProcess[] = [];
let said: string[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fulcrum-postgres-test-')));
  said = [];
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  for (const child of byHand.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGQUIT');
    await once(child, 'exit');
  }
  // What a test that failed left behind.
  for (const pid of await runningOnFolder()) killIfRuns(pid);
  await rm(folder, { recursive: true, force: true });
});

async function start(dataDir = folder, port = 0): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    dataDir,
    port,
    database: 'hub "test"',
    fsync: false,
    say: (line) => said.push(line),
  });
  running.push(server);
  return server;
}

/** Another process, the hub, starts it. */
async function startElsewhere(): Promise<{ hub: OtherProcess; pid: number; url: string }> {
  const options = { dataDir: folder, database: 'hub "test"', fsync: false };
  const hub = await runElsewhere(`
    const { startEmbeddedPostgres } = load('scripts/embedded/postgres.ts');
    const { pid, url } = await startEmbeddedPostgres(${JSON.stringify(options)});
    console.log(JSON.stringify({ pid, url }));
  `);
  return { hub, ...(JSON.parse(hub.line) as { pid: number; url: string }) };
}

async function dataOf(url: string): Promise<string> {
  const [row] = (await query(url, 'show data_directory')) as { data_directory: string }[];
  return row!.data_directory;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

test('what was committed is there after kill -9 and a restart on the same port', async () => {
  const first = await start();
  await query(first.url, 'create table kept (word text)');
  await query(first.url, `insert into kept values ('fulcrum')`);
  await first.kill();

  const second = await start(folder, Number(new URL(first.url).port));
  expect(await query(second.url, 'select word from kept')).toEqual([{ word: 'fulcrum' }]);
});

test('the lock of a killed server whose process id another program has by now does not stop it', async () => {
  const first = await start();
  const data = await dataOf(first.url);
  await first.stop();
  await writeFile(join(data, 'postmaster.pid'), `${process.pid}\n`);
  expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.each(['whole', 'garbage', 'missing'])(
  'one left behind by a hub that was killed together with its supervisor is ended, its data is kept (its lock file is %s)',
  async (lock) => {
    const { hub, pid, url } = await startElsewhere();
    await query(url, 'create table kept as select 7 as seven');
    const lockFile = join(await dataOf(url), 'postmaster.pid');
    await killAllBut(pid, hub);
    if (lock === 'garbage') await writeFile(lockFile, 'not a number\n');
    if (lock === 'missing') await rm(lockFile);
    expect(await runs(pid)).toBe(true);
    expect(await query((await start()).url, 'select seven from kept')).toEqual([{ seven: 7 }]);
    expect(await runs(pid)).toBe(false);
    expect(said).toEqual([expect.stringContaining(`PostgreSQL server (process ${pid}) was left behind`)]);
  },
);

test('one whose hub alone was killed is waited for', async () => {
  const { hub, pid, url } = await startElsewhere();
  await query(url, 'create table kept as select 7 as seven');
  await hub.kill();
  expect(await query((await start()).url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  expect(await runs(pid)).toBe(false);
});

test.each(['SIGCONT', 'SIGKILL'] as const)(
  'a first start that is killed while it sets up the data is begun anew (initdb is sent %s)',
  async (signal) => {
    const { hub, setup } = await settingUpElsewhere();
    await killAllBut(setup, hub);
    process.kill(setup, signal);
    const { url } = await start();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(await runs(setup)).toBe(false);
    const besides = await readdir(dirname(await dataOf(url)));
    expect(besides.filter((name) => name.startsWith('data'))).toEqual(['data']);
  },
);

/** Another process in the middle of its first start: its initdb has written the first files, and holds still. */
async function settingUpElsewhere(): Promise<{ hub: OtherProcess; setup: number }> {
  const options = { dataDir: folder, database: 'hub', fsync: false };
  for (;;) {
    const hub = await runElsewhere(`
      console.log('starting');
      await load('scripts/embedded/postgres.ts').startEmbeddedPostgres(${JSON.stringify(options)});
    `);
    const seen = await until('initdb is at work, or done before anybody looked', async () => {
      const all = await runningProcesses();
      const ofHub = all.filter(({ parent }) =>
        all.some((each) => each.pid === parent && each.parent === hub.pid),
      );
      if (ofHub.some(({ ranWith }) => ranWith('postgres', '-D'))) return 'done';
      const initdb = ofHub.find(({ ranWith }) => ranWith('initdb', '--pgdata'));
      return initdb !== undefined && (await hasBegun()) ? initdb : undefined;
    });
    if (seen !== 'done' && (await heldStill(seen.pid))) return { hub, setup: seen.pid };
    await hub.kill();
    await until('its servers have ended', runningOnFolder, (pids) => pids.length === 0);
    await rm(join(folder, 'postgres'), { recursive: true });
  }
}

async function hasBegun(): Promise<boolean> {
  const written = await readdir(join(folder, 'postgres'), { recursive: true });
  return written.some((path) => basename(path) === 'PG_VERSION');
}

async function heldStill(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 'SIGSTOP');
  } catch {
    return false;
  }
  return runs(pid);
}

async function runningOnFolder(): Promise<number[]> {
  const all = await runningProcesses();
  return all.filter(({ commandLine }) => commandLine.includes(folder)).map(({ pid }) => pid);
}

test('data without the file that makes it a database is refused, not removed', async () => {
  const first = await start();
  await query(first.url, 'create table kept as select 7 as seven');
  const version = join(await dataOf(first.url), 'PG_VERSION');
  await first.stop();
  await rename(version, `${version}.away`);
  await expect(start()).rejects.toThrow(`${dirname(version)} holds files but no database`);
  await rename(`${version}.away`, version);
  expect(await query((await start()).url, 'select seven from kept')).toEqual([{ seven: 7 }]);
});

test('a second server on the same folder is refused, naming the hub that has the first', async () => {
  const first = await start();
  await rm(join(await dataOf(first.url), 'postmaster.pid'));
  await expect(start()).rejects.toThrow(
    `The PostgreSQL server of a running hub (process ${process.pid}) already uses ${folder}`,
  );
  expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

/** As somebody does who has a PostgreSQL of their own. @returns its process id */
async function startByHand(data: string): Promise<number> {
  const user = await serverUser();
  const { postgres } = await postgresBinaries(user, join(data, '..'));
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' };
  const args = ['-D', '.', '-p', String(await freePort()), '-c', 'unix_socket_directories='];
  const child = spawn(postgres, args, { cwd: data, env, stdio: 'ignore', ...user });
  byHand.push(child);
  await until('it runs', () => readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined));
  return child.pid as number;
}

test('a server that somebody else started on the same data is refused, and stays', async () => {
  if (!(await tellsWhatIsOpen())) return;
  const first = await start();
  const data = await dataOf(first.url);
  await first.stop();
  const pid = await startByHand(data);
  await expect(start()).rejects.toThrow(
    `A PostgreSQL server that no hub started (process ${pid}) already uses ${data}, and is not touched. Stop it,`,
  );
  expect(await runs(pid)).toBe(true);
  expect(await readFile(join(data, 'postmaster.pid'), 'utf8')).toMatch(new RegExp(`^${pid}\n`));
});

test.each(['missing', 'empty'])(
  'a database whose password is %s is refused, and left as it is',
  async (how) => {
    const first = await start();
    await query(first.url, 'create table kept as select 7 as seven');
    const password = join(dirname(await dataOf(first.url)), 'password');
    await first.stop();
    await rename(password, `${password}.away`);
    if (how === 'empty') await writeFile(password, '');
    await expect(start()).rejects.toThrow(
      /postgres\/data holds a database, but .*\/password, .* missing or empty. Bring/,
    );
    await rename(`${password}.away`, password);
    expect(await query((await start()).url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  },
);

test('a database that knows another password only is refused in its own words', async () => {
  const first = await start();
  const data = await dataOf(first.url);
  await query(first.url, `alter role fulcrum password 'another'`);
  await first.stop();
  await expect(start()).rejects.toThrow(
    `The database in ${data} does not let the hub in (password authentication failed for user "fulcrum")`,
  );
  expect(await runningOnFolder()).toEqual([]);
});

test('a port in use is refused, naming the way out', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  try {
    await expect(start(folder, port)).rejects.toThrow(
      /is already in use by another program. Set DATABASE_URL/,
    );
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test('it can be reached with its password only, which nobody else may read', async () => {
  const { url } = await start();
  const password = join(dirname(await dataOf(url)), 'password');
  expect((await stat(password)).mode & 0o777).toBe(0o600);
  expect(new URL(url).password).toBe(await readFile(password, 'utf8'));
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
});

test('a folder below one that is closed to other users works as well, also once that is opened', async () => {
  // As with a checkout under /root: matters when the tests run as root, holds for everybody.
  const closed = join(folder, 'closed');
  await chmod(folder, 0o755);
  await mkdir(closed, { mode: 0o700 });
  const first = await start(join(closed, 'data'));
  await query(first.url, 'create table kept as select 7 as seven');
  const data = await dataOf(first.url);
  await first.stop();
  for (const mode of [0o700, 0o755]) {
    await chmod(closed, mode);
    const again = await start(join(closed, 'data'));
    expect(await query(again.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
    await again.stop();
  }
  await rm(dirname(data), { recursive: true, force: true });
});

test('data in a folder that is closed later is not removed, nor left for an empty database', async () => {
  const above = join(folder, 'above');
  await mkdir(above);
  // For the server's user, whoever that is, to pass through.
  for (const each of [folder, above]) await chmod(each, 0o755);
  const first = await start(join(above, 'data'));
  await query(first.url, 'create table kept as select 7 as seven');
  await first.stop();
  await chmod(above, 0o700);
  if (process.getuid?.() === 0) {
    await expect(start(join(above, 'data'))).rejects.toThrow(
      `The embedded PostgreSQL's data lies in ${above}/data/postgres, which its user cannot reach. Let every user`,
    );
    await chmod(above, 0o755);
  }
  const second = await start(join(above, 'data'));
  expect(await query(second.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
});

test('a system that cannot start the process which asks has not said that a folder cannot be entered', () => {
  const nobody = { uid: -1, gid: -1 };
  expect(() => canEnter(folder, nobody)).toThrow(`can reach ${folder} could not be found out: `);
});
