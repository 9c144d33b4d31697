import { SEED } from '../../simulators/lever/seed';
import {
  applicant,
  configure,
  deliveriesOf,
  ended,
  inLever,
  invited,
  invitedApplicant,
  liveRun,
  look,
  move,
  operator,
  patience,
  runOf,
  times,
  writes,
} from '../helpers/story';
import { until } from '../helpers/until';
import { startWorld } from '../helpers/world';
import type { World } from '../helpers/world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(() => world?.stop());

let keys = 0;
const scope = ['opportunities', 'notes', 'webhooks'].map((name) => `${name}:write:admin`);
const reading = ['stages', 'postings', 'users', 'applications'].map((name) => `${name}:read:admin`);

const statusOf = async (id: string): Promise<string> =>
  (await operator<{ status: string }>(world, 'GET', `/connections/${id}`)).body.status;

const disconnected = (id: string) =>
  until(
    'the connection is called disconnected',
    async () => (await statusOf(id)) === 'disconnected',
    patience,
  );

/** A person reconnects with another key. */
async function reconnect(): Promise<void> {
  keys += 1;
  const apiKey = `another-key-${keys}`;
  world.lever.admin.addApiKey({ key: apiKey, scopes: 'all', confidential: true });
  const path = `/connections/${world.connection.id}/reconnect`;
  const answer = await operator<{ status: string }>(world, 'POST', path, { lever: { apiKey } });
  expect(answer).toMatchObject({ status: 200, body: { status: 'active' } });
}

function revokeKeys(): void {
  world.lever.admin.removeApiKey(SEED.apiKey);
  for (let key = 1; key <= keys; key += 1) world.lever.admin.removeApiKey(`another-key-${key}`);
}

const isSuspended = (id: string) => liveRun(world, id, 'the run is suspended', ({ suspended }) => suspended);

describe('a grant that Lever no longer takes', () => {
  it('suspends the run; a completion meanwhile is kept, and reconnecting ends it right', async () => {
    const person = await invitedApplicant(world);
    const { id, workflowId } = await runOf(world, person);
    revokeKeys();
    expect((await operator(world, 'POST', `/assessments/${id}/remind`)).status).toBe(200);
    await disconnected(world.connection.id);
    const live = await isSuspended(id);
    expect(live).toMatchObject({ status: 'invited', attention: [] });
    expect(live.waitingFor).toContain('connection');
    const described = await world.client.workflow.getHandle(workflowId).describe();
    expect(described.typedSearchAttributes.getAll()).toContainEqual(
      expect.objectContaining({ value: 'suspended' }),
    );
    expect((await operator(world, 'POST', `/assessments/${id}/remind`)).status).toBe(409);

    world.pop.admin.complete(person.application.applicationId);
    await liveRun(world, id, 'the completion is known', ({ status }) => status === 'completed');
    expect((await look(world, id)).closedAt).toBeNull();
    expect(inLever(world, person).tags).toContain('POP-IN-Progress');

    await reconnect();
    const run = await ended(world, person, 'completed');
    const { tags, links, notes } = inLever(world, person);
    const { appLink, repLink } = world.pop.admin.application(person.application.applicationId);
    expect(times(tags, 'POP-Completed')).toBe(1);
    expect(tags).not.toContain('POP-IN-Progress');
    expect([...links].sort()).toEqual([appLink, repLink].sort());
    expect(notes).toHaveLength(1);
    expect(run.timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['suspended', 'resumed']));
  });

  it('holds stage changes that come meanwhile, and starts them after reconnecting', async () => {
    const waiting = await invitedApplicant(world);
    const { id } = await runOf(world, waiting);
    revokeKeys();
    await operator(world, 'POST', `/assessments/${id}/remind`);
    await disconnected(world.connection.id);
    const late = applicant(world);
    move(world, late);
    await until(
      'the stage change is held',
      async () => {
        const [delivery] = await deliveriesOf(world, late);
        return delivery?.verdict === 'held';
      },
      patience,
    );
    await reconnect();
    await invited(world, late);
    expect(await deliveriesOf(world, late)).toEqual([expect.objectContaining({ verdict: 'started' })]);
  });

  it('of OAuth, found dead before the invitation: nobody is invited until there is another one', async () => {
    const grant = () =>
      world.lever.admin.grant({
        clientId: SEED.app.clientId,
        scope: [...scope, ...reading, 'offline_access'],
      });
    const connection = await world.connect({
      lever: { refreshToken: grant().refresh_token as string },
      settings: { triggerStages: ['Phone screen'] },
    });
    world.lever.admin.revoke();
    const person = applicant(world);
    move(world, person, SEED.stages.phoneScreen);
    await disconnected(connection.id);
    const { id } = await runOf(world, person);
    await isSuspended(id);
    expect(world.pop.admin.applications({ email: person.email })).toEqual([]);

    const answer = await operator(world, 'POST', `/connections/${connection.id}/reconnect`, {
      lever: { refreshToken: grant().refresh_token },
    });
    expect(answer.status).toBe(200);
    const application = await invited(world, person);
    world.pop.admin.complete(application.applicationId);
    await ended(world, person, 'completed');
  });
});

describe('the suspend limit', () => {
  beforeAll(() => configure(world, { suspendLimit: '1s' }));

  it('closes a run as unwritten that Lever could not be told of, and lists it', async () => {
    const person = await invitedApplicant(world);
    const { id } = await runOf(world, person);
    revokeKeys();
    const before = writes(world, person);
    await operator(world, 'POST', `/assessments/${id}/remind`);
    const run = await ended(world, person, 'unwritten');
    expect(run.timeline.at(-1)?.kind).toBe('closed');
    const listed = await operator<{ data: { id: string }[] }>(world, 'GET', '/assessments?status=unwritten');
    expect(listed.body.data.map((each) => each.id)).toContain(id);
    expect(inLever(world, person).notes).toEqual([]);
    await reconnect();
    expect(new Set(writes(world, person).slice(before.length))).toEqual(new Set());
  });

  it('closes a completed one as well, saying what it was', async () => {
    const person = await invitedApplicant(world);
    revokeKeys();
    world.pop.admin.complete(person.application.applicationId);
    const run = await ended(world, person, 'unwritten');
    expect(run.timeline.at(-1)?.detail).toContain('completed, but Lever could not be written to');
    await reconnect();
  });
});
