import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { commonSettings } from '../../../domain/settings/schema';
import { createHttpClient } from '../../../platform/http/client';
import type { Placed } from '../../../simulators/standard/example-vendor';
import { ExampleVendor } from '../../../simulators/standard/example-vendor';
import type { RawCallback, VendorCall } from '../../../vendors/define';
import { standard } from '../../../vendors/standard/definition';

/** The example vendor as its developer would run it, and the hub's own side of the contract, over real HTTP. */

const secret = `whsec_${Buffer.from('the example vendor and the hub').toString('base64')}`;
const route = { assessmentRef: 'sales-basics', assessmentName: 'Sales basics', options: { jobTitle: '' } };
const run = { assessmentId: 'asm-1', vendorRef: 'asm-1', route };

const servers: Server[] = [];
const clients: { close(): Promise<void> }[] = [];
async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function start(given = secret, allow = ['127.0.0.0/8']) {
  const written: string[] = [];
  const received: RawCallback[] = [];
  const hub = createServer(async (request, response) => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    const headers = request.headers as Record<string, string>;
    received.push({ method: 'POST', headers, pathRest: '', query: {}, body, receivedAt: Date.now() });
    response.end();
  });
  const callbackUrl = await listening(hub);
  const vendor = new ExampleVendor(
    secret,
    (id) => `https://vendor.example/take/${id}`,
    (_placed, subject) => written.push(subject),
  );
  const baseUrl = await listening(vendor.server());
  const http = createHttpClient({ timeoutMs: 5_000, userAgent: 'fulcrum-test', guard: { allow } });
  clients.push(http);
  const credentials = standard.credentials.parse({ baseUrl, secret: given });
  const settings = { ...commonSettings.parse({}), locale: 'en-GB' };
  const call: VendorCall<unknown, typeof settings> = {
    connectionId: 'con_1',
    credentials,
    settings,
    baseUrl,
    http,
  };
  const invite = (assessmentRef = 'sales-basics') =>
    standard.requests.invite(call, {
      assessmentId: 'asm-1',
      route: { ...route, assessmentRef },
      candidate: { name: 'Ada Test', email: 'ada@example.com', phone: null },
      opportunityId: 'opp-1',
      postingId: null,
      callbackUrl,
      expiresAt: null,
      knownRef: null,
    });
  return { vendor, written, received, credentials, call, invite };
}

test('an order goes its way: placed, begun, reminded of, completed', async () => {
  const { vendor, written, received, credentials, call, invite } = await start();
  expect(await standard.requests.listAssessments(call)).toEqual([
    { id: 'sales-basics', name: 'Sales basics', type: 'SKILLS_TEST' },
  ]);
  const invitation = { vendorRef: 'asm-1', url: 'https://vendor.example/take/asm-1', expiresAt: null };
  expect([await invite(), await invite()]).toEqual([invitation, invitation]);
  expect(written).toEqual(['You are invited to an assessment']);

  const placed = vendor.orders.get('asm-1') as Placed;
  vendor.change(placed, { status: 'in_progress' });
  await vendor.tell(placed);
  await standard.requests.remind?.(call, run);
  expect(written).toHaveLength(2);
  vendor.change(placed, { status: 'completed', score: { value: 9, max: 10 } });
  await vendor.tell(placed);

  const news = received.flatMap((raw) => {
    standard.callback.verify(raw, credentials);
    return standard.callback.parse(raw).news;
  });
  expect(news.map(({ eventKey, event }) => [eventKey, event.type])).toEqual([
    ['asm-1/1/1/in_progress', 'started'],
    ['asm-1/1/2/completed', 'completed'],
  ]);
  expect(await standard.requests.status?.(call, run)).toMatchObject([{ type: 'completed' }]);
  expect(await standard.requests.result(call, run)).toMatchObject({ score: 9, maxScore: 10 });
});

test('an order is called off once, and that again does no harm', async () => {
  const { vendor, call, invite } = await start();
  await invite();
  await standard.requests.cancel?.(call, run);
  await standard.requests.cancel?.(call, run);
  expect(vendor.orders.get('asm-1')?.told).toMatchObject({ status: 'cancelled', sequence: 1 });
  await expect(standard.requests.remind?.(call, run)).rejects.toMatchObject({ code: 'vendor.rejected' });
});

test('an order gets a new end, until it is over', async () => {
  const { vendor, call, invite } = await start();
  await invite();
  const until = Date.UTC(2027, 0, 31);
  await standard.requests.extend?.(call, run, until);
  expect(vendor.orders.get('asm-1')?.told['expiresAt']).toBe('2027-01-31T00:00:00.000Z');
  vendor.change(vendor.orders.get('asm-1') as Placed, { status: 'expired' });
  await expect(standard.requests.extend?.(call, run, until)).rejects.toMatchObject({
    code: 'vendor.rejected',
    message: expect.stringContaining('It is expired'),
  });
});

test('what the vendor answers wrongly is told as far as anybody listens, and the fault stays the same', async () => {
  const { vendor, call, invite } = await start();
  await invite();
  vendor.change(vendor.orders.get('asm-1') as Placed, { status: 'paused' });
  await expect(standard.requests.status?.(call, run)).rejects.toMatchObject({
    code: 'vendor.unexpected',
    message: expect.stringContaining('cannot be read at status'),
  });
});

test('what cannot be ordered is refused in words', async () => {
  const { invite } = await start();
  await expect(invite('nothing')).rejects.toMatchObject({
    code: 'vendor.rejected',
    message: 'The vendor POST /orders: The vendor answered 422 (No such package)',
  });
});

test('another secret opens nothing, and of two the right one is enough', async () => {
  const other = `whsec_${Buffer.from('somebody else is calling here').toString('base64')}`;
  const { invite } = await start(other);
  await expect(invite()).rejects.toMatchObject({ code: 'vendor.unauthorized' });
  const both = standard.credentials.parse({ baseUrl: 'https://vendor.example', secret: [other, secret] });
  const started = await start();
  expect((await standard.requests.listAssessments({ ...started.call, credentials: both })).length).toBe(1);
});

test('a root inside the own network is not called unless it is opened', async () => {
  const { invite, vendor } = await start(secret, []);
  await expect(invite()).rejects.toMatchObject({ code: 'outbound.refused' });
  expect(vendor.orders.size).toBe(0);
});
