/** What the tests of the simulator of SMG share: a simulator per test, its API as a client uses it, a partner that is called back. */
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SmgOptions, SmgSimulator } from '../../simulators/smg/server';
import { startSmgSimulator } from '../../simulators/smg/server';
import { until } from '../helpers/until';

export type Json = Record<string, unknown>;
export interface Call {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

export async function start(options: SmgOptions = {}): Promise<SmgSimulator> {
  const simulator = await startSmgSimulator(options);
  stops.push(() => simulator.stop());
  return simulator;
}

export function raw(simulator: SmgSimulator, body: Json, authorization?: string): Promise<Response> {
  return fetch(simulator.apiUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: authorization ?? basic('smg-sim-user', 'smg-sim-password'),
    },
    body: JSON.stringify({ partner_api: true, ...body }),
  });
}

export async function send(simulator: SmgSimulator, body: Json, authorization?: string): Promise<Json> {
  const answer = await raw(simulator, body, authorization);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Json;
}

export const ada = [
  { n: 'email', v: 'ada@example.com' },
  { n: 'app_full_name', v: 'Ada <b>Lovelace</b>' },
  { n: 'assessment_id', v: 'a-1' },
];
export const create = (simulator: SmgSimulator, extra: Json = {}): Promise<Json> =>
  send(simulator, { command: 'application_create', position_id: '10002063', fields: ada, ...extra });

/** A partner's callback endpoint that answers the given statuses in turn, the last one for ever; 0 hangs up. */
export async function partner(...statuses: number[]): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = statuses[Math.min(calls.length, statuses.length - 1)] ?? 200;
      const { method = '', url: path = '', headers } = request;
      calls.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      if (status === 0) request.socket.destroy();
      else response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

/** Waits until the partner was called this often. */
export const called = ({ calls }: { calls: Call[] }, times: number): Promise<Call[]> =>
  until(
    `${times} calls`,
    () => calls,
    ({ length }) => length === times,
  );
