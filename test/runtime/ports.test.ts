import { createServer, type Server } from 'node:net';
import { demoPorts } from '../../scripts/demo/ports';
import { chooseVendors } from '../../scripts/demo/vendors/list';
import { choosePort, freePort, holdPort, LOOPBACK } from '../../scripts/embedded/machine';

const servers: Server[] = [];
let said: string[] = [];
const say = (line: string): void => void said.push(line);

beforeEach(() => {
  said = [];
});

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Somebody else's program. @returns false when the port was taken already, which is as good */
const occupy = (port: number, host?: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen({ port, host }, () => {
      servers.push(server);
      resolve(true);
    });
  });

const use = { what: 'the thing', wayOut: 'Do something else.', host: LOOPBACK };

test('a preferred port that is free is taken, and nothing is said', async () => {
  const port = await freePort();
  expect(await choosePort({ preferred: port }, use, say)).toBe(port);
  expect(said).toEqual([]);
});

test.each([
  ['the same address', LOOPBACK, LOOPBACK],
  ['every address', undefined, LOOPBACK],
  ['one address, where every one is wanted', LOOPBACK, undefined],
])('one taken on %s is left for the next free one, which is said', async (_, theirs, ours) => {
  const port = await freePort();
  await occupy(port, theirs);
  const { host: _host, ...anywhere } = use;
  const wanted = ours === undefined ? anywhere : use;
  const instead = await choosePort({ preferred: port }, wanted, say);
  expect(instead).toBeGreaterThan(port);
  expect(await occupy(instead, ours)).toBe(true);
  expect(said).toEqual([
    `Port ${port} for the thing is already in use by another program: ${instead} is used instead.`,
  ]);
});

test('a port that is kept for somebody is neither taken nor given instead', async () => {
  const port = await freePort();
  const kept = [port, port + 1, port + 2];
  const instead = await choosePort({ preferred: port }, { ...use, kept }, say);
  expect(instead).toBeGreaterThan(port + 2);
  expect(said).toEqual([`Port ${port} for the thing is kept for another part: ${instead} is used instead.`]);
});

test('a port that must be this one is refused when it is taken, with the way out', async () => {
  const port = await freePort();
  await occupy(port, LOOPBACK);
  await expect(choosePort(port, use, say)).rejects.toThrow(
    `Port ${port} for the thing is already in use by another program. Do something else.`,
  );
  expect(said).toEqual([]);
});

test('any free port is none of those that the system gives to others while nobody listens on it', async () => {
  for (const port of [await freePort(), await choosePort(0, use, say)]) {
    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(32_768);
  }
});

test('any free port is taken without a word', async () => {
  const port = await choosePort(0, use, say);
  expect(await occupy(port, LOOPBACK)).toBe(true);
  expect(said).toEqual([]);
});

test('of many who hold one that they prefer each has another one, until it lets go', async () => {
  const port = await freePort();
  const held = await Promise.all(
    [...Array(5)].map(() => holdPort({ preferred: port }, use, () => undefined)),
  );
  try {
    expect(new Set(held.map((each) => each.port)).size).toBe(5);
    for (const each of held) expect(await occupy(each.port, LOOPBACK)).toBe(false);
  } finally {
    for (const each of held) await each.release();
  }
  await held[0]?.release();
  expect(await occupy(held[0]?.port as number, LOOPBACK)).toBe(true);
});

describe('of the demo', () => {
  const vendors = chooseVendors([]);

  test('a simulator that moves aside pushes nobody else aside', async () => {
    await occupy(8090);
    const ports = demoPorts(vendors, true, null, say);
    expect(await ports.lever()).toBeGreaterThan(8090 + vendors.length);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^Port 8090 for the simulated Lever is already in use by another program: \d+ is/,
    );
  });

  test('PORT is the hub’s, even where a simulator usually is', async () => {
    const ports = demoPorts(vendors, true, 8091, say);
    expect(ports.hub).toBe(8091);
    expect(await ports.vendor(0)).not.toBe(8091);
    expect(said[0]).toContain(`Port 8091 for the simulated ${vendors[0]?.label} is kept for another part`);
  });

  test('without PORT the hub prefers 8080; for a program any port will do', () => {
    expect(demoPorts(vendors, true, null, say).hub).toEqual({ preferred: 8080 });
    expect(demoPorts(vendors, false, null, say).hub).toBe(0);
    expect(demoPorts(vendors, false, 8123, say).hub).toBe(8123);
  });
});
