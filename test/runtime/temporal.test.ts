import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { freePort } from '../../scripts/embedded/machine';
import {
  SEARCH_ATTRIBUTES,
  type TemporalDevServer,
  startTemporalDevServer,
} from '../../scripts/embedded/temporal';
import { locateTemporalCli } from '../../scripts/temporal-cli/locate';
import { isAlive } from '../../scripts/temporal-cli/lock';

const NAMESPACE = 'hub-test';
const KEYWORD = 2;

let folder: string;
const running: TemporalDevServer[] = [];
const connections: Connection[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulcrum-temporal-test-'));
});

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

async function start(port = 0): Promise<TemporalDevServer> {
  const { path: cli } = await locateTemporalCli();
  const server = await startTemporalDevServer({
    cli,
    dataDir: folder,
    port,
    uiPort: 0,
    namespace: NAMESPACE,
    codecEndpoint: 'http://localhost:8080/codec',
    fsync: false,
  });
  running.push(server);
  return server;
}

const portOf = ({ address }: TemporalDevServer) => Number(address.split(':')[1]);

async function clientOf({ address }: TemporalDevServer): Promise<Client> {
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

    const again = (await clientOf(await start(portOf(first)))).workflow.getHandle('kept');
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
  for (const name of SEARCH_ATTRIBUTES) expect(customAttributes).toHaveProperty(name, KEYWORD);
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

test('a second server on the same folder is refused, naming the first', async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(`(process ${first.pid}) already uses`);
});

test('a port in use is refused, naming the way out', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  try {
    await expect(start(port)).rejects.toThrow(/is already in use by another program. Set TEMPORAL_ADDRESS/);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

test('it ends when the process that started it is killed', async () => {
  const { path: cli } = await locateTemporalCli();
  const script = `
    const { startTemporalDevServer } = require(${JSON.stringify(join(__dirname, '../../scripts/embedded/temporal.ts'))});
    const options = { cli: ${JSON.stringify(cli)}, dataDir: ${JSON.stringify(folder)}, namespace: 'default' };
    startTemporalDevServer({ ...options, port: 0, uiPort: 0 }).then(({ pid }) => console.log(pid));
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', script], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(await firstLine(parent));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  while (isAlive(pid)) await sleep(50);
});

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`it ended with code ${code}`)));
  });
}
