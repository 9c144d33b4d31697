import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import { defaultSecret } from '../../simulators/upwage/server';
import { applicant, operator } from '../helpers/actions';
import { storesTakenAway } from '../helpers/limits';
import { startTcpProxy } from '../helpers/tcp-proxy';
import { temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
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

/** What Upwage told waits when something is in its way: nothing of it may get lost, or be written twice. */

const { storeClerk } = SEED.postings;
const passed = 'UW Screened: PASSED';

const world = useWorld(() =>
  assemble(async (atEnd) => {
    const [host = '', port] = temporalAddress().split(':');
    const temporal = await startTcpProxy({ host, port: Number(port) });
    atEnd(() => temporal.stop());
    const hub = await startUpwageWorld({
      temporalAddress: `127.0.0.1:${temporal.port}`,
      env: storesTakenAway,
    });
    atEnd(() => hub.stop());
    return { ...hub, temporal };
  }),
);

const account = () => world.lever.admin;
const screened = (email: string): string => {
  const { id } = session(world, { email });
  world.upwage.admin.complete(id);
  return id;
};

const suspended = (id: string): Promise<unknown> =>
  until(
    'the run is suspended',
    () => runsOfSession(world, id),
    ([run]) => run?.suspended === true,
  );

test('keeps an event that comes while Temporal is away, and starts it after the return', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const email = someAddress();
  await world.temporal.cut();
  let known: string;
  let unknown: string;
  try {
    [known, unknown] = [screened(person.email), screened(email)];
    expect(await answers(world, known)).toEqual([202]);
    expect(await answers(world, unknown)).toEqual([202]);
    world.upwage.admin.resend(known);
    expect(await answers(world, known, 2)).toEqual([202, 200]);
    const verdicts = (await events(world)).map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === 'pending')).toHaveLength(2);
  } finally {
    await world.temporal.mend();
  }
  expect(await finished(world, known)).toMatchObject({ opportunity: person.opportunityId });
  await finished(world, unknown);
  expect(account().candidate(person.opportunityId).tags).toContain(passed);
  const [made, ...more] = opportunitiesOf(world, email);
  expect(more).toEqual([]);
  expect(made?.files).toHaveLength(1);
});

test('holds events while the connection is paused', async () => {
  const person = applicant(world, { postingId: storeClerk });
  const path = `/connections/${world.connection.id}`;
  expect((await operator(world, 'POST', `${path}/pause`)).status).toBe(200);
  const { id } = session(world, { email: person.email });
  world.upwage.admin.complete(id);
  expect(await answers(world, id)).toEqual([202]);
  expect((await events(world))[0]).toMatchObject({ verdict: 'held' });
  expect(await runsOfSession(world, id)).toEqual([]);
  expect((await operator(world, 'POST', `${path}/resume`)).status).toBe(200);
  expect(await finished(world, id)).toMatchObject({ opportunity: person.opportunityId });
});

test('waits for a person when Lever wants a user, and goes on once one is set', async () => {
  const { performAs, ...noUser } = usualSettings;
  const { id: ownId, callbackUrl } = await world.connect({
    vendor: 'upwage',
    customer: 'Beta Stores',
    credentials: { webhookSecret: defaultSecret },
    settings: noUser,
  });
  const email = someAddress();
  const { id } = session(world, { email });
  world.upwage.admin.sendTo(String(callbackUrl));
  try {
    world.upwage.admin.complete(id);
  } finally {
    world.upwage.admin.sendTo(String(world.connection.callbackUrl));
  }
  await suspended(id);
  expect(opportunitiesOf(world, email)).toEqual([]);
  const path = `/connections/${ownId}`;
  expect((await operator(world, 'PATCH', path, { settings: { performAs } })).status).toBe(200);
  await finished(world, id);
  expect(opportunitiesOf(world, email)).toHaveLength(1);
});

test('lets an operator call off a run that still looks for its opportunity', async () => {
  world.lever.admin.fault({
    method: 'GET',
    path: '/opportunities',
    kind: 'status',
    status: 503,
    count: 1_000,
  });
  try {
    const email = someAddress();
    const { id } = session(world, { email });
    world.upwage.admin.complete(id);
    const [run] = await until(
      'the run is recorded',
      () => runsOfSession(world, id),
      ({ length }) => length > 0,
    );
    const answer = await operator(world, 'POST', `/assessments/${run?.id}/cancel`, { reason: 'a test' });
    expect(answer.status).toBe(200);
    await finished(world, id, 'cancelled');
    expect(opportunitiesOf(world, email)).toEqual([]);
  } finally {
    world.lever.admin.clearFaults();
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
  const path = `/connections/${world.connection.id}/reconnect`;
  expect((await operator(world, 'POST', path, { lever: { apiKey } })).status).toBe(200);
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
  expect(opportunitiesOf(world, email)).toEqual([]);
  await reconnect();
  await finished(world, id);
  const [made, ...more] = opportunitiesOf(world, email);
  expect(more).toEqual([]);
  expect(made).toMatchObject({ tags: expect.arrayContaining([passed]), stage: SEED.stages.review });
});

test('waits with what is still to be written, and holds further events, until the grant is back', async () => {
  const [person, next] = [1, 2].map(() => applicant(world, { postingId: storeClerk }));
  const { opportunityId = '', email = '' } = person ?? {};
  const stuck = stuckAt('POST', '/opportunities/:id/files');
  const id = screened(email);
  await stuck;
  revoke();
  account().clearFaults();
  await suspended(id);
  const held = screened(next?.email ?? '');
  expect(await answers(world, held)).toEqual([202]);
  expect((await events(world))[0]).toMatchObject({ verdict: 'held' });
  expect(account().candidate(opportunityId)).toMatchObject({
    files: [],
    stage: SEED.stages.newApplicant,
  });
  await reconnect();
  for (const [session, whose] of [
    [id, opportunityId],
    [held, next?.opportunityId ?? ''],
  ] as const) {
    await finished(world, session);
    const shown = account().candidate(whose);
    expect(shown.files).toHaveLength(1);
    expect(shown.tags.filter((tag) => tag === passed)).toHaveLength(1);
    expect(shown.stage).toBe(SEED.stages.review);
  }
});
