import type { PresentedConnection } from '../../api/connections/present';
import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
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

/** A Lever that answers 401 to access which is as good as ever, for a while (decision 0010). */

// So long that no test gets to its end, and nothing is given up.
const world = useWorld(() => startWorld({ env: { LEVER_PATIENCE: '2m' } }));

const scope = [
  'offline_access',
  ...['opportunities', 'notes', 'webhooks'].map((name) => `${name}:write:admin`),
  ...['stages', 'postings', 'users', 'applications'].map((name) => `${name}:read:admin`),
];
const consent = () => world.lever.admin.grant({ clientId: SEED.app.clientId, scope });

const made: string[] = [];
async function byOAuth(): Promise<{ id: string; grantId: string }> {
  const { refresh_token: refreshToken = '' } = consent();
  const { id } = await world.connect({
    lever: { refreshToken },
    settings: { triggerStages: ['Phone screen'] },
  });
  made.push(id);
  return { id, grantId: world.lever.admin.grants().at(-1)?.id ?? '' };
}
afterEach(async () => {
  world.lever.admin.configure({ outage: 'none', deadTokenError: 'invalid_grant' });
  world.lever.admin.clearFaults();
  world.smg.admin.clearFaults();
  for (const id of made.splice(0)) await operator(world, 'POST', `/connections/${id}/disable`);
});

const seen = async (id: string): Promise<PresentedConnection> =>
  (await operator<PresentedConnection>(world, 'GET', `/connections/${id}`)).body;

const isRefused = (id: string): Promise<PresentedConnection> =>
  until('the refusal is noted', async () => {
    const connection = await seen(id);
    return connection.refusedSince === null ? null : connection;
  });

/** Requests that were refused, in order. */
const refusals = (after = 0) => world.lever.admin.requests({ status: 401, after });
const lastSeq = (): number => world.lever.admin.requests().at(-1)?.seq ?? 0;

/** Waits until Lever was asked so often whether it takes the access again. */
const probed = (count: number, after: number) =>
  until(
    `Lever was asked ${count} times`,
    () => refusals(after).filter(({ path }) => path === '/v1/stages'),
    ({ length }) => length >= count,
  );

const byMail = (person: Person) => applications(world, person);

describe('an outage in which Lever answers 401 to everything', () => {
  it('costs no connection: nobody is invited meanwhile, one request at a time asks, and everything goes on after it', async () => {
    const byKey = world.connection;
    const granted = await byOAuth();
    const first = await invitedApplicant(world);
    const second = applicant(world);
    move(world, second, SEED.stages.phoneScreen);
    const { applicationId } = await invited(world, second);
    // This one is routed already, and the vendor takes its time.
    world.smg.admin.fault({ kind: 'http', command: 'application_create', status: 503, count: 1_000 });
    const routed = applicant(world);
    move(world, routed);
    const { id: routedId } = await runOf(world, routed);
    await liveRun(world, routedId, 'it is routed', ({ status }) => status === 'inviting');

    world.lever.admin.configure({ outage: 'unauthorized' });
    world.smg.admin.complete(first.application.applicationId);
    world.smg.admin.complete(applicationId);
    for (const id of [byKey.id, granted.id]) {
      const connection = await isRefused(id);
      expect(connection).toMatchObject({ status: 'active' });
      expect(connection.statusReason).not.toBeNull();
    }
    const newcomer = applicant(world);
    move(world, newcomer);
    world.smg.admin.clearFaults();
    // Whatever was under way when it began has been answered when it was asked a few times.
    await probed(3, lastSeq());
    const known = lastSeq();
    await probed(8, known);
    const asked = refusals(known);
    expect(new Set(asked.map(({ path }) => path))).toEqual(new Set(['/v1/stages']));
    for (const credential of new Set(asked.map((each) => each.credential))) {
      const own = asked.filter((each) => each.credential === credential);
      for (const [index, { at }] of own.entries()) {
        const before = own[index - 1];
        if (before !== undefined) expect(at).toBeGreaterThanOrEqual(before.at + (before.durationMs ?? 0) - 1);
      }
    }
    expect([...byMail(newcomer), ...byMail(routed)]).toEqual([]);
    expect((await look(world, routedId)).live).toMatchObject({ status: 'inviting', suspended: false });

    world.lever.admin.configure({ outage: 'none' });
    for (const person of [first, second]) {
      await ended(world, person, 'completed');
      expect(times(inLever(world, person).tags, 'POP-Completed')).toBe(1);
      expect(byMail(person)).toHaveLength(1);
    }
    for (const person of [routed, newcomer]) {
      await invited(world, person);
      expect(byMail(person)).toHaveLength(1);
    }
    for (const id of [byKey.id, granted.id]) {
      expect(await seen(id)).toMatchObject({ status: 'active', statusReason: null, refusedSince: null });
    }
  });
});

describe('there is no patience', () => {
  it.each(['invalid_grant', 'access_denied', 'unauthorized_client'] as const)(
    'with a refresh token that is dead (%s), also when it dies during an outage',
    async (deadTokenError) => {
      world.lever.admin.configure({ deadTokenError });
      const { id, grantId } = await byOAuth();
      const person = applicant(world);
      move(world, person, SEED.stages.phoneScreen);
      const { applicationId } = await invited(world, person);
      const isOutage = deadTokenError === 'access_denied';
      if (isOutage) world.lever.admin.configure({ outage: 'unauthorized' });
      else world.lever.admin.revoke(grantId);
      world.smg.admin.complete(applicationId);
      if (isOutage) {
        await isRefused(id);
        world.lever.admin.revoke(grantId);
      }
      const connection = await until('the connection is called disconnected', async () => {
        const found = await seen(id);
        return found.status === 'disconnected' ? found : null;
      });
      expect(connection).toMatchObject({
        statusCode: 'access_refused',
        refusedSince: null,
      });
    },
  );
});

describe('a single request that Lever answers with 401', () => {
  it('says nothing against the connection: others go on, and it is tried again', async () => {
    const { id } = world.connection;
    await operator(world, 'PATCH', `/connections/${id}`, { settings: { note: 'Done: {assessment}' } });
    const person = await invitedApplicant(world);
    const path = '/opportunities/:id/notes';
    world.lever.admin.fault({ method: 'POST', path, kind: 'status', status: 401, count: 1_000 });
    world.smg.admin.complete(person.application.applicationId);
    const notes = () => world.lever.admin.requests({ method: 'POST', path, status: 401 }).length;
    await until(
      'it was tried again',
      () => notes(),
      (seen) => seen >= 3,
    );
    const other = await invitedApplicant(world);
    expect(await seen(id)).toMatchObject({ status: 'active' });
    expect((await look(world, (await runOf(world, person)).id)).live?.attention).toEqual([]);

    world.lever.admin.clearFaults();
    await ended(world, person, 'completed');
    expect(inLever(world, person).notes).toHaveLength(1);
    world.smg.admin.complete(other.application.applicationId);
    await ended(world, other, 'completed');
  });
});
