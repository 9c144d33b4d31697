import { Client as PgClient } from 'pg';
import type { PresentedConnection } from '../../api/connections/present';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import type { ProbedAccess } from '../../workflows/maintenance/contract';
import { probeAccessScheduleId } from '../../workflows/maintenance/contract';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  deliveriesOf,
  ended,
  inLever,
  invited,
  invitedApplicant,
  liveRun,
  look,
  move,
  operator,
  runOf,
  times,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** Connections that were given up during an outage of Lever, and how they come back by themselves (decision 0010). */

const world = useWorld(() =>
  assemble(async (atEnd) => {
    const started = await startWorld({ env: { LEVER_PATIENCE: '500ms', LEVER_PROBE_INTERVAL: '1s' } });
    atEnd(() => started.stop());
    atEnd(() =>
      started.client.schedule
        .getHandle(probeAccessScheduleId)
        .delete()
        .catch(() => undefined),
    );
    return started;
  }),
);
afterEach(async () => {
  world.lever.admin.configure({ outage: 'none' });
  world.lever.admin.clearFaults();
  await isBack(world.connection.id);
  for (const id of made.splice(0)) await operator(world, 'POST', `/connections/${id}/disable`);
});

const scope = [
  'offline_access',
  ...['opportunities', 'notes', 'webhooks'].map((name) => `${name}:write:admin`),
  ...['stages', 'postings', 'users', 'applications'].map((name) => `${name}:read:admin`),
];
const made: string[] = [];
async function byOAuth(): Promise<string> {
  const grant = world.lever.admin.grant({ clientId: SEED.app.clientId, scope });
  const { id } = await world.connect({
    lever: { refreshToken: grant.refresh_token ?? '' },
    settings: { triggerStages: ['Phone screen'] },
  });
  made.push(id);
  return id;
}

const seen = async (id: string): Promise<PresentedConnection> =>
  (await operator<PresentedConnection>(world, 'GET', `/connections/${id}`)).body;
const inStatus = (id: string, status: string): Promise<PresentedConnection> =>
  until(`the connection is ${status}`, async () => {
    const connection = await seen(id);
    return connection.status === status ? connection : null;
  });
async function isBack(id: string): Promise<void> {
  expect(await inStatus(id, 'active')).toMatchObject({ statusReason: null, refusedSince: null });
}

/** Waits until runs of the Schedule that began after now are over; what they came to. */
async function nextProbes(count: number): Promise<ProbedAccess[]> {
  const began = Date.now();
  const query = `WorkflowType = 'probeAccess' AND ExecutionStatus = 'Completed' AND StartTime > '${new Date(began).toISOString()}'`;
  const ids = await until(`${count} runs of the Schedule are over`, async () => {
    const found: string[] = [];
    for await (const { workflowId } of world.client.workflow.list({ query })) found.push(workflowId);
    return found.length >= count ? found : null;
  });
  return Promise.all(ids.map((id) => world.client.workflow.getHandle(id).result() as Promise<ProbedAccess>));
}

async function sql(text: string, values: unknown[]): Promise<void> {
  const client = new PgClient({ connectionString: world.databaseUrl });
  await client.connect();
  await client.query(text, values);
  await client.end();
}

/** The other connection's webhook hears of it as well, and ignores it. */
const verdictsOf = async (person: Person): Promise<string[]> =>
  (await deliveriesOf(world, person)).map(({ verdict }) => verdict);

interface Run extends Person {
  id: string;
  applicationId: string;
}

async function invitedIn(stage: string): Promise<Run> {
  const person = applicant(world);
  move(world, person, stage);
  const { applicationId } = await invited(world, person);
  return { ...person, id: (await runOf(world, person)).id, applicationId };
}

/** Lever refuses everything until both connections are given up and their runs are suspended. */
async function outage(ids: string[], runs: Run[]): Promise<void> {
  world.lever.admin.configure({ outage: 'unauthorized' });
  for (const { applicationId } of runs) world.smg.admin.complete(applicationId);
  for (const id of ids) await inStatus(id, 'disconnected');
  for (const { id } of runs) await liveRun(world, id, 'the run is suspended', ({ suspended }) => suspended);
}

describe('a connection that was given up', () => {
  it('comes back with all that waited for it, be it by key or by token', async () => {
    const ids = [world.connection.id, await byOAuth()];
    const stages = [SEED.stages.assessment, SEED.stages.phoneScreen] as const;
    const runs = [await invitedIn(stages[0]), await invitedIn(stages[1])];
    await outage(ids, runs);
    for (const id of ids) {
      const { statusCode, refusedSince } = await seen(id);
      expect(statusCode).toBe('access_doubted');
      expect(refusedSince).not.toBeNull();
    }
    const late = stages.map((stage) => {
      const person = applicant(world);
      move(world, person, stage);
      return person;
    });
    for (const person of late) {
      await until(
        'the stage change is held',
        () => verdictsOf(person),
        (seen) => seen.includes('held'),
      );
    }
    // Still refused: it is asked about, and stays as it is.
    for (const { restored, failed } of await nextProbes(2)) expect([...restored, ...failed]).toEqual([]);
    for (const id of ids) expect((await seen(id)).status).toBe('disconnected');

    world.lever.admin.configure({ outage: 'none' });
    for (const id of ids) await isBack(id);
    for (const run of runs) {
      await ended(world, run, 'completed');
      expect(times(inLever(world, run).tags, 'POP-Completed')).toBe(1);
    }
    for (const person of late) {
      await invited(world, person);
      expect(applications(world, person)).toHaveLength(1);
      expect((await verdictsOf(person)).filter((verdict) => verdict !== 'ignored')).toEqual(['started']);
    }
  });

  it('holds what the limits stop, as after a pause', async () => {
    const run = await invitedIn(SEED.stages.assessment);
    await outage([world.connection.id], [run]);
    const late = applicant(world);
    move(world, late);
    await until(
      'the stage change is held',
      () => verdictsOf(late),
      (seen) => seen.includes('held'),
    );
    await sql(`update deliveries set received_at = now() - interval '80 hours' where opportunity_id = $1`, [
      late.opportunityId,
    ]);
    world.lever.admin.configure({ outage: 'none' });
    await ended(world, run, 'completed');
    const held = await until('the limit has stopped it', async () =>
      (await deliveriesOf(world, late)).find(({ reasonCode }) => reasonCode === 'too_old'),
    );
    expect(held.verdict).toBe('held');
    expect(applications(world, late)).toEqual([]);
  });

  it('comes back paused when that was wished meanwhile', async () => {
    const run = await invitedIn(SEED.stages.assessment);
    const { id } = world.connection;
    await outage([id], [run]);
    const wished = `code_before = 'to_be_corrected', reason_before = 'correct the settings'`;
    await sql(`update connections set ${wished} where id = $1`, [id]);
    world.lever.admin.configure({ outage: 'none' });
    expect(await inStatus(id, 'paused')).toMatchObject({
      statusCode: 'to_be_corrected',
      statusReason: 'correct the settings',
    });
    // A run that has begun goes on, as it does in a pause.
    await ended(world, run, 'completed');
    expect((await operator(world, 'POST', `/connections/${id}/resume`)).status).toBe(200);
  });

  it('is asked about for so long only, and not at all once its refresh token is refused', async () => {
    const [tired, dead] = [world.connection.id, await byOAuth()];
    const runs = [await invitedIn(SEED.stages.assessment), await invitedIn(SEED.stages.phoneScreen)];
    await outage([tired, dead], runs);
    await sql(`update connections set refused_since = refused_since - interval '7 days' where id = $1`, [
      tired,
    ]);
    world.lever.admin.revoke(world.lever.admin.grants().at(-1)?.id);
    const gone = await until('it is known to be gone', async () => {
      const connection = await seen(dead);
      return connection.refusedSince === null ? connection : null;
    });
    expect(gone).toMatchObject({
      status: 'disconnected',
      statusCode: 'access_refused',
    });
    world.lever.admin.configure({ outage: 'none' });
    await nextProbes(1);
    const before = world.lever.admin.requests().at(-1)?.seq ?? 0;
    await nextProbes(2);
    expect(world.lever.admin.requests({ after: before })).toEqual([]);
    expect((await seen(tired)).status).toBe('disconnected');

    world.lever.admin.addApiKey({ key: 'another-key', scopes: 'all', confidential: true });
    const path = `/connections/${tired}/reconnect`;
    const answer = await operator(world, 'POST', path, { lever: { apiKey: 'another-key' } });
    expect(answer).toMatchObject({ status: 200, body: { status: 'active', refusedSince: null } });
    await ended(world, runs[0] as Run, 'completed');
  });
});

describe('a single request that Lever answers with 401 for good', () => {
  it('asks for attention, as one that is forbidden, and leaves the connection as it is', async () => {
    const { id } = world.connection;
    await operator(world, 'PATCH', `/connections/${id}`, { settings: { note: 'Done: {assessment}' } });
    const person = await invitedApplicant(world);
    const path = '/opportunities/:id/notes';
    world.lever.admin.fault({ method: 'POST', path, kind: 'status', status: 401, count: 1_000 });
    world.smg.admin.complete(person.application.applicationId);
    const run = await runOf(world, person);
    const { attention } = await liveRun(
      world,
      run.id,
      'the run asks for attention',
      (live) => live.attention.length > 0,
    );
    expect(attention).toEqual([expect.objectContaining({ kind: 'note', code: 'lever.forbidden' })]);
    expect(attention[0]?.message).toContain('POST /opportunities/:id/notes');
    await until(
      'all else is written',
      () => inLever(world, person).tags,
      (tags) => tags.includes('POP-Completed'),
    );
    expect((await seen(id)).status).toBe('active');
    world.lever.admin.clearFaults();
    const effect = `/assessments/${run.id}/effects/${encodeURIComponent(attention[0]?.effectId ?? '')}`;
    expect((await operator(world, 'POST', `${effect}/retry`)).status).toBe(200);
    await ended(world, person, 'completed');
    expect((await look(world, run.id)).timeline.map(({ kind }) => kind)).toContain('effect_settled');
  });
});
