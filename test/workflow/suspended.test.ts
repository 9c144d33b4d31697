import { SEED } from '../../simulators/lever/seed';
import { connectionChangedSignal } from '../../workflows/assessment/contract';
import type { Person } from '../helpers/actions';
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
  runOf,
  times,
  writes,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(startWorld);

let keys = 0;
const scope = ['opportunities', 'notes', 'webhooks'].map((name) => `${name}:write:admin`);
const reading = ['stages', 'postings', 'users', 'applications'].map((name) => `${name}:read:admin`);

const statusOf = async (id: string): Promise<string> =>
  (await operator<{ status: string }>(world, 'GET', `/connections/${id}`)).body.status;

const disconnected = (id: string) =>
  until(
    'the connection is called disconnected',
    () => statusOf(id),
    (status) => status === 'disconnected',
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

    world.smg.admin.complete(person.application.applicationId);
    await liveRun(world, id, 'the completion is known', ({ status }) => status === 'completed');
    expect((await look(world, id)).closedAt).toBeNull();
    expect(inLever(world, person).tags).toContain('POP-IN-Progress');

    await reconnect();
    const run = await ended(world, person, 'completed');
    const { tags, links, notes } = inLever(world, person);
    const { appLink, repLink } = world.smg.admin.application(person.application.applicationId);
    expect(times(tags, 'POP-Completed')).toBe(1);
    expect(tags).not.toContain('POP-IN-Progress');
    expect([...links].sort()).toEqual([appLink, repLink].sort());
    expect(notes).toHaveLength(1);
    expect(run.timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['suspended', 'resumed']));
  });

  describe('a webhook about a run whose grant is gone', () => {
    /** The archive webhook is the first to find the revocation out. */
    async function archivedWhileRevoked() {
      const person = await invitedApplicant(world);
      const { id } = await runOf(world, person);
      revokeKeys();
      world.lever.admin.archive(person.opportunityId);
      await until(
        'the row says so',
        () => look(world, id),
        ({ suspended }) => suspended,
      );
      return { ...person, id };
    }

    it('lets the news behind it through, and is followed after reconnecting', async () => {
      const person = await archivedWhileRevoked();
      world.smg.admin.complete(person.application.applicationId);
      await liveRun(world, person.id, 'the completion is known', ({ status }) => status === 'completed');
      await reconnect();
      const run = await ended(world, person, 'completed');
      expect(run.timeline.some(({ detail }) => detail?.startsWith('candidateArchiveChange'))).toBe(true);
    });

    it('ends the run after reconnecting, by the look that was put off', async () => {
      const person = await archivedWhileRevoked();
      await reconnect();
      const run = await ended(world, person, 'cancelled');
      expect(run.reasonCode).toBe('archived');
      expect(inLever(world, person).tags).not.toContain('POP-IN-Progress');
    });

    it('lets an operator cancel at once', async () => {
      const person = await archivedWhileRevoked();
      const answer = await operator(world, 'POST', `/assessments/${person.id}/cancel`, { reason: 'a test' });
      expect(answer).toMatchObject({ status: 200, body: { status: 'cancelled' } });
      await reconnect();
      await ended(world, person, 'cancelled');
    });
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
      () => deliveriesOf(world, late),
      ([delivery]) => delivery?.verdict === 'held',
    );
    await reconnect();
    await invited(world, late);
    expect(await deliveriesOf(world, late)).toEqual([expect.objectContaining({ verdict: 'started' })]);
  });
});

describe('access that the customer revokes in Lever', () => {
  const consent = (): string =>
    world.lever.admin.grant({ clientId: SEED.app.clientId, scope: [...scope, ...reading, 'offline_access'] })
      .refresh_token as string;

  /** Each test has the stage to itself. */
  const made: string[] = [];
  async function byOAuth(settings: Record<string, unknown> = {}): Promise<{ id: string }> {
    const { id } = await world.connect({
      lever: { refreshToken: consent() },
      settings: { triggerStages: ['Phone screen'], note: 'Done: {assessment}', ...settings },
    });
    made.push(id);
    return { id };
  }

  const reconnectByOAuth = async (id: string): Promise<void> => {
    const answer = await operator(world, 'POST', `/connections/${id}/reconnect`, {
      lever: { refreshToken: consent() },
    });
    expect(answer).toMatchObject({ status: 200, body: { status: 'active' } });
  };

  /** On the page Authorized Apps, as the Super Admin does it. */
  async function revokeAccess(): Promise<void> {
    const grant = world.lever.admin.grants().at(-1);
    const page = `${world.lever.url}/settings/authorized-apps/${grant?.id}/revoke`;
    expect((await fetch(page, { method: 'POST', redirect: 'manual' })).status).toBeLessThan(400);
    expect(world.lever.admin.grants().at(-1)?.revokedAt).toEqual(expect.any(Number));
  }

  interface Candidate extends Person {
    /** Of the run. */
    id: string;
    workflowId: string;
    applicationId: string;
  }

  /** So many people whom the connection's vendor has invited. */
  const invitedPeople = (count: number): Promise<Candidate[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const person = applicant(world);
        move(world, person, SEED.stages.phoneScreen);
        const { applicationId } = await invited(world, person);
        const { id, workflowId } = await runOf(world, person);
        return { ...person, id, workflowId, applicationId };
      }),
    );

  const refusedCalls = (person: Person, after: number): number =>
    world.lever.admin
      .requests({ status: 401, after })
      .filter(({ path }) => path.includes(person.opportunityId)).length;
  let passed = 0;
  const passTime = (ms: number): void => {
    world.lever.admin.advanceClock(ms);
    passed += ms;
  };
  const lastRequest = (): number => world.lever.admin.requests().at(-1)?.seq ?? 0;

  /** Has a suspended run look for itself whether the connection is back. */
  async function lookAgain({ workflowId }: Candidate): Promise<void> {
    const handle = world.client.workflow.getHandle(workflowId);
    const length = async () => (await handle.describe()).historyLength;
    const before = await length();
    await handle.signal(connectionChangedSignal);
    // The signal, a workflow task, an activity, and the workflow task that hears what it came to.
    await until('the run looked', length, (now) => now >= before + 10);
  }

  afterEach(async () => {
    world.lever.admin.configure({ revokeMode: 'at-once', webhooksAfterRevoke: 'keep' });
    // Webhooks from the future would be refused.
    passTime(-passed);
    for (const id of made.splice(0)) await operator(world, 'POST', `/connections/${id}/disable`);
  });

  it.each([
    ['at-once', 'keep'],
    ['at-expiry', 'stop'],
  ] as const)(
    'suspends five runs (tokens die %s, webhooks %s); each ends right after the customer has connected again',
    async (revokeMode, webhooksAfterRevoke) => {
      const { id } = await byOAuth();
      const people = await invitedPeople(5);
      const [first, second, third, ...others] = people as [Candidate, Candidate, Candidate, ...Candidate[]];
      world.lever.admin.configure({ revokeMode, webhooksAfterRevoke });
      await revokeAccess();
      if (revokeMode === 'at-expiry') {
        // Nobody can know yet: what the access token still opens goes on.
        world.smg.admin.complete(first.applicationId);
        await ended(world, first, 'completed');
        passTime(2 * 3_600_000);
      }
      const before = lastRequest();
      // Three runs find it out at the same time.
      for (const person of [second, third]) world.smg.admin.complete(person.applicationId);
      if (revokeMode === 'at-once') world.smg.admin.complete(first.applicationId);
      await disconnected(id);
      const known = lastRequest();

      for (const person of others) world.smg.admin.complete(person.applicationId);
      const suspended = revokeMode === 'at-once' ? people : people.slice(1);
      for (const person of suspended) {
        const live = await isSuspended(person.id);
        expect(live.attention).toEqual([]);
        await liveRun(world, person.id, 'the completion is kept', ({ status }) => status === 'completed');
        await lookAgain(person);
        expect((await look(world, person.id)).closedAt).toBeNull();
        expect(inLever(world, person).tags).not.toContain('POP-Completed');
        expect(refusedCalls(person, known)).toBeLessThanOrEqual(1);
        // Nor repeats before: at most the three that a completion begins with side by side.
        expect(refusedCalls(person, before)).toBeLessThanOrEqual(3);
      }

      await reconnectByOAuth(id);
      for (const person of people) {
        await ended(world, person, 'completed');
        const { tags, notes } = inLever(world, person);
        expect(times(tags, 'POP-Completed')).toBe(1);
        expect(tags).not.toContain('POP-IN-Progress');
        expect(notes).toHaveLength(1);
      }
    },
  );

  it('ends several runs as unwritten at the suspend limit, and lists them', async () => {
    const { id } = await byOAuth({ suspendLimit: '1s' });
    const people = await invitedPeople(3);
    await revokeAccess();
    for (const { applicationId } of people) world.smg.admin.complete(applicationId);
    for (const person of people) await ended(world, person, 'unwritten');
    const listed = await operator<{ data: { id: string }[] }>(
      world,
      'GET',
      `/assessments?status=unwritten&connection=${id}`,
    );
    expect(listed.body.data.map((each) => each.id).sort()).toEqual(people.map((each) => each.id).sort());
    expect(await statusOf(id)).toBe('disconnected');
  });

  it('found out before the invitation: nobody is invited until there is another grant', async () => {
    const { id } = await byOAuth();
    await revokeAccess();
    const person = applicant(world);
    move(world, person, SEED.stages.phoneScreen);
    await disconnected(id);
    await isSuspended((await runOf(world, person)).id);
    expect(world.smg.admin.applications({ email: person.email })).toEqual([]);

    await reconnectByOAuth(id);
    const application = await invited(world, person);
    world.smg.admin.complete(application.applicationId);
    await ended(world, person, 'completed');
  });

  it('is nothing against being disabled on our side: no run calls Lever after that, and it stays disabled', async () => {
    const { id } = await byOAuth();
    const [person] = (await invitedPeople(1)) as [Candidate];
    expect((await operator(world, 'POST', `/connections/${id}/disable`, { openRuns: 'keep' })).status).toBe(
      200,
    );
    const before = lastRequest();
    world.smg.admin.complete(person.applicationId);
    await isSuspended(person.id);
    await lookAgain(person);
    expect(world.lever.admin.requests({ after: before })).toEqual([]);
    expect(await statusOf(id)).toBe('disabled');
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
    world.smg.admin.complete(person.application.applicationId);
    const run = await ended(world, person, 'unwritten');
    expect(run.reasonCode).toBe('end_unwritten');
    await reconnect();
  });
});
