import { mkdir, mkdtemp, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { freePort, type PortChoice } from '../../scripts/embedded/machine';
import { startTemporalDevServer, type TemporalDevServer } from '../../scripts/embedded/temporal';
import { locateTemporalCli } from '../../scripts/temporal-cli/locate';
import { searchAttributes } from '../../workflows/search-attributes';
import { killAllBut } from '../helpers/left-behind';
import { type OtherProcess, runElsewhere, runs } from '../helpers/other-process';

const NAMESPACE = 'hub-test';
const KEYWORD = 2;

let folder: string;
const running: TemporalDevServer[] = [];
const connections: Connection[] = [];
const others: Server[] = [];
let said: string[] = [];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fulcrum-temporal-test-')));
  said = [];
});

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await Promise.all(others.splice(0).map((other) => new Promise((resolve) => other.close(resolve))));
  await rm(folder, { recursive: true, force: true });
});

async function start(
  port: PortChoice = 0,
  uiPort: PortChoice = 0,
  dataDir = folder,
  keptPorts: number[] = [],
): Promise<TemporalDevServer> {
  const { path: cli } = await locateTemporalCli();
  const server = await startTemporalDevServer({
    cli,
    dataDir,
    port,
    uiPort,
    keptPorts,
    namespace: NAMESPACE,
    codecEndpoint: 'http://localhost:8080/codec',
    fsync: false,
    say: (line) => said.push(line),
  });
  running.push(server);
  return server;
}

/** Another process, the hub, starts it. */
async function startElsewhere(
  dataDir = folder,
): Promise<{ hub: OtherProcess; pid: number; address: string }> {
  const { path: cli } = await locateTemporalCli();
  const options = { cli, dataDir, port: 0, uiPort: 0, namespace: NAMESPACE, fsync: false };
  const hub = await runElsewhere(`
    const { startTemporalDevServer } = load('scripts/embedded/temporal.ts');
    const { pid, address } = await startTemporalDevServer(${JSON.stringify(options)});
    console.log(JSON.stringify({ pid, address }));
  `);
  return { hub, ...(JSON.parse(hub.line) as { pid: number; address: string }) };
}

async function clientOf({ address }: { address: string }): Promise<Client> {
  const connection = await Connection.connect({ address });
  connections.push(connection);
  return new Client({ connection, namespace: NAMESPACE });
}

test.each(['stop', 'kill'] as const)(
  'a run is still there after %s and a restart on the same port',
  async (end) => {
    const first = await start();
    const { workflow } = await clientOf(first);
    const { firstExecutionRunId } = await workflow.start('anything', {
      taskQueue: 'nobody',
      workflowId: 'kept',
    });
    await first[end]();

    const again = (await clientOf(await start(first.ports.port))).workflow.getHandle('kept');
    const description = await again.describe();
    expect(description.runId).toBe(firstExecutionRunId);
    expect(description.status.name).toBe('RUNNING');
  },
);

test('the search attributes are there, and Web UI knows the codec', async () => {
  const server = await start();
  const { connection } = await clientOf(server);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: NAMESPACE,
  });
  for (const { name } of Object.values(searchAttributes)) {
    expect(customAttributes).toHaveProperty(name, KEYWORD);
  }
  const settings = (await (await fetch(`${server.uiUrl}/api/v1/settings`)).json()) as unknown;
  expect(settings).toMatchObject({ Codec: { Endpoint: 'http://localhost:8080/codec' } });
});

test('fairness is on: a small customer does not wait behind a large one', async () => {
  const server = await start();
  const { activity } = await clientOf(server);
  const order: string[] = [];
  const startFor = (customer: string, number: number) =>
    activity.start('call', {
      id: `${customer}-${number}`,
      taskQueue: 'lever',
      args: [customer],
      startToCloseTimeout: '10s',
      priority: { fairnessKey: customer },
    });
  // All of them wait in the queue, the large customer's first, before anybody works.
  const large = await Promise.all([...Array(60).keys()].map((number) => startFor('large', number)));
  const small = await Promise.all([...Array(3).keys()].map((number) => startFor('small', number)));

  const connection = await NativeConnection.connect({ address: server.address });
  const worker = await Worker.create({
    connection,
    namespace: NAMESPACE,
    taskQueue: 'lever',
    activities: { call: async (customer: string) => void order.push(customer) },
    maxConcurrentActivityTaskExecutions: 1,
  });
  await worker.runUntil(Promise.all([...large, ...small].map((handle) => handle.result())));
  await connection.close();

  // In the order of their arrival the small customer's would be the last three of 63.
  expect(order.lastIndexOf('small')).toBeLessThan(30);
});

test('a second server on the same folder is refused, naming the hub that has the first', async () => {
  await start();
  await expect(start()).rejects.toThrow(
    `The Temporal server of a running hub (process ${process.pid}) already uses ${folder}`,
  );
});

test.each(['?', '#', '%'])(
  'a folder with a %s in its name is refused, and no other one is written',
  async (sign) => {
    await expect(start(0, 0, join(folder, `a${sign}b`))).rejects.toThrow(
      `there is a "${sign}" in that name. Set DATA_DIR to a folder without ?, # and %, or set TEMPORAL_ADDRESS.`,
    );
    expect(await readdir(folder, { recursive: true })).toEqual([`a${sign}b`]);
  },
);

test('a port that must be this one is refused when it is taken, naming the way out', async () => {
  const taken = await occupied();
  await expect(start(taken)).rejects.toThrow(/is already in use by another program. Set TEMPORAL_ADDRESS/);
});

test('ports that are only preferred are left to whoever has them', async () => {
  const [port, uiPort] = [await occupied(), await occupied()];
  const { ports, uiUrl } = await start({ preferred: port }, { preferred: uiPort });
  expect(said).toEqual([
    `Port ${port} for the embedded Temporal server is already in use by another program: ${ports.port} is used instead.`,
    `Port ${uiPort} for Temporal Web UI is already in use by another program: ${ports.uiPort} is used instead.`,
  ]);
  expect((await fetch(uiUrl)).ok).toBe(true);
});

test('ports that are kept for others are left to them', async () => {
  const [port, uiPort] = [await freePort(), await freePort()];
  const keptPorts = [port, port + 1, uiPort];
  const { ports } = await start({ preferred: port }, { preferred: uiPort }, folder, keptPorts);
  for (const kept of keptPorts) expect(Object.values(ports)).not.toContain(kept);
  expect(said).toEqual([
    `Port ${port} for the embedded Temporal server is kept for another part: ${ports.port} is used instead.`,
    `Port ${uiPort} for Temporal Web UI is kept for another part: ${ports.uiPort} is used instead.`,
  ]);
});

test('of two that prefer the same ports at the same moment each gets its own', async () => {
  const [port, uiPort] = [{ preferred: await freePort() }, { preferred: await freePort() }];
  const both = await Promise.all(['one', 'two'].map((name) => start(port, uiPort, join(folder, name))));
  // Each answers on its own port, with its own runs.
  const [first, second] = await Promise.all(both.map(clientOf));
  await first?.workflow.start('anything', { taskQueue: 'nobody', workflowId: 'of the first' });
  await expect(second?.workflow.getHandle('of the first').describe()).rejects.toThrow(/not found/i);
  expect(new Set(both.map(({ uiUrl }) => uiUrl)).size).toBe(2);
});

test('it ends when the process that started it is killed, and comes back at once', async () => {
  const { hub, pid, address } = await startElsewhere();
  await startRun(address);
  await hub.kill();
  await expectRun(await start());
  expect(await runs(pid)).toBe(false);
});

test('one left behind by a hub that was killed together with its supervisor is ended, and its runs are kept', async () => {
  const { hub, pid, address } = await startElsewhere();
  await startRun(address);
  await killAllBut(pid, hub);
  expect(await runs(pid)).toBe(true);
  await expectRun(await start());
  expect(await runs(pid)).toBe(false);
  expect(said).toEqual([expect.stringContaining(`Temporal server (process ${pid}) was left behind`)]);
});

test('it is found under whatever name its folder is given', async () => {
  const [data, link] = [join(folder, 'data'), join(folder, 'link')];
  await mkdir(data);
  await symlink(data, link);
  const { hub, pid } = await startElsewhere(link);
  await killAllBut(pid, hub);
  await start(0, 0, data);
  expect(await runs(pid)).toBe(false);
});

async function startRun(address: string): Promise<void> {
  const { workflow } = await clientOf({ address });
  await workflow.start('anything', { taskQueue: 'nobody', workflowId: 'kept' });
}

async function expectRun(server: TemporalDevServer): Promise<void> {
  const { status } = await (await clientOf(server)).workflow.getHandle('kept').describe();
  expect(status.name).toBe('RUNNING');
}

/** A port that somebody else has. */
async function occupied(): Promise<number> {
  const other = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  others.push(other);
  return (other.address() as AddressInfo).port;
}
