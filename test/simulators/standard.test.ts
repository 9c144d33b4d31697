import { readWebhookSecret, webhookHeaders } from '../../platform/crypto/standard-webhooks';
import type { StandardSimulator } from '../../simulators/standard/server';
import { defaultSecret, startStandardSimulator } from '../../simulators/standard/server';
import type { Json } from './smg-testkit';
import { called, partner } from './smg-testkit';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(): Promise<StandardSimulator> {
  const simulator = await startStandardSimulator({ callbackRetries: [10] });
  stops.push(() => simulator.stop());
  return simulator;
}

async function api({ apiUrl }: StandardSimulator, method: string, path: string, given?: Json) {
  const body = given === undefined ? '' : JSON.stringify(given);
  const headers = webhookHeaders({ id: 'msg-1', at: Date.now(), body }, [
    readWebhookSecret(defaultSecret) as Buffer,
  ]);
  const answer = await fetch(`${apiUrl}${path}`, { method, headers, ...(body !== '' && { body }) });
  return { status: answer.status, body: (await answer.json()) as Json };
}

const place = (vendor: StandardSimulator, callbackUrl: string) =>
  api(vendor, 'POST', '/orders', {
    id: 'asm-1',
    package: 'sales-basics',
    candidate: { name: 'Ada Test', email: 'ada@example.com' },
    callbackUrl,
    expiresAt: null,
  });

const send = (url: string, fields: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

test('the pages lead a candidate from the e-mail to the thank-you, and a recruiter to the report', async () => {
  const hub = await partner(200);
  const vendor = await start();
  expect((await place(vendor, hub.url)).status).toBe(201);
  const [{ link } = { link: '' }] = vendor.admin.mailbox({ to: 'ada@example.com' });
  expect(await textOf(link)).toContain('Welcome, Ada Test');
  expect(await textOf(`${vendor.url}/report/asm-1`)).toContain('has not completed');
  await send(`${link}/start`);
  expect((await send(`${link}/submit`, { q1: 'Fully' })).status).toBe(422);
  await send(`${link}/submit`, { q1: 'Fully', q2: 'Patience' });
  await called(hub, 2);
  const told = hub.calls.map(({ body }) => JSON.parse(body) as Json);
  expect(told).toMatchObject([
    { order: 'asm-1', sequence: 1, status: 'in_progress' },
    { order: 'asm-1', sequence: 2, status: 'completed', score: { value: 76, max: 100 } },
  ]);
  expect(await textOf(`${vendor.url}/report/asm-1`)).toContain('76 of 100');
  expect(await textOf(vendor.url)).toContain('completed');
  expect((await send(`${link}/decline`)).status).toBe(410);
  expect((await fetch(`${vendor.url}/report/nothing`)).status).toBe(404);
});

test('a candidate can decline', async () => {
  const hub = await partner(200);
  const vendor = await start();
  await place(vendor, hub.url);
  await send(`${vendor.url}/take/asm-1/decline`);
  await called(hub, 1);
  expect(JSON.parse(hub.calls[0]?.body ?? '')).toMatchObject({ status: 'declined' });
});

test('updates are tried again under the same id, each attempt signed anew', async () => {
  const hub = await partner(500, 200);
  const vendor = await start();
  await place(vendor, hub.url);
  vendor.admin.complete('asm-1');
  await called(hub, 2);
  const ids = hub.calls.map(({ headers }) => headers['webhook-id']);
  expect(ids).toEqual(['asm-1-1-1', 'asm-1-1-1']);
  expect(() => vendor.admin.start('asm-1')).toThrow('is completed');
  expect(() => vendor.admin.start('asm-0')).toThrow('No order');
});

test('who cannot sign is refused, and so is what is not there', async () => {
  const vendor = await start();
  expect((await fetch(`${vendor.apiUrl}/packages`)).status).toBe(401);
  expect((await api(vendor, 'GET', '/orders/asm-0')).status).toBe(404);
  expect((await api(vendor, 'POST', '/orders/asm-0/cancel', {})).status).toBe(404);
});

test('beyond the example it moves ends, hears of problems, has a file and sends its packages', async () => {
  const vendor = await start();
  await place(vendor, 'http://127.0.0.1:9/');
  const expiresAt = '2027-01-31T00:00:00.000Z';
  const extended = await api(vendor, 'POST', '/orders/asm-1/extend', {
    order: 'asm-1',
    action: 'extend',
    expiresAt,
  });
  expect(extended.status).toBe(200);
  expect(vendor.admin.endOf('asm-1')).toBe(expiresAt);
  const problem = { request: 'GET /orders/:id', order: 'asm-1', errors: [{ path: 'score', message: 'why' }] };
  expect((await api(vendor, 'POST', '/problems', problem)).status).toBe(202);
  expect((await fetch(`${vendor.apiUrl}/problems`, { method: 'POST', body: '{}' })).status).toBe(401);
  expect(vendor.admin.problems()).toEqual([{ ...problem, webhookId: 'msg-1' }]);

  const file = await fetch(vendor.admin.fileUrl('asm-1'));
  expect(file.headers.get('content-type')).toBe('application/pdf');
  expect((await file.text()).startsWith('%PDF-')).toBe(true);
  expect((await fetch(vendor.admin.fileUrl('asm-0'))).status).toBe(404);

  const hub = await partner(200);
  await vendor.admin.pushPackages(hub.url).catch(() => undefined);
  expect(hub.calls[0]).toMatchObject({ method: 'PUT', headers: { 'webhook-id': expect.any(String) } });
  expect(JSON.parse(hub.calls[0]?.body ?? '')).toEqual({ packages: vendor.admin.packages });
});

test('another process drives it over HTTP', async () => {
  const hub = await partner(200);
  const vendor = await start();
  await place(vendor, hub.url);
  const path = `${vendor.url}/_control/applications/asm-1/complete`;
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ score: 12 }),
  });
  expect(await answer.json()).toMatchObject({ id: 'asm-1', status: 'completed' });
  await called(hub, 1);
  expect(JSON.parse(hub.calls[0]?.body ?? '')).toMatchObject({
    score: { value: 12, band: 'Do not proceed' },
  });
  vendor.admin.clear();
  expect(vendor.admin.applications()).toEqual([]);
});
