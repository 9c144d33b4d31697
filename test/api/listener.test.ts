import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createListener, type SocketLimits } from '../../api/listener';
import { until } from '../helpers/until';

/** What one connection can have the process do, counted behind real sockets. */

const limits: SocketLimits = { openAnswers: 8, stalledMs: 60_000 };
const listening: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of listening.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function hub(app: RequestListener, change: Partial<SocketLimits> = {}) {
  const counts = { reached: 0, refused: 0, closed: 0, timeouts: 0 };
  const server = createListener(
    (req, res) => {
      counts.reached += 1;
      return app(req, res);
    },
    () => {
      counts.refused += 1;
    },
    { ...limits, ...change },
  );
  server.on('connection', (socket) => {
    socket.on('close', () => (counts.closed += 1));
    socket.on('timeout', () => (counts.timeouts += 1));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  listening.push(server);
  const dial = async (): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  return { counts, dial };
}
const asked = (more = ''): string => `GET /nothing HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const ok: RequestListener = (_req, res) => void res.end('ok');

/** What came until so many answers did. */
async function answersOf(socket: Socket, count: number): Promise<number> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const seen = () => text.split('HTTP/1.1 200').length - 1;
  await until(`${count} answers`, seen, (found) => found >= count);
  return seen();
}

test.each([
  ['that are answered at once', ok, ''],
  ['that are never answered', () => undefined, ''],
  ['that expect what nobody offers', ok, 'Expect: the-unexpected\r\n'],
])('of 2,000 requests in one write, %s, eight are taken', async (_what, app, more) => {
  const { counts, dial } = await hub(app);
  for (let number = 1; number <= 5; number += 1) {
    const socket = await dial();
    socket.pause();
    socket.write(asked(more).repeat(2_000));
    await until(
      'it is disconnected',
      () => counts.closed,
      (closed) => closed === number,
    );
  }
  expect(counts).toMatchObject({ reached: more === '' ? 5 * limits.openAnswers : 0, refused: 5 });
});

test('eight in one write are answered, and any number one after another', async () => {
  const { counts, dial } = await hub(ok);
  const atOnce = await dial();
  atOnce.write(asked().repeat(limits.openAnswers));
  expect(await answersOf(atOnce, limits.openAnswers)).toBe(limits.openAnswers);
  const patient = await dial();
  const answers = answersOf(patient, 50);
  patient.on('data', () => patient.write(asked()));
  patient.write(asked());
  expect(await answers).toBeGreaterThanOrEqual(50);
  expect(counts).toMatchObject({ refused: 0, closed: 0 });
});

test.each([
  ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
  ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['an encoding that is none', 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
  ['a length that is none', 'Content-Length: +5\r\n\r\nhello'],
])('a request with %s, whose end two programs could see in two places, is not taken', async (_what, rest) => {
  const { counts, dial } = await hub(ok);
  const socket = await dial();
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.write(`POST /nothing HTTP/1.1\r\nHost: x\r\n${rest}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`);
  await until(
    'it is disconnected',
    () => counts.closed,
    (closed) => closed === 1,
  );
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(text).not.toContain('HTTP/1.1 200');
  expect(counts.reached).toBe(0);
});

test('who takes nothing of its answer is disconnected', async () => {
  const { counts, dial } = await hub((_req, res) => void res.end(Buffer.alloc(64 * 1024 * 1024)), {
    stalledMs: 100,
  });
  const socket = await dial();
  socket.pause();
  socket.write(asked());
  await until(
    'it is disconnected',
    () => counts.closed,
    (closed) => closed === 1,
  );
  expect(counts.reached).toBe(1);
});

test('who waits for an answer that takes long has it', async () => {
  let answer: () => void = () => undefined;
  const { counts, dial } = await hub((_req, res) => void (answer = () => res.end('ok')), { stalledMs: 100 });
  const socket = await dial();
  const answers = answersOf(socket, 1);
  socket.write(asked());
  await until(
    'its time was over three times',
    () => counts.timeouts,
    (timeouts) => timeouts >= 3,
  );
  expect(counts.closed).toBe(0);
  answer();
  expect(await answers).toBe(1);
});

test('connections are kept for longer than load balancers keep them, and slow senders are not waited for', () => {
  const server = createListener(ok, () => undefined);
  expect(server.keepAliveTimeout).toBe(75_000);
  expect(server.headersTimeout).toBe(20_000);
  expect(server.requestTimeout).toBe(30_000);
});
