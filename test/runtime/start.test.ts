import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { connect as connectTo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { upwage } from '../../scripts/demo/vendors/upwage';
import { freePort } from '../../scripts/embedded/machine';
import { runningProcesses } from '../../scripts/embedded/processes';
import { SEED } from '../../simulators/lever/seed';
import { type LeverSimulator, startLeverSimulator } from '../../simulators/lever/server';
import { killIfRuns, runs } from '../helpers/other-process';
import { type StartedHub, startProgram } from '../helpers/start-process';
import { until } from '../helpers/until';

/** `npm start` as a person uses it, with real processes, really killed. */

let dataDir: string;
let lever: LeverSimulator;
const hubs: StartedHub[] = [];
const others: Server[] = [];

beforeEach(async () => {
  dataDir = await realpath(await mkdtemp(join(tmpdir(), 'fulcrum-start-')));
  lever = await startLeverSimulator({ webhooksEnabled: true });
});

afterEach(async () => {
  // Most have ended; a server that a failing test left behind is found by its folder.
  for (const hub of hubs.splice(0)) if (hub.exitCode() === null) await hub.killAllButServers();
  for (const { pid, commandLine } of await runningProcesses()) {
    if (commandLine.includes(dataDir)) killIfRuns(pid);
  }
  await Promise.all(others.splice(0).map((other) => new Promise((resolve) => other.close(resolve))));
  await lever.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

function start(env: Record<string, string> = {}): StartedHub {
  const hub = startProgram('scripts/start.ts', {
    DATA_DIR: dataDir,
    LOG_LEVEL: 'error',
    LEVER_API_URL: lever.apiUrl,
    LEVER_AUTH_URL: lever.authUrl,
    OUTBOUND_ALLOW: '127.0.0.0/8,::1/128',
    WORKER_LEVER_RATE: '0',
    ...env,
  });
  hubs.push(hub);
  return hub;
}

/** Somebody else's program on this port, if nobody has it yet. */
const occupy = (port: number): Promise<void> =>
  new Promise((resolve) => {
    const other = createServer((socket) => socket.destroy());
    other.once('error', () => resolve());
    other.listen(port, () => {
      others.push(other);
      resolve();
    });
  });

interface Api {
  url: string;
  token: string;
}

const isUp = (printed: string): boolean => /^Operator token .*: \S+\n/m.test(printed);

async function untilUp(hub: StartedHub): Promise<Api> {
  await until(
    'the hub runs',
    () => {
      if (hub.exitCode() !== null) throw new Error(`it ended by itself:\n${hub.printed()}`);
      return hub.printed();
    },
    isUp,
  );
  const [, url = ''] = /^Fulcrum is running at (\S+)$/m.exec(hub.printed()) ?? [];
  const [, token = ''] = /^Operator token .*: (\S+)$/m.exec(hub.printed()) ?? [];
  return { url, token };
}

async function call<T>({ url, token }: Api, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function connect(api: Api): Promise<string> {
  const simulator = await upwage.start(0, lever.admin);
  try {
    const { id } = await call<{ id: string }>(api, '/connections', {
      vendor: upwage.id,
      customer: 'Example Stores',
      environment: 'production',
      lever: { apiKey: SEED.apiKey },
      credentials: simulator.credentials,
      settings: { triggerStages: [], performAs: SEED.users.service, ...simulator.settings },
    });
    return id;
  } finally {
    await simulator.stop();
  }
}

const connects = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTo({ host, port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });

/** The codec's address as any program of this machine can read it in the Temporal server's arguments. */
async function codecOf(folder: string): Promise<string> {
  const lines = (await runningProcesses()).map(({ commandLine }) => commandLine.replaceAll('\0', ' '));
  const [address] = lines.flatMap((line) => {
    const [, found] = /--ui-codec-endpoint (\S+)/.exec(line) ?? [];
    return line.includes(folder) && found !== undefined ? [found] : [];
  });
  if (address === undefined) throw new Error('no Temporal server with a codec runs on this folder');
  return address;
}

const decodes = async (codec: string): Promise<number> => {
  const body = JSON.stringify({ payloads: [] });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${codec}/decode`, { method: 'POST', headers, body })).status;
};

test('after kill -9 of everything but its servers the next start has the same data, and of two at once one has it', async () => {
  const usual = [8080, 7233, 8233];
  await Promise.all(usual.map(occupy));
  const first = start();
  const api = await untilUp(first);
  // Whoever watches reads which ports are not the usual ones.
  for (const port of usual) {
    expect(first.printed()).toMatch(
      new RegExp(`^Port ${port} for .* is already in use by another program: \\d+ is used instead.$`, 'm'),
    );
  }
  // 127.0.0.2 is an address of this machine as well, and not the one that programs on it are told.
  const { port } = new URL(api.url);
  expect(await connects('127.0.0.1', Number(port))).toBe(true);
  expect(await connects('127.0.0.2', Number(port))).toBe(false);
  const ticketed = await codecOf(dataDir);
  expect(await decodes(ticketed)).toBe(200);
  const id = await connect(api);
  const servers = await first.killAllButServers();
  expect(servers).toHaveLength(2);
  for (const pid of servers) expect(await runs(pid)).toBe(true);

  const both = [start(), start()];
  const refused = await until('one of the two is refused', () => both.find((hub) => hub.exitCode() !== null));
  const again = both.find((hub) => hub !== refused) as StartedHub;
  const revived = await untilUp(again);
  expect(refused.exitCode()).toBe(1);
  expect(refused.printed()).toMatch(
    /^A hub \(process \d+\) already runs on the data in .*\. Stop it, or set DATA_DIR to another folder\.\n$/,
  );
  for (const pid of servers) {
    expect(again.printed()).toContain(`server (process ${pid}) was left behind by a hub that was killed`);
    expect(await runs(pid)).toBe(false);
  }
  expect(revived.token).toBe(api.token);
  expect(await call(revived, `/connections/${id}`)).toMatchObject({ id, customer: 'Example Stores' });

  // Whoever saw the address of the codec in the first server's arguments has it for as long as that one ran.
  const anew = await codecOf(dataDir);
  const old = `${revived.url}${new URL(ticketed).pathname}`;
  expect(anew).not.toBe(old);
  expect([await decodes(old), await decodes(anew)]).toEqual([404, 200]);

  expect(await again.stop()).toBe(0);
  expect((await runningProcesses()).filter(({ commandLine }) => commandLine.includes(dataDir))).toEqual([]);
});

test('in production it starts with nothing that can be guessed, and with no servers of its own', async () => {
  const hub = start({ NODE_ENV: 'production', FULCRUM_OPERATOR_TOKEN: 'aaaaaaaaaaaaaaaa' });
  await until('it has ended', () => hub.exitCode());
  expect(hub.exitCode()).toBe(1);
  for (const fault of [
    'FULCRUM_OPERATOR_TOKEN: can be guessed',
    ...['FULCRUM_KEYS', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'PUBLIC_URL'].map(
      (name) => `${name}: is required`,
    ),
  ]) {
    expect(hub.printed()).toContain(`  - ${fault}`);
  }
  expect(hub.printed()).not.toContain('aaaaaaaaaaaaaaaa');
  expect(await readdir(dataDir)).toEqual([]);
});

test('a PORT that somebody set is kept or refused, before anything is started', async () => {
  const other = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => other.listen(0, resolve));
  others.push(other);
  const { port } = other.address() as { port: number };
  const hub = start({ PORT: String(port) });
  await until('it has ended', () => hub.exitCode());
  expect(hub.exitCode()).toBe(1);
  expect(hub.printed()).toBe(
    `Port ${port} for the hub is already in use by another program. Set PORT to a free one, or stop that program.\n`,
  );
  expect(await readdir(dataDir)).not.toContain('postgres');
});

test('neither does it move where others were told its address', async () => {
  await occupy(8080);
  const hub = start({ PUBLIC_URL: 'https://hub.example' });
  await until('it has ended', () => hub.exitCode());
  expect(hub.printed()).toBe(
    'Port 8080 for the hub is already in use by another program. ' +
      'Set PORT to a free one, and see that PUBLIC_URL (https://hub.example) leads there; or stop that program.\n',
  );
});

test('a port for metrics that cannot be had is told before anything is started, and so is the hub’s own', async () => {
  const [metrics, port] = [await freePort(), String(await freePort())];
  await occupy(metrics);
  const hub = start({ METRICS_PORT: String(metrics) });
  await until('it has ended', () => hub.exitCode());
  expect(hub.printed()).toBe(
    `Port ${metrics} for metrics is already in use by another program. Set METRICS_PORT to a free one.\n`,
  );
  const twice = start({ PORT: port, METRICS_PORT: port });
  await until('it has ended', () => twice.exitCode());
  expect(twice.printed()).toBe(
    `The configuration cannot be used:\n  - METRICS_PORT: must not be ${port}, where the hub itself listens (PORT)\n`,
  );
  expect(await readdir(dataDir)).not.toContain('postgres');
});
