import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { Client } from 'pg';
import { type RunningProcess, runningProcesses } from '../../scripts/embedded/processes';
import { type EmbeddedRuntime, startEmbedded } from '../../scripts/embedded/runtime';
import { killIfRuns, runs } from '../helpers/other-process';
import { until } from '../helpers/until';

let folder: string;
let embedded: EmbeddedRuntime | undefined;
let said: string[];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fulcrum-embedded-')));
  said = [];
});

afterEach(async () => {
  await embedded?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(need: { postgres: boolean; temporal: boolean }): Promise<EmbeddedRuntime> {
  embedded = await startEmbedded({
    dataDir: folder,
    need,
    ports: { temporal: 0, temporalUi: 0 },
    fsync: false,
    log: () => undefined,
    say: (line) => said.push(line),
  });
  return embedded;
}

async function query(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: embedded?.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function withTemporal<T>(work: (client: TemporalClient) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: embedded?.temporalAddress ?? '' });
  try {
    return await work(new TemporalClient({ connection }));
  } finally {
    await connection.close();
  }
}

const pidOf = (part: 'postgres' | 'temporal'): number => embedded?.pids()[part] as number;

/** @returns its new process id, when it is up again */
async function crash(part: 'postgres' | 'temporal'): Promise<number> {
  const before = pidOf(part);
  process.kill(before, 'SIGKILL');
  await until(
    `${part} is up again`,
    () => pidOf(part),
    (pid) => pid !== before,
  );
  return pidOf(part);
}

test('a server that crashes is started again where it was, with its data, as often as it crashes', async () => {
  await start({ postgres: true, temporal: true });
  await query('create table kept as select 7 as seven');
  await withTemporal(({ workflow }) =>
    workflow.start('anything', { taskQueue: 'nobody', workflowId: 'kept' }),
  );
  for (let round = 0; round < 2; round += 1) {
    await Promise.all([crash('postgres'), crash('temporal')]);
    expect(await query('select seven from kept')).toEqual([{ seven: 7 }]);
    const { status } = await withTemporal(({ workflow }) => workflow.getHandle('kept').describe());
    expect(status.name).toBe('RUNNING');
  }
  const line = (what: string) => `The embedded ${what} ended by itself: starting it again on the same data.`;
  expect(said.toSorted()).toEqual([
    line('PostgreSQL'),
    line('PostgreSQL'),
    line('Temporal server'),
    line('Temporal server'),
  ]);

  const pids = [pidOf('postgres'), pidOf('temporal')];
  await embedded?.stop();
  for (const pid of pids) expect(await runs(pid)).toBe(false);
});

test('stopping while it is being started again leaves nothing running', async () => {
  const { stop } = await start({ postgres: true, temporal: false });
  const before = pidOf('postgres');
  const letGo = await holdNextStart();
  process.kill(before, 'SIGKILL');
  await until('the new one is on its way', () =>
    onFolder(({ pid, ranWith }) => pid !== before && ranWith('postgres', '-D')).then(([first]) => first),
  );
  expect(pidOf('postgres')).toBe(before);
  const stopped = stop();
  await letGo();
  await until('nothing runs on the folder', onFolder, (found) => found.length === 0);
  await stopped;
});

/** The server waits for a part of its configuration, a named pipe, until it is let go. */
async function holdNextStart(): Promise<() => Promise<void>> {
  const pipe = join(folder, 'postgres', 'more.conf');
  execFileSync('mkfifo', ['-m', '666', pipe]);
  await appendFile(join(folder, 'postgres', 'data', 'postgresql.conf'), `include '${pipe}'\n`);
  return async () => {
    const end = await open(pipe, 'w');
    // It reads its configuration twice; a second time from a pipe it would wait for ever.
    await writeFile(`${pipe}.empty`, '', { mode: 0o644 });
    await rename(`${pipe}.empty`, pipe);
    await end.close();
  };
}

async function onFolder(which: (one: RunningProcess) => boolean = () => true): Promise<RunningProcess[]> {
  const all = await runningProcesses();
  return all.filter((one) => one.commandLine.includes(folder) && which(one));
}

test('one that cannot be started again is a fault that names the reason', async () => {
  const { failed, databaseUrl } = await start({ postgres: true, temporal: false });
  const port = Number(new URL(databaseUrl as string).port);
  process.kill(pidOf('postgres'), 'SIGKILL');
  const other = createServer((socket) => socket.destroy());
  try {
    await until('somebody else has its port', () => listens(other, port), Boolean);
    await expect(failed).rejects.toThrow(`Port ${port} for the embedded PostgreSQL is already in use`);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

const listens = (server: ReturnType<typeof createServer>, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });

test('a part that cannot be started is told without waiting for what the other one would need first', async () => {
  await mkdir(join(folder, 'postgres', 'data'), { recursive: true });
  await writeFile(join(folder, 'postgres', 'data', 'somebody’s'), '');
  // Asked for its version, it does not come to an end.
  const cli = join(folder, 'temporal-cli');
  await writeFile(cli, `#!${process.execPath}\nsetInterval(() => {}, 1000);\n`, { mode: 0o755 });
  const before = process.env['TEMPORAL_CLI'];
  process.env['TEMPORAL_CLI'] = cli;
  try {
    await expect(start({ postgres: true, temporal: true })).rejects.toThrow('holds files but no database');
    expect(await onFolder()).toHaveLength(1);
  } finally {
    if (before === undefined) delete process.env['TEMPORAL_CLI'];
    else process.env['TEMPORAL_CLI'] = before;
    for (const { pid } of await onFolder()) killIfRuns(pid);
  }
});
