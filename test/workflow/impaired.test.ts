import { lackOf } from '../../domain/impairment';
import { sealJson } from '../../platform/crypto/seal';
import { SEED } from '../../simulators/lever/seed';
import { defaultAccount } from '../../simulators/smg/server';
import { smg } from '../../vendors/smg/definition';
import { connectionChangedSignal } from '../../workflows/assessment/contract';
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
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { sql } from './looks';

/** What every run of a connection meets is the connection's: it is impaired until somebody mends it. */

const world = useWorld(() => startWorld());
// Each test begins with a connection of which nothing was refused.
beforeEach(async () => {
  world.lever.admin.clearFaults();
  world.smg.admin.setAccount({ password: defaultAccount.password });
  await operator(world, 'PATCH', `/connections/${world.connection.id}`, { credentials });
});

const credentials = { username: defaultAccount.user, password: defaultAccount.password };

interface Shown {
  status: string;
  statusReason: string | null;
  statusCode: string | null;
}
const connection = async (): Promise<Shown> =>
  (await operator<Shown>(world, 'GET', `/connections/${world.connection.id}`)).body;

const impaired = (): Promise<Shown> =>
  until('the connection is impaired', async () => {
    const found = await connection();
    return found.status === 'impaired' ? found : null;
  });

/** As the note says it. */
const lack = lackOf({ 'vendor.unauthorized': ['run-1', 'run-2', 'run-3'] }, smg.label);

const moved = (): Person => {
  const person = applicant(world);
  move(world, person);
  return person;
};

const held = (person: Person) =>
  until('the stage change is held', async () => {
    const [delivery] = await deliveriesOf(world, person);
    return delivery?.verdict === 'held' ? delivery : null;
  });

const heldUp = async (person: Person): Promise<string> => {
  const { id } = await runOf(world, person);
  await liveRun(
    world,
    id,
    'the run waits for its connection',
    (run) => run.suspended && run.heldUpBy?.code === 'connection.impaired',
  );
  return id;
};

describe('a vendor that no longer takes the credentials', () => {
  it('ends two runs with the reason; from the third on they wait, and nothing more is started', async () => {
    const underWay = await invitedApplicant(world);
    world.smg.admin.setAccount({ password: 'changed-at-the-vendor' });
    for (const person of [moved(), moved()]) {
      const run = await ended(world, person, 'failed');
      expect(run.lastError).toBe('vendor.unauthorized');
      expect(inLever(world, person).tags).toContain('POP-Error');
    }
    expect((await connection()).status).toBe('active');
    const third = moved();
    expect((await impaired()).statusCode).toBe('impaired');
    const id = await heldUp(third);
    expect(await look(world, id)).toMatchObject({ suspended: true, closedAt: null, status: 'inviting' });
    await until(
      'Lever shows it, in words as well',
      () => inLever(world, third),
      ({ tags, notes }) => tags.includes('POP-Error') && JSON.stringify(notes).includes(lack),
    );
    // What is to be done is for others than those who read Lever.
    expect(JSON.stringify(inLever(world, third).notes)).not.toContain('PATCH /connections');

    // A month's candidates neither start workflows nor are forgotten.
    const later = [moved(), moved(), moved()];
    for (const person of later) expect((await held(person)).reasonCode).toBe('connection_not_active');
    // Runs under way go on: that nobody can be invited is nothing to them.
    move(world, underWay, SEED.stages.phoneScreen);

    world.smg.admin.setAccount({ password: 'mended' });
    const mended = await operator<Shown>(world, 'PATCH', `/connections/${world.connection.id}`, {
      credentials: { ...credentials, password: 'mended' },
    });
    expect(mended.body).toMatchObject({ status: 'active', statusReason: null });
    for (const person of [third, ...later]) {
      await invited(world, person);
      expect(applications(world, person)).toHaveLength(1);
    }
    await until(
      'the error tag goes',
      () => inLever(world, third).tags,
      (seen) => !seen.includes('POP-Error'),
    );
    world.smg.admin.complete(underWay.application.applicationId);
    await ended(world, underWay, 'completed');
  });

  it('counts only refusals between which nothing worked', async () => {
    for (let times = 0; times < 2; times += 1) {
      for (let refused = 0; refused < 2; refused += 1) {
        world.smg.admin.setAccount({ password: 'changed-at-the-vendor' });
        await ended(world, moved(), 'failed');
      }
      world.smg.admin.setAccount({ password: defaultAccount.password });
      await invited(world, moved());
    }
    expect((await connection()).status).toBe('active');
  });

  it('is found mended by one of the runs that wait, without a person', async () => {
    world.smg.admin.setAccount({ password: 'changed-at-the-vendor' });
    for (let refused = 0; refused < 2; refused += 1) await ended(world, moved(), 'failed');
    const waiting = moved();
    await impaired();
    const id = await heldUp(waiting);
    const later = moved();
    await held(later);
    world.smg.admin.setAccount({ password: defaultAccount.password });
    // As a quarter of an hour later, when the run looks again.
    await sql(world, `update connections set probed_at = now() - interval '1 day' where id = $1`, [
      world.connection.id,
    ]);
    const { workflowId } = await look(world, id);
    await world.client.workflow.getHandle(workflowId).signal(connectionChangedSignal);
    for (const person of [waiting, later]) await invited(world, person);
    expect(await connection()).toMatchObject({ status: 'active', statusReason: null });
  });

  it('leaves no doubt about whoever leaves while their run waits: nobody was invited', async () => {
    world.smg.admin.setAccount({ password: 'changed-at-the-vendor' });
    for (let refused = 0; refused < 2; refused += 1) await ended(world, moved(), 'failed');
    const waiting = moved();
    await heldUp(waiting);
    world.lever.admin.archive(waiting.opportunityId);
    const run = await ended(world, waiting, 'cancelled');
    expect(run.attention).toBe(false);
    expect(JSON.stringify(inLever(world, waiting).notes)).not.toContain('may have been invited');
  });

  it('leaves nobody waiting whose first look after leaving was refused', async () => {
    world.smg.admin.setAccount({ password: 'changed-at-the-vendor' });
    for (let refused = 0; refused < 2; refused += 1) await ended(world, moved(), 'failed');
    const waiting = moved();
    const id = await heldUp(waiting);
    const path = `/opportunities/${waiting.opportunityId}`;
    world.lever.admin.fault({ kind: 'status', status: 403, path, method: 'GET', count: 1 });
    world.lever.admin.archive(waiting.opportunityId);
    await ended(world, waiting, 'cancelled');
    const { timeline } = await look(world, id);
    expect(JSON.stringify(timeline)).toContain('see what became of the opportunity');
  });

  it('leaves what came meanwhile to a person where it is too old', async () => {
    world.smg.admin.setAccount({ password: 'changed-at-the-vendor' });
    for (let refused = 0; refused < 3; refused += 1) {
      const person = moved();
      await (refused < 2 ? ended(world, person, 'failed') : heldUp(person));
    }
    const old = moved();
    const { id } = await held(old);
    await sql(world, `update deliveries set received_at = now() - interval '73 hours' where id = $1`, [id]);
    const fresh = moved();
    await held(fresh);
    world.smg.admin.setAccount({ password: defaultAccount.password });
    const tested = await operator<{ ok: boolean; connection: Shown }>(
      world,
      'POST',
      `/connections/${world.connection.id}/test`,
    );
    expect(tested.body).toMatchObject({ ok: true, connection: { status: 'active' } });
    await invited(world, fresh);
    expect(await deliveriesOf(world, old)).toMatchObject([{ verdict: 'held', reasonCode: 'too_old' }]);
    expect(applications(world, old)).toEqual([]);
  });
});

describe('a permission that the grant lacks', () => {
  const forbid = (path: string): void =>
    world.lever.admin.fault({ kind: 'status', status: 403, path, method: 'GET', count: 1_000 });

  it.each([
    ['to read opportunities', ['/opportunities/:id', '/opportunities']],
    ['to read postings', ['/postings/:id']],
  ])('%s: after three runs the connection is impaired, and mended by a test', async (_what, paths) => {
    paths.forEach(forbid);
    for (const person of [moved(), moved()]) await ended(world, person, 'failed');
    const third = moved();
    await impaired();
    await heldUp(third);
    const later = moved();
    await held(later);
    world.lever.admin.clearFaults();
    const tested = await operator<{ ok: boolean }>(world, 'POST', `/connections/${world.connection.id}/test`);
    expect(tested.body.ok).toBe(true);
    for (const person of [third, later]) await invited(world, person);
  });

  it('is told from confidential people, of whom Lever refuses one after the other', async () => {
    forbid('/opportunities/:id');
    for (let refused = 0; refused < 5; refused += 1) await ended(world, moved(), 'failed');
    expect((await connection()).status).toBe('active');
    world.lever.admin.clearFaults();
    await invited(world, moved());
  });

  it('is told from confidential people also where they are refused at the same moment', async () => {
    forbid('/opportunities/:id');
    const people = Array.from({ length: 6 }, moved);
    await Promise.all(people.map((person) => ended(world, person, 'failed')));
    expect((await connection()).status).toBe('active');
  });
});

describe('settings that can no longer be read', () => {
  it('have runs wait, each with its news, and mended they bring them to Lever', async () => {
    const people = [await invitedApplicant(world), await invitedApplicant(world)];
    const [first, second] = people as [(typeof people)[0], (typeof people)[0]];
    // As after a deployment whose schema knows a setting no longer.
    const row = await stored();
    await store({ ...row, remindrs: ['3d'] });
    for (const { application } of people) world.smg.admin.complete(application.applicationId);
    for (const person of people) {
      const { id } = await runOf(world, person);
      await liveRun(
        world,
        id,
        'the run waits for the settings',
        (run) => run.suspended && run.heldUpBy?.code === 'connection.misconfigured',
      );
      // Nothing proves yet that the candidate has finished.
      expect(await look(world, id)).toMatchObject({
        status: 'invited',
        lastError: 'connection.misconfigured',
      });
      await until(
        'Lever shows it',
        () => inLever(world, person).tags,
        (seen) => seen.includes('POP-Error'),
      );
    }
    const { status } = await operator(world, 'PATCH', `/connections/${world.connection.id}`, {
      settings: { remindrs: null },
    });
    expect(status).toBe(200);
    for (const person of [first, second]) {
      await ended(world, person, 'completed');
      const { tags, links } = inLever(world, person);
      expect(tags).toContain('POP-Completed');
      expect(tags).not.toContain('POP-Error');
      expect(links).toHaveLength(2);
    }
  });

  const stored = async (): Promise<Record<string, unknown>> =>
    (
      await operator<{ settings: Record<string, unknown> }>(
        world,
        'GET',
        `/connections/${world.connection.id}`,
      )
    ).body.settings;

  async function store(settings: Record<string, unknown>): Promise<void> {
    const { id } = world.connection;
    const sealed = sealJson(world.ring, settings, `connections/${id}/settings`);
    await sql(world, 'update connections set settings_sealed = $2 where id = $1', [id, sealed]);
    // The processes hear of it by the same notice as of any change.
    await until('the hub knows', stored, (settings) => 'remindrs' in settings);
  }
});
