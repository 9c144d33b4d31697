import { ScheduleNotFoundError } from '@temporalio/client';
import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import { applicant, applications, deliveriesOf, invited, move, operator, runsOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { connectedSince, dayMs, heard, listings, looked, scheduleOf, sql, standing } from './looks';

/** A month's pause with 80 entries, and what a person can do with them. */

const world = useWorld(() => startWorld({ env: { RECONCILE_INTERVAL: '1s' } }));
beforeAll(async () => {
  const person = applicant(world);
  move(world, person);
  await invited(world, person);
  await heard(world);
});

const act = async <T = unknown>(path: string, body?: unknown, expected = 200): Promise<T> => {
  const answer = await operator<T>(world, 'POST', `/connections/${world.connection.id}${path}`, body);
  expect(answer).toMatchObject({ status: expected });
  return answer.body;
};
const paused = () =>
  until(
    'the Schedule is paused',
    () => scheduleOf(world).describe(),
    ({ state }) => state.paused,
  );
const goesOn = () =>
  until(
    'the Schedule goes on',
    () => scheduleOf(world).describe(),
    ({ state }) => !state.paused,
  );
const held = async (): Promise<number> =>
  (
    await operator<{ data: unknown[] }>(
      world,
      'GET',
      `/deliveries?connection=${world.connection.id}&verdict=held&limit=200`,
    )
  ).body.data.length;
const heldOf = (wanted: number) => until(`${wanted} are held`, held, (count) => count === wanted);
const invitations = (people: Person[]): number[] =>
  people.map((person) => applications(world, person).length);
const invitedOf = (people: Person[], wanted: number) =>
  until(
    `${wanted} are invited`,
    () => invitations(people).filter((times) => times > 0).length,
    (count) => count === wanted,
  );
const everybody = (people: Person[], times: number) => people.map(() => times);

describe('a month of pause', () => {
  it('with webhooks heard: all 80 are held, none goes on by itself, and each released one is invited once', async () => {
    await act('/pause');
    const { state } = await until(
      'it is paused',
      () => scheduleOf(world).describe(),
      // A look that had begun goes on to its end.
      (found) => found.state.paused && found.info.runningActions.length === 0,
    );
    expect(state.note).toBe('the connection is paused');
    const asked = listings(world).length;
    const people = Array.from({ length: 80 }, () => applicant(world));
    for (const person of people) move(world, person);
    await heldOf(80);
    await act('/held/release', {}, 409);
    expect(listings(world)).toHaveLength(asked);

    await act('/resume');
    await goesOn();
    await looked(world, { times: 2 });
    expect(invitations(people)).toEqual(everybody(people, 0));
    expect(await held()).toBe(80);
    // Resuming once more is no release either.
    await act('/pause');
    await act('/resume');
    await goesOn();

    expect(await act('/held/release', { limit: 30 })).toEqual({ released: 30, left: 50 });
    await invitedOf(people, 30);
    expect(await act('/held/release', { limit: 200 })).toEqual({ released: 50, left: 0 });
    await invitedOf(people, 80);
    await looked(world, { times: 2 });
    expect(invitations(people)).toEqual(everybody(people, 1));
    for (const person of people) expect(await runsOf(world, person)).toHaveLength(1);
  });

  it('with webhooks lost: a look finds all 80 and holds them, and those discarded are never found again', async () => {
    await act('/pause');
    await paused();
    const people = await connectedSince(world, 31 * dayMs, () =>
      Array.from({ length: 80 }, (_, day) =>
        standing(world, { enteredAt: Date.now() - Math.ceil((day + 1) * (30 / 80)) * dayMs + 60_000 }),
      ),
    );
    await act('/resume');
    await heldOf(80);
    expect(await deliveriesOf(world, people[0] as Person)).toEqual([
      expect.objectContaining({ verdict: 'held', reasonCode: 'too_many' }),
    ]);
    await looked(world, { times: 2 });
    expect(await held()).toBe(80);
    expect(invitations(people)).toEqual(everybody(people, 0));

    expect(await act('/held/discard', { limit: 60 })).toEqual({ discarded: 60, left: 20 });
    expect(await act('/held/discard', { olderThan: '1d' })).toEqual({ discarded: 0, left: 20 });
    expect(await act('/held/release')).toEqual({ released: 20, left: 0 });
    await invitedOf(people, 20);
    // As if none of it had been looked at yet.
    await connectedSince(world, 31 * dayMs, () => undefined);
    const outcomes = await looked(world, { times: 2 });
    expect(outcomes[0]).toMatchObject({ pending: 0, held: 0 });
    expect(invitations(people).filter((times) => times === 0)).toHaveLength(60);
    expect(invitations(people).filter((times) => times === 1)).toHaveLength(20);
    const audit = await sql(
      world,
      "select 1 from audit where action like 'connection.held.%' and outcome = 'done'",
    );
    expect(audit).toHaveLength(5);
  });

  it('with so many that they fill pages: a page whose token Lever forgot costs nobody, and nobody comes twice', async () => {
    await act('/pause');
    await paused();
    const people = await connectedSince(world, dayMs, () => {
      world.lever.admin.fault({ path: '/opportunities', kind: 'stale-offset', count: 2 });
      return Array.from({ length: 130 }, (_, index) =>
        standing(world, { enteredAt: Date.now() - 3_600_000 + index }),
      );
    });
    const before = listings(world).length;
    await act('/resume');
    await until(
      'all are held',
      () => held(),
      (seen) => seen === 130,
    );
    expect(world.lever.admin.pendingFaults()).toEqual([]);
    const offsets = listings(world)
      .slice(before)
      .map(({ offset }) => offset !== undefined);
    expect(offsets.slice(0, 6)).toEqual([false, true, false, true, false, true]);
    for (const person of people) expect(await deliveriesOf(world, person)).toHaveLength(1);
    expect(await act('/held/discard', { limit: 200 })).toEqual({ discarded: 130, left: 0 });
  });

  it('with a few fresh ones: they go on by themselves', async () => {
    await act('/pause');
    await paused();
    const told = [applicant(world), applicant(world)];
    for (const person of told) move(world, person);
    const silent = applicant(world);
    move(world, silent, SEED.stages.assessment, { silent: true });
    await heldOf(2);
    await act('/resume');
    for (const person of [...told, silent]) await invited(world, person);
    await looked(world);
    expect(invitations([...told, silent])).toEqual([1, 1, 1]);
  });
});

it('refuses what cannot be meant', async () => {
  await act('/held/release', { limit: 0 }, 422);
  await act('/held/release', { limit: 201 }, 422);
  await act('/held/discard', { olderThan: 'yesterday' }, 422);
  await act('/held/discard', { everything: true }, 400);
  const nobody = await operator(world, 'POST', '/connections/con_none/held/release');
  expect(nobody.status).toBe(404);
});

it('a disabled connection has no Schedule any more, and one that is connected again starts anew', async () => {
  await act('/disable');
  await until(
    'the Schedule is gone',
    () =>
      scheduleOf(world)
        .describe()
        .catch((error: unknown) => error),
    (found) => found instanceof ScheduleNotFoundError,
  );
  const meanwhile = applicant(world);
  move(world, meanwhile, SEED.stages.assessment, { silent: true });
  await act('/reconnect', { lever: { apiKey: SEED.apiKey } });
  const after = applicant(world);
  move(world, after, SEED.stages.assessment, { silent: true });
  await invited(world, after);
  await looked(world);
  expect(await deliveriesOf(world, meanwhile)).toEqual([]);
});
