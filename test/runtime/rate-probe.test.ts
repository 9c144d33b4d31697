import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { probeRate } from '../../platform/temporal/rate-probe';
import type { RateVerdict } from '../../platform/temporal/rate-verdict';
import { freePort, LOOPBACK } from '../../scripts/embedded/machine';
import { supervise } from '../../scripts/embedded/supervise';
import { locateTemporalCli } from '../../scripts/temporal-cli/locate';
import { freshNamespace, temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';

let folder: string;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulcrum-rate-probe-'));
});
afterEach(async () => {
  for (const each of stops.splice(0).reverse()) await each();
  await rm(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;

async function connectTo(address: string): Promise<Connection> {
  const connection = await Connection.connect({ address });
  stops.push(() => connection.close());
  return connection;
}

/** A development server with nothing but the given dynamic configuration. */
async function serverWith(settings: string[]): Promise<string> {
  const { path: command } = await locateTemporalCli();
  const port = await freePort();
  const server = await supervise({
    command,
    args: [
      ...['server', 'start-dev', '--headless', '--log-level', 'error', '--ip', LOOPBACK, '--port', `${port}`],
      ...settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    ],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  });
  stops.push(() => server.stop());
  const address = `${LOOPBACK}:${port}`;
  await until('the server answers', () => isHealthy(address), Boolean);
  return address;
}

async function isHealthy(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}

/** On a machine that is too busy the probe says so; it is asked again then, as the worker does. */
const clearVerdict = (connection: Connection, namespace: string): Promise<RateVerdict> =>
  until(
    'the probe has a clear answer',
    () => probeRate(connection, { namespace, signal: never }),
    (verdict) => verdict !== 'unclear',
  );

test('the embedded server keeps the rates, and nothing is left of the question', async () => {
  const address = temporalAddress();
  const namespace = await freshNamespace(address);
  const connection = await connectTo(address);
  expect(await clearVerdict(connection, namespace)).toBe('kept');
  await until(
    'all tasks are gone',
    () => connection.workflowService.countActivityExecutions({ namespace, query: '' }),
    ({ count }) => Number(count) === 0,
  );
});

test.each([
  { without: 'fairness', settings: [], verdict: 'unfair' },
  { without: 'the new matcher', settings: ['matching.useNewMatcher=false'], verdict: 'exceeded' },
])('a server without $without is found out', async ({ settings, verdict }) => {
  const connection = await connectTo(await serverWith(settings));
  expect(await clearVerdict(connection, 'default')).toBe(verdict);
});

test('a server that knows no rates is too old', async () => {
  const server = createServer();
  server.on('stream', (stream) => {
    const answer = { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' };
    stream.respond(answer, { endStream: true });
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  const connection = Connection.lazy({ address: `${LOOPBACK}:${(server.address() as AddressInfo).port}` });
  stops.push(() => connection.close());
  expect(await probeRate(connection, { namespace: 'default', signal: never })).toBe('unsupported');
});

test('it is broken off with its process', async () => {
  const address = temporalAddress();
  const namespace = await freshNamespace(address);
  const connection = await connectTo(address);
  const stopping = new AbortController();
  const probing = probeRate(connection, { namespace, signal: stopping.signal });
  setTimeout(() => stopping.abort(), 1_000);
  await expect(probing).rejects.toThrow();
  await until(
    'all tasks are gone',
    () => connection.workflowService.countActivityExecutions({ namespace, query: '' }),
    ({ count }) => Number(count) === 0,
  );
});
