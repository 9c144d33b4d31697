import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  configure,
  deliveriesOf,
  ended,
  invited,
  move,
  runOf,
  runsOf,
  writes,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { connectedSince, dayMs, heard, listings, looked, sql, standing } from './looks';

/** Moves of which Lever's webhook was lost, found by the Schedule on the real server. */

const world = useWorld(() => startWorld({ env: { RECONCILE_INTERVAL: '1s' } }));

const { assessment, review } = SEED.stages;

/** Moved, and Lever never told anybody. */
function lost(person: Person = applicant(world)): Person {
  move(world, person, assessment, { silent: true });
  return person;
}

const verdictsOf = async (person: Person): Promise<string[]> =>
  (await deliveriesOf(world, person)).map(({ verdict }) => verdict);

it('asks Lever nothing before the connection was heard from', async () => {
  const person = lost();
  const outcomes = await looked(world, { times: 3 });
  expect(outcomes[0]).toEqual({ stages: 0, entered: 0, pending: 0, held: 0 });
  expect(listings(world)).toEqual([]);
  expect(await deliveriesOf(world, person)).toEqual([]);
});

it('never invites those who stood in the trigger stage when the account was connected', async () => {
  const now = Date.now();
  const crowd = Array.from({ length: 200 }, (_, index) =>
    standing(world, { stage: review, enteredAt: now - (index < 20 ? 1_000 : index * dayMs) }),
  );
  const connection = await world.connect({ settings: { triggerStages: ['Review'] } });
  const first = applicant(world);
  move(world, first, review);
  await invited(world, first);
  await heard(world, connection.id);

  const outcomes = await looked(world, { connectionId: connection.id, times: 3 });
  expect(outcomes[0]).toMatchObject({ stages: 1, pending: 0, held: 0 });
  for (const person of crowd) expect(applications(world, person)).toEqual([]);
  const kept = await sql(world, 'select id from deliveries where event_key like $1', ['r-%']);
  expect(kept).toEqual([]);
  await fetch(`${world.api.url}/api/v1/connections/${connection.id}/disable`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.api.operatorToken}` },
  });
});

describe('once the connection was heard from', () => {
  beforeAll(async () => {
    const person = applicant(world);
    move(world, person);
    await invited(world, person);
    await heard(world);
  });

  it('somebody whose webhook was lost is invited, once, however often is looked', async () => {
    const people = [lost(), lost(), lost()];
    for (const person of people) await invited(world, person);
    await looked(world, { times: 3 });
    for (const person of people) {
      const run = await runOf(world, person);
      expect(await deliveriesOf(world, person)).toEqual([
        expect.objectContaining({
          verdict: 'started',
          event: 'candidateStageChange',
          eventKey: expect.stringMatching(new RegExp(`^r-${assessment}-\\d+-[0-9a-f]{8}$`)),
          workflowId: run.workflowId,
        }),
      ]);
      expect(applications(world, person)).toHaveLength(1);
      expect(writes(world, person)).toHaveLength(2);
    }
  });

  it('somebody whose webhook came is not started a second time', async () => {
    const person = applicant(world);
    move(world, person);
    await invited(world, person);
    await looked(world, { times: 2 });
    expect(await verdictsOf(person)).toEqual(['started']);
    expect(await runsOf(world, person)).toHaveLength(1);
  });

  it('a confidential one is found, an archived one is not', async () => {
    const secret = lost({
      opportunityId: world.lever.admin.addCandidate({
        name: 'Con Example',
        email: 'con@example.com',
        postingId: SEED.postings.shiftLead,
        confidentiality: 'confidential',
      }),
      name: 'Con Example',
      email: 'con@example.com',
    });
    const archived = applicant(world);
    world.lever.admin.archive(archived.opportunityId);
    lost(archived);
    await invited(world, secret);
    await looked(world);
    expect(await runsOf(world, archived)).toEqual([]);
    expect(await verdictsOf(archived)).toEqual(['ignored']);
  });

  it('a run that was skipped is not started again at each look', async () => {
    const heard = applicant(world, { postingId: SEED.postings.storeClerk });
    move(world, heard);
    const found = lost(applicant(world, { postingId: SEED.postings.storeClerk }));
    for (const person of [heard, found]) await ended(world, person, 'skipped');
    await looked(world, { times: 3 });
    for (const person of [heard, found]) {
      expect(await runsOf(world, person)).toHaveLength(1);
      expect(await verdictsOf(person)).toEqual(['started']);
    }
  });

  it('one who leaves and returns unheard is assessed again', async () => {
    const person = applicant(world);
    move(world, person);
    const application = await invited(world, person);
    world.smg.admin.complete(application.applicationId);
    await ended(world, person, 'completed');
    move(world, person, review, { silent: true });
    lost(person);
    await until(
      'a second run',
      () => runsOf(world, person),
      ({ length }) => length > 1,
    );
    await looked(world);
    expect(await runsOf(world, person)).toHaveLength(2);
  });

  it('an entry older than 72 hours waits alone for a person', async () => {
    const { old, young } = await connectedSince(world, 40 * dayMs, () => ({
      old: standing(world, { enteredAt: Date.now() - 3 * dayMs - 60_000 }),
      young: standing(world, { enteredAt: Date.now() - 3 * dayMs + 3_600_000 }),
    }));
    await invited(world, young);
    await looked(world);
    expect(await deliveriesOf(world, old)).toEqual([
      expect.objectContaining({ verdict: 'held', reasonCode: 'too_old' }),
    ]);
    expect(await runsOf(world, old)).toEqual([]);
  });

  it('nobody who entered a stage before it was a trigger, or while it was none', async () => {
    const before = applicant(world);
    move(world, before, review, { silent: true });
    await configure(world, { triggerStages: ['Assessment', 'Review'] });
    const during = lost();
    await invited(world, during);
    await configure(world, { triggerStages: ['Review'] });
    const between = lost();
    await looked(world);
    await configure(world, { triggerStages: ['Assessment'] });
    await looked(world, { times: 3 });
    for (const person of [before, between]) expect(await deliveriesOf(world, person)).toEqual([]);
    await invited(world, lost());
  });

  it('a look that finds nothing costs one request per trigger stage', async () => {
    await configure(world, { triggerStages: ['Assessment', 'Offer'] });
    await looked(world, { times: 1 });
    const before = listings(world).length;
    const from = await actions();
    await looked(world, { times: 3 });
    const to = await actions();
    const asked = listings(world).slice(before);
    // Looks under way at either end are counted on one side only.
    expect(asked.length).toBeGreaterThanOrEqual(2 * (to - from - 1));
    expect(asked.length).toBeLessThanOrEqual(2 * (to - from + 1));
    expect(new Set(asked.map((query) => query['stage_id']))).toEqual(new Set([assessment, 'offer']));
    for (const query of asked) {
      expect(query).toMatchObject({ confidentiality: 'all', archived: 'false' });
      expect(Number(query['advanced_at_start'])).toBeGreaterThan(0);
    }
    await configure(world, { triggerStages: ['Assessment'] });
  });

  const actions = async (): Promise<number> => {
    const handle = world.client.schedule.getHandle(`reconcile/${world.connection.id}`);
    return (await handle.describe()).info.numActionsTaken;
  };
});
