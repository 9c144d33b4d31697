import { Writable } from 'node:stream';
import { Client as PgClient } from 'pg';
import type { PresentedConnection } from '../../api/connections/present';
import { createLogger } from '../../platform/log';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import type { KeptGrants } from '../../workflows/maintenance/contract';
import { keepGrantsScheduleId } from '../../workflows/maintenance/contract';
import { operator } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** How grants of quiet customers live on, and how their end is told in time (decision 0015). */

const lines: string[] = [];
const log = createLogger({
  level: 'warn',
  name: 'grants',
  destination: new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  }),
});

// The Schedule looks every second, unless it is paused: then a test says when.
const world = useWorld(() =>
  assemble(async (atEnd) => {
    const hub = await startWorld({ env: { GRANT_REFRESH_AFTER: '10s' }, log });
    atEnd(() => hub.stop());
    const handle = hub.client.schedule.getHandle(keepGrantsScheduleId);
    atEnd(() => handle.delete().catch(() => undefined));
    await handle.pause();
    return hub;
  }),
);

const day = 86_400_000;
const schedule = () => world.client.schedule.getHandle(keepGrantsScheduleId);
const scope = [
  'offline_access',
  ...['opportunities', 'notes', 'webhooks'].map((name) => `${name}:write:admin`),
  ...['stages', 'postings', 'users', 'applications'].map((name) => `${name}:read:admin`),
];
const consent = (): string =>
  world.lever.admin.grant({ clientId: SEED.app.clientId, scope }).refresh_token as string;

async function seen(id: string): Promise<PresentedConnection> {
  return (await operator<PresentedConnection>(world, 'GET', `/connections/${id}`)).body;
}

/** Whether the hub can still use the account. */
async function works(id: string): Promise<boolean> {
  const { status, body } = await operator<{ ok: boolean }>(world, 'POST', `/connections/${id}/test`);
  expect(status).toBe(200);
  return body.ok;
}

/** As if these grants had not been refreshed for long. */
const old = (...ids: string[]): Promise<void> =>
  sql(`update grants set refreshed_at = now() - interval '1 day' where connection_id = any ($1)`, [ids]);

async function sql(text: string, values: unknown[]): Promise<void> {
  const client = new PgClient({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query(text, values);
  await client.end();
}

const refreshes = () => world.lever.admin.requests({ method: 'POST', path: '/oauth/token' }).length;

/** Has the Schedule start its workflow, and waits for what that comes to. */
async function keepAlive(): Promise<{ workflowId: string; kept: KeptGrants }> {
  const before = (await schedule().describe()).info.numActionsTaken;
  await schedule().trigger();
  const workflowId = await until('the workflow was started', async () => {
    const { numActionsTaken, recentActions } = (await schedule().describe()).info;
    return numActionsTaken > before ? recentActions.at(-1)?.action.workflow.workflowId : null;
  });
  const kept = (await world.client.workflow.getHandle(workflowId).result()) as KeptGrants;
  return { workflowId, kept };
}

const made: string[] = [];
async function byOAuth(): Promise<PresentedConnection> {
  const connection = await world.connect({
    lever: { refreshToken: consent() },
    settings: { triggerStages: ['Phone screen'] },
  });
  made.push(connection.id);
  return connection;
}
afterEach(async () => {
  for (const id of made.splice(0)) await operator(world, 'POST', `/connections/${id}/disable`);
});

describe('a grant that nobody uses', () => {
  it('is refreshed by the Schedule, so that it still works on day 100', async () => {
    const { id } = await byOAuth();
    world.lever.admin.advanceClock(80 * day);
    await old(id);
    const before = refreshes();
    await schedule().unpause();
    await until('the grant was refreshed', refreshes, (count) => count > before);
    await schedule().pause();
    world.lever.admin.advanceClock(20 * day);
    expect(await works(id)).toBe(true);
    expect((await seen(id)).status).toBe('active');
  });

  it('is dead on day 100 without the Schedule; its next run says so, stops for no other, and leaves it alone then', async () => {
    const dead = await byOAuth();
    world.lever.admin.advanceClock(80 * day);
    world.lever.admin.advanceClock(20 * day);
    expect(await works(dead.id)).toBe(false);

    const [other, unusable] = [await byOAuth(), await byOAuth()];
    // A sandbox account, for whose vendor no OAuth app is configured.
    await sql(`update connections set environment = 'sandbox', status_reason = 'changed' where id = $1`, [
      unusable.id,
    ]);
    await old(dead.id, other.id, unusable.id);
    const { kept, workflowId } = await keepAlive();
    expect(kept).toEqual({ refreshed: 1, disconnected: [dead.id], failed: [unusable.id] });
    expect(await seen(dead.id)).toMatchObject({
      status: 'disconnected',
      statusCode: 'access_refused',
    });
    expect(await works(other.id)).toBe(true);
    const described = await world.client.workflow.getHandle(workflowId).describe();
    expect(await described.staticSummary()).toContain('refreshes access to Lever');

    await old(dead.id, other.id);
    expect((await keepAlive()).kept).toMatchObject({ refreshed: 1, disconnected: [] });
  });
});

describe('the end of a grant', () => {
  it('is a year after the consent: told with the connection and in the log, until somebody connects again', async () => {
    const { id } = await byOAuth();
    expect((await seen(id)).grant).toMatchObject({ kind: 'oauth', warning: null });
    await sql(`update grants set granted_at = now() - interval '320 days' where connection_id = $1`, [id]);
    const { grant } = await seen(id);
    const endsAt = new Date(Date.parse(grant?.grantedAt ?? '') + 365 * day).toISOString();
    expect(grant).toMatchObject({ endsAt });
    expect(grant?.warning).toContain(`on ${endsAt.slice(0, 10)}, a year after it was granted`);
    expect(grant?.warning).toContain(`/api/v1/connections/${id}/reconnect`);

    await keepAlive();
    const told = lines.filter((line) => line.includes('a year after it was granted') && line.includes(id));
    expect(told).toHaveLength(1);
    // A refresh does not move the end, and a grant that is refused changes nothing.
    const path = `/connections/${id}/reconnect`;
    expect((await operator(world, 'POST', path, { lever: { refreshToken: 'unknown' } })).status).toBe(422);
    expect((await seen(id)).grant).toMatchObject({ grantedAt: grant?.grantedAt, endsAt });

    expect((await operator(world, 'POST', path, { lever: { refreshToken: consent() } })).status).toBe(200);
    expect((await seen(id)).grant).toMatchObject({ kind: 'oauth', warning: null });
  });

  it('never comes for an API key', async () => {
    const { grant, leverAccountId } = await seen(world.connection.id);
    expect(grant).toMatchObject({ kind: 'apiKey', endsAt: null, warning: null });
    expect(leverAccountId).toBeNull();
  });
});

it('a connection made with a refresh token knows its Lever account from then on', async () => {
  const { leverAccountId } = await byOAuth();
  expect(leverAccountId).toMatch(/^[\w-]{8,64}$/);
});

it('a connection that is disabled takes its webhooks and its grant with it', async () => {
  const { id, webhook } = await byOAuth();
  const ours = () => world.lever.admin.webhooks().filter(({ url }) => url === webhook.url);
  expect(ours()).not.toEqual([]);
  const { status, body } = await operator<PresentedConnection>(world, 'POST', `/connections/${id}/disable`);
  expect({ status, state: body.webhook.state, grant: body.grant }).toEqual({
    status: 200,
    state: 'removed',
    grant: null,
  });
  expect(ours()).toEqual([]);
  const before = world.lever.admin.requests().length;
  expect((await operator(world, 'POST', `/connections/${id}/test`)).status).toBe(409);
  expect(world.lever.admin.requests()).toHaveLength(before);
});
