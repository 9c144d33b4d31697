import { randomBytes } from 'node:crypto';
import type { PresentedConnection } from '../../api/connections/present';
import { type RunningApi, startApi } from '../../api/server';
import { leverEvents } from '../../domain/connection';
import { loadConfig } from '../../platform/config';
import { createLogger } from '../../platform/log';
import { freePort } from '../../scripts/embedded/machine';
import { SEED } from '../../simulators/lever/seed';
import { signWebhook } from '../../simulators/lever/webhooks/sign';
import { vendorRoots } from '../../vendors/registry';
import { applicant, move, operator } from '../helpers/actions';
import { noLimits, patientCalls, patientStores, soonGivenUp } from '../helpers/limits';
import { temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';
import { useWorld, withWorld } from '../helpers/use-world';
import type { World } from '../helpers/world';
import { startWorld } from '../helpers/world';
import { basic } from '../simulators/lever-client';

/** Webhooks at Lever against what the hub knows of them, with several processes of the api over the same stores. */

const keys = `webhooks:${randomBytes(32).toString('base64')}`;
const world = useWorld(() => startWorld({ keys }));
const more: RunningApi[] = [];

afterEach(async () => {
  world.lever.admin.clearFaults();
  for (const api of more.splice(0)) await api.stop();
});

/** Another process of the api, as far as one can be had in this one. */
async function anotherApi(at?: string): Promise<RunningApi & { publicUrl: string }> {
  const port = await freePort();
  const publicUrl = at ?? `http://127.0.0.1:${port}`;
  const config = loadConfig(
    {
      PORT: String(port),
      PUBLIC_URL: publicUrl,
      DATABASE_URL: world.databaseUrl,
      TEMPORAL_ADDRESS: temporalAddress(),
      TEMPORAL_NAMESPACE: world.client.options.namespace,
      FULCRUM_KEYS: keys,
      FULCRUM_OPERATOR_TOKEN: world.api.operatorToken,
      LEVER_API_URL: world.lever.apiUrl,
      LEVER_AUTH_URL: world.lever.authUrl,
      OUTBOUND_ALLOW: '127.0.0.0/8',
      UNCLEAR_RETRY_DELAY: '200ms',
      ...patientStores,
      ...patientCalls,
    },
    vendorRoots,
  );
  const log = createLogger({ level: 'silent', name: 'another' });
  const api = await startApi({ config, log, limits: noLimits });
  more.push(api);
  return { ...api, publicUrl };
}

const originOf = ({ webhook }: PresentedConnection): string => new URL(webhook.url).origin;
const pathOf = ({ webhook }: PresentedConnection): string => new URL(webhook.url).pathname;

/** All webhooks at Lever that lead to this connection, whatever the host. */
const atLever = (connection: PresentedConnection, { lever }: Pick<World, 'lever'> = world) =>
  lever.admin.webhooks().filter(({ url }) => new URL(url).pathname === pathOf(connection));

const read = async (connection: PresentedConnection): Promise<PresentedConnection> =>
  (await operator<PresentedConnection>(world, 'GET', `/connections/${connection.id}`)).body;

interface Tested {
  ok: boolean;
  connection: PresentedConnection;
  checks: { name: string; ok: boolean; detail: string | null }[];
}
async function testAt(api: { url: string }, connection: PresentedConnection): Promise<Tested> {
  const answer = await fetch(`${api.url}/api/v1/connections/${connection.id}/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.api.operatorToken}` },
  });
  const body = (await answer.json()) as Tested;
  if (answer.status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** One webhook per event, at this address, each with a signing token that the hub has. */
async function expectOneEach(
  connection: PresentedConnection,
  origin: string,
  { lever }: Pick<World, 'lever'> = world,
): Promise<void> {
  const webhooks = atLever(connection, { lever });
  expect(webhooks.map(({ event }) => event).sort()).toEqual([...leverEvents].sort());
  expect(new Set(webhooks.map(({ url }) => url))).toEqual(new Set([`${origin}${pathOf(connection)}`]));
  for (const { id } of webhooks) expect(await lever.admin.ping(id)).toMatchObject({ state: 'delivered' });
}

/** As somebody in Lever would, behind the hub's back. */
async function deleteInLever(id: string): Promise<void> {
  const authorization = basic(SEED.apiKey);
  const answer = await fetch(`${world.lever.apiUrl}/webhooks/${id}`, {
    method: 'DELETE',
    headers: { authorization },
  });
  expect(answer.status).toBe(204);
}

const creations = (status?: number) =>
  world.lever.admin.requests({ method: 'POST', path: '/v1/webhooks', ...(status && { status }) }).length;

test('two processes that register at once leave one webhook per event', async () => {
  const connection = await world.connect({ customer: 'Registered at once' });
  const other = await anotherApi(originOf(connection));
  for (const { id } of atLever(connection)) await deleteInLever(id);
  const before = creations();

  const apis = [world.api, other, world.api, other, world.api, other];
  const all = await Promise.all(apis.map((api) => testAt(api, connection)));
  expect(all.every(({ ok }) => ok)).toBe(true);
  expect(creations() - before).toBe(4);
  await expectOneEach(connection, originOf(connection));
});

test('an answer that never came: the webhook it made is replaced by one whose token is known', () =>
  withWorld(
    () => startWorld({ env: soonGivenUp }),
    async ({ lever, connect }) => {
      lever.admin.fault({ method: 'POST', path: '/webhooks', kind: 'drop-after' });
      lever.admin.fault({ method: 'POST', path: '/webhooks', kind: 'timeout-after', skip: 2 });
      const connection = await connect({ customer: 'Unclear' });
      expect(connection.webhook).toMatchObject({ state: 'registered', problem: null });
      await expectOneEach(connection, originOf(connection), { lever });
      expect(lever.admin.pendingFaults()).toEqual([]);
    },
  ));

test('answers that are unclear again and again: told after a few tries, and mended once they are clear', async () => {
  world.lever.admin.fault({
    ...{ method: 'POST', path: '/webhooks', kind: 'status-after' },
    ...{ status: 500, count: 100 },
  });
  const before = creations();
  await expect(world.connect({ customer: 'Unclear for long' })).rejects.toThrow(/lever\.unclear/);
  expect(creations() - before).toBe(3);
  world.lever.admin.clearFaults();

  const { data } = (await operator<{ data: PresentedConnection[] }>(world, 'GET', '/connections')).body;
  const connection = data.find(({ customer }) => customer === 'Unclear for long') as PresentedConnection;
  expect(connection.webhook.hint).toMatch(/^Not registered: lever\.unclear/);
  expect(await testAt(world.api, connection)).toMatchObject({ ok: true });
  await expectOneEach(connection, originOf(connection));
});

test('a webhook that is gone by the time it is to be removed is no trouble', async () => {
  const connection = await world.connect({ customer: 'Gone' });
  world.lever.admin.fault({ method: 'DELETE', path: '/webhooks/*', kind: 'status', status: 404, count: 2 });
  const path = `/connections/${connection.id}/disable`;
  const { body } = await operator<PresentedConnection>(world, 'POST', path);
  expect(body.webhook).toMatchObject({ state: 'removed', problem: null, events: [] });
});

test('a webhook that was deleted in Lever is found by the start of an api', async () => {
  const connection = await world.connect({ customer: 'Deleted in Lever' });
  const [first] = atLever(connection);
  await deleteInLever(first?.id ?? '');
  await anotherApi(originOf(connection));
  await until(
    'it is there again',
    () => atLever(connection),
    ({ length }) => length === 4,
  );
  await expectOneEach(connection, originOf(connection));
});

test('at a new public address the webhooks are registered again, even if Lever is away at first', async () => {
  const connection = await world.connect({ customer: 'Moved' });
  const old = atLever(connection);
  world.lever.admin.fault({ method: 'GET', path: '/webhooks', kind: 'status', status: 503, count: 8 });
  const moved = await anotherApi();
  await until(
    'the webhooks have moved',
    () => atLever(connection),
    (now) => now.length === 4 && now.every(({ url }) => url.startsWith(moved.publicUrl)),
  );
  expect(atLever(connection).map(({ id }) => id)).not.toEqual(expect.arrayContaining([old[0]?.id]));
  await expectOneEach(connection, moved.publicUrl);

  const { body } = await operator<PresentedConnection>(world, 'GET', `/connections/${connection.id}`);
  expect(body.webhook).toMatchObject({ state: 'registered', problem: null });
  // A late rerun is signed with the token of its time.
  const token = randomBytes(24).toString('hex');
  const triggeredAt = Date.now();
  const signature = signWebhook(old[0]?.signatureToken ?? '', token, triggeredAt);
  const answer = await fetch(`${moved.publicUrl}${pathOf(connection)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event: 'candidateHired', token, triggeredAt, signature, data: {} }),
  });
  expect(answer.status).toBe(200);
});

test('a webhook made by hand is left alone', async () => {
  world.lever.admin.fault({ method: 'POST', path: '/webhooks', kind: 'status', status: 403, count: 1 });
  await expect(world.connect({ customer: 'By hand' })).rejects.toThrow(/lever\.forbidden/);
  const { data } = (await operator<{ data: PresentedConnection[] }>(world, 'GET', '/connections')).body;
  const connection = data.find(({ customer }) => customer === 'By hand') as PresentedConnection;
  const made = world.lever.admin.addWebhook({ url: connection.webhook.url, event: 'candidateStageChange' });
  const patch = { lever: { signatureToken: made.signatureToken } };
  await operator(world, 'PATCH', `/connections/${connection.id}`, patch);

  expect(await testAt(world.api, connection)).toMatchObject({ ok: true });
  await anotherApi(originOf(connection));
  const path = '/v1/webhooks';
  await until('the others were looked at', () => world.lever.admin.requests({ method: 'GET', path })[0]);
  await operator(world, 'POST', `/connections/${connection.id}/disable`);
  expect(atLever(connection).map(({ id }) => id)).toEqual([made.id]);
  await operator(world, 'POST', `/connections/${connection.id}/reconnect`, {
    lever: { apiKey: SEED.apiKey },
  });
  expect(atLever(connection).map(({ id }) => id)).toEqual([made.id]);
  expect((await read(connection)).webhook).toMatchObject({ state: 'manual', problem: null });
});

test('what was heard is told: nothing, a ping, an event', async () => {
  const connection = await world.connect({ customer: 'Heard' });
  expect((await read(connection)).webhook).toMatchObject({ lastHeardAt: null, firstEventAt: null });
  expect(connection.webhook.hint).toMatch(/^Never heard from/);

  await world.lever.admin.ping(atLever(connection)[0]?.id ?? '');
  await until(
    'the ping is noted',
    async () => (await read(connection)).webhook,
    ({ lastHeardAt }) => lastHeardAt !== null,
  );
  expect((await read(connection)).webhook.hint).toMatch(/^Only a test ping/);
  expect((await read(connection)).webhook.firstEventAt).toBeNull();

  // Within the minute in which no other ping would be noted.
  move(world, applicant(world), SEED.stages.phoneScreen);
  await until(
    'the event is noted',
    async () => (await read(connection)).webhook,
    ({ firstEventAt }) => firstEventAt !== null,
  );
  expect((await read(connection)).webhook.hint).toMatch(/^Last heard from at/);
});
