import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../scripts/embedded/machine';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../scripts/embedded/postgres';

let folder: string;
const running: EmbeddedPostgres[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulcrum-postgres-test-'));
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(dataDir = folder, port = 0): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, port, database: 'hub "test"', fsync: false });
  running.push(server);
  return server;
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
  const [row] = (await query(first.url, 'show data_directory')) as { data_directory: string }[];
  await first.stop();
  await writeFile(join(row!.data_directory, 'postmaster.pid'), `${process.pid}\n`);
  expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a second server on the same folder is refused, naming the first', async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(`(process ${first.pid}) already uses`);
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
  const [row] = (await query(url, 'show data_directory')) as { data_directory: string }[];
  const password = join(dirname(row!.data_directory), 'password');
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
  const [row] = (await query(first.url, 'show data_directory')) as { data_directory: string }[];
  await first.stop();
  const second = await start(join(closed, 'data'));
  expect(await query(second.url, 'select seven from kept')).toEqual([{ seven: 7 }]);
  await second.stop();
  await rm(dirname(row!.data_directory), { recursive: true, force: true });
});
