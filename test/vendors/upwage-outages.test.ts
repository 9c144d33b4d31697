import { SEED } from '../../simulators/lever/seed';
import { defaultSecret } from '../../simulators/upwage/server';
import { applicant, operator } from '../helpers/story';
import { startTcpProxy } from '../helpers/tcp-proxy';
import type { TcpProxy } from '../helpers/tcp-proxy';
import { temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';
import {
  answers,
  events,
  finished,
  opportunitiesOf,
  runsOfSession,
  session,
  someAddress,
  startUpwageWorld,
  usualSettings,
} from './upwage-world';
import type { UpwageWorld } from './upwage-world';

/** What Upwage told waits when something is in its way: nothing of it may get lost, or be written twice. */

const { storeClerk } = SEED.postings;
const passed = 'UW Screened: PASSED';

let temporal: TcpProxy;
let site: UpwageWorld;
beforeAll(async () => {
  const [host = '', port] = temporalAddress().split(':');
  temporal = await startTcpProxy({ host, port: Number(port) });
  site = await startUpwageWorld({ temporalAddress: `127.0.0.1:${temporal.port}` });
});
afterAll(async () => {
  await site?.stop();
  await temporal?.stop();
});

const account = () => site.world.lever.admin;
const screened = (email: string): string => {
  const { id } = session(site, { email });
  site.upwage.admin.complete(id);
  return id;
};

const suspended = (id: string): Promise<unknown> =>
  until(
    'the run is suspended',
    () => runsOfSession(site, id),
    ([run]) => run?.suspended === true,
  );

test('keeps an event that comes while Temporal is away, and starts it after the return', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const email = someAddress();
  await temporal.cut();
  let known: string;
  let unknown: string;
  try {
    [known, unknown] = [screened(person.email), screened(email)];
    expect(await answers(site, known)).toEqual([202]);
    expect(await answers(site, unknown)).toEqual([202]);
    site.upwage.admin.resend(known);
    expect(await answers(site, known, 2)).toEqual([202, 200]);
    const verdicts = (await events(site)).map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === 'pending')).toHaveLength(2);
  } finally {
    await temporal.mend();
  }
  expect(await finished(site, known)).toMatchObject({ opportunity: person.opportunityId });
  await finished(site, unknown);
  expect(account().candidate(person.opportunityId).tags).toContain(passed);
  const [made, ...more] = opportunitiesOf(site, email);
  expect(more).toEqual([]);
  expect(made?.files).toHaveLength(1);
});

test('holds events while the connection is paused', async () => {
  const person = applicant(site.world, { postingId: storeClerk });
  const path = `/connections/${site.world.connection.id}`;
  expect((await operator(site.world, 'POST', `${path}/pause`)).status).toBe(200);
  const { id } = session(site, { email: person.email });
  site.upwage.admin.complete(id);
  expect(await answers(site, id)).toEqual([202]);
  expect((await events(site))[0]).toMatchObject({ verdict: 'held' });
  expect(await runsOfSession(site, id)).toEqual([]);
  expect((await operator(site.world, 'POST', `${path}/resume`)).status).toBe(200);
  expect(await finished(site, id)).toMatchObject({ opportunity: person.opportunityId });
});

test('waits for a person when Lever wants a user, and goes on once one is set', async () => {
  const { performAs, ...noUser } = usualSettings;
  const { id: ownId, callbackUrl } = await site.world.connect({
    vendor: 'upwage',
    customer: 'Beta Stores',
    credentials: { webhookSecret: defaultSecret },
    settings: noUser,
  });
  const email = someAddress();
  const { id } = session(site, { email });
  site.upwage.admin.sendTo(String(callbackUrl));
  try {
    site.upwage.admin.complete(id);
  } finally {
    site.upwage.admin.sendTo(String(site.world.connection.callbackUrl));
  }
  await suspended(id);
  expect(opportunitiesOf(site, email)).toEqual([]);
  const path = `/connections/${ownId}`;
  expect((await operator(site.world, 'PATCH', path, { settings: { performAs } })).status).toBe(200);
  await finished(site, id);
  expect(opportunitiesOf(site, email)).toHaveLength(1);
});

test('lets an operator call off a run that still looks for its opportunity', async () => {
  site.world.lever.admin.fault({
    method: 'GET',
    path: '/opportunities',
    kind: 'status',
    status: 503,
    count: 1_000,
  });
  try {
    const email = someAddress();
    const { id } = session(site, { email });
    site.upwage.admin.complete(id);
    const [run] = await until(
      'the run is recorded',
      () => runsOfSession(site, id),
      ({ length }) => length > 0,
    );
    const answer = await operator(site.world, 'POST', `/assessments/${run?.id}/cancel`, { reason: 'a test' });
    expect(answer.status).toBe(200);
    await finished(site, id, 'cancelled');
    expect(opportunitiesOf(site, email)).toEqual([]);
  } finally {
    site.world.lever.admin.clearFaults();
  }
});

let keys = 0;

/** The customer takes the access back. */
function revoke(): void {
  account().removeApiKey(keys === 0 ? SEED.apiKey : `another-key-${keys}`);
}

async function reconnect(): Promise<void> {
  keys += 1;
  const apiKey = `another-key-${keys}`;
  account().addApiKey({ key: apiKey, scopes: 'all', confidential: true });
  const path = `/connections/${site.world.connection.id}/reconnect`;
  expect((await operator(site.world, 'POST', path, { lever: { apiKey } })).status).toBe(200);
}

/** Lever fails at this route until the fault is cleared: the run comes so far and no further. */
async function stuckAt(method: 'GET' | 'POST', path: string): Promise<void> {
  const before = account().requests({ method, path }).length;
  account().fault({ method, path, kind: 'status', status: 503, count: 10_000 });
  await until(
    'the run has come there',
    () => account().requests({ method, path }),
    ({ length }) => length > before,
  );
}

test('waits with somebody new when the grant is revoked during the search', async () => {
  const email = someAddress();
  const stuck = stuckAt('GET', '/opportunities');
  const id = screened(email);
  await stuck;
  revoke();
  account().clearFaults();
  await suspended(id);
  expect(opportunitiesOf(site, email)).toEqual([]);
  await reconnect();
  await finished(site, id);
  const [made, ...more] = opportunitiesOf(site, email);
  expect(more).toEqual([]);
  expect(made).toMatchObject({ tags: expect.arrayContaining([passed]), stage: SEED.stages.review });
});

test('waits with what is still to be written, and holds further events, until the grant is back', async () => {
  const [person, next] = [1, 2].map(() => applicant(site.world, { postingId: storeClerk }));
  const { opportunityId = '', email = '' } = person ?? {};
  const stuck = stuckAt('POST', '/opportunities/:id/files');
  const id = screened(email);
  await stuck;
  revoke();
  account().clearFaults();
  await suspended(id);
  const held = screened(next?.email ?? '');
  expect(await answers(site, held)).toEqual([202]);
  expect((await events(site))[0]).toMatchObject({ verdict: 'held' });
  expect(account().candidate(opportunityId)).toMatchObject({
    files: [],
    stage: SEED.stages.newApplicant,
  });
  await reconnect();
  for (const [session, whose] of [
    [id, opportunityId],
    [held, next?.opportunityId ?? ''],
  ] as const) {
    await finished(site, session);
    const shown = account().candidate(whose);
    expect(shown.files).toHaveLength(1);
    expect(shown.tags.filter((tag) => tag === passed)).toHaveLength(1);
    expect(shown.stage).toBe(SEED.stages.review);
  }
});
