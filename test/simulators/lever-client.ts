import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SEED } from '../../simulators/lever/seed';
import { until } from '../helpers/until';

export interface Answer {
  status: number;
  headers: Headers;
  // Answers are compared, not relied on: what is missing shows as a failed expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** A bare caller of the simulator's API with an API key, or with the given `authorization`. */
export function leverClient(apiUrl: string, authorization = basic(SEED.apiKey)) {
  return async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const isForm = body instanceof FormData;
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  };
}

export const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

/** A server that takes webhooks; answers with the given statuses in turn, then with 200. */
export async function webhookReceiver(statuses: number[] = []) {
  const bodies: string[] = [];
  const frames = () => bodies.map((body) => JSON.parse(body) as Record<string, unknown>);
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    req.on('end', () => {
      bodies.push(body);
      res.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/lever`,
    bodies,
    frames,
    /** All that came, once there are this many. */
    received: (count: number): Promise<Record<string, unknown>[]> =>
      until(`${count} webhooks`, frames, ({ length }) => length === count),
    stop: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
