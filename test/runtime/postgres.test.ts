import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../scripts/embedded/machine';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../scripts/embedded/postgres';
import { runningProcesses } from '../../scripts/embedded/processes';
import { killAllBut } from '../helpers/left-behind';
import { type OtherProcess, runElsewhere, runs } from '../helpers/other-process';
import { until } from '../helpers/until';

let folder: string;
const running: EmbeddedPostgres[] = [];
let said: string[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fulcrum-postgres-test-')));
  said = [];
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
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

test('a first start that is killed while it sets up the data is begun anew', async () => {
  const { hub, setup } = await settingUpElsewhere();
  await killAllBut(setup, hub);
  expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await runs(setup)).toBe(false);
});

/** Another process that is in the middle of its first start. */
async function settingUpElsewhere(): Promise<{ hub: OtherProcess; setup: number }> {
  const options = { dataDir: folder, database: 'hub', fsync: false };
  const hub = await runElsewhere(`
    console.log('starting');
    await load('scripts/embedded/postgres.ts').startEmbeddedPostgres(${JSON.stringify(options)});
  `);
  const setup = await until('initdb runs', async () => {
    const all = await runningProcesses();
    const isOfHub = (parent: number) => all.some((each) => each.pid === parent && each.parent === hub.pid);
    return all.find(({ parent, ranWith }) => ranWith('initdb', '--pgdata') && isOfHub(parent));
  });
  return { hub, setup: setup.pid };
}

test('a second server on the same folder is refused, naming the hub that has the first', async () => {
  const first = await start();
  await rm(join(await dataOf(first.url), 'postmaster.pid'));
  await expect(start()).rejects.toThrow(
    `The PostgreSQL server of a running hub (process ${process.pid}) already uses ${folder}`,
  );
  expect(await query(first.url, 'select 1 as one')).toEqual([{ one: 1 }]);
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

test('a folder below one that is closed to other users works as well', async () => {
  // As with a checkout under /root: matters when the tests run as root, holds for everybody.
  const closed = join(folder, 'closed');
  await mkdir(closed);
  await chmod(closed, 0o700);
  const first = await start(join(closed, 'data'));
  await query(first.url, 'create table kept as select 7 as seven');
  const data = await dataOf(first.url);
  await first.stop();
  const second = await start(join(closed, 'data'));
  expect(await query(second.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  await second.stop();
  await rm(dirname(data), { recursive: true, force: true });
});
