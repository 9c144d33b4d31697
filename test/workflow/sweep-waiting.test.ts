import { SEED } from '../../simulators/lever/seed';
import type { Assessment, Person } from '../helpers/actions';
import { applicant, inLever, look, move, runsOf, times } from '../helpers/actions';
import { until } from '../helpers/until';
import type { World } from '../helpers/world';
import { startWorld } from '../helpers/world';
import { runsOfSession, session, startUpwageWorld } from '../vendors/upwage-world';

/** Who waits for a run that left Temporal without a word. */

const sweeps = { SWEEP_INTERVAL: '1s', SWEEP_LIMIT_PERCENT: '100' };

const terminate = (world: World, workflowId: string): Promise<unknown> =>
  world.client.workflow.getHandle(workflowId).terminate('a test');

const closed = (world: World, id: string) =>
  until('the run is over', async () => {
    const run = await look(world, id);
    return run.closedAt === null ? null : run;
  });

describe('of two assessments of one stage change', () => {
  let world: World;
  let tags: [string, string];
  beforeAll(async () => {
    world = await startWorld({ settings: { resultsStage: 'Review' }, env: sweeps });
    const other = world.smg.admin.positions().find(({ position_id: id }) => id !== '10002063');
    tags = ['POP-10002063-Leadership', `POP-${other?.position_id}-Sales`];
  });
  afterAll(() => world?.stop());

  async function invitedTwice(): Promise<{ person: Person; runs: [Assessment, Assessment] }> {
    const postingId = world.lever.admin.addPosting({ text: 'Regional Manager', tags });
    const person = applicant(world, { postingId });
    move(world, person);
    await until(
      'Lever shows both links',
      () => inLever(world, person).links,
      ({ length }) => length === 2,
    );
    const runs = await until('both runs are on record', async () => {
      const found = await runsOf(world, person);
      return found.length === 2 && found.every(({ vendorRef }) => vendorRef !== null) ? found : null;
    });
    return { person, runs: runs as [Assessment, Assessment] };
  }

  test('the one that is lost does what the last of them has to do', async () => {
    const { person, runs } = await invitedTwice();
    const [done, lost] = runs;
    world.smg.admin.complete(done.vendorRef as string);
    await closed(world, done.id);
    expect(inLever(world, person).tags).toContain('POP-IN-Progress');
    await terminate(world, lost.workflowId);
    await closed(world, lost.id);
    await until(
      'Lever shows the end of both',
      () => inLever(world, person).tags,
      (shown) => shown.includes('POP-Error') && !shown.includes('POP-IN-Progress'),
    );
  });

  test('the other does not wait for the one that is lost', async () => {
    const { person, runs } = await invitedTwice();
    const [lost, other] = runs;
    await terminate(world, lost.workflowId);
    await closed(world, lost.id);
    world.smg.admin.complete(other.vendorRef as string);
    await closed(world, other.id);
    await until(
      'Lever shows the result',
      () => inLever(world, person).tags,
      (shown) => times(shown, 'POP-Completed') === 1 && !shown.includes('POP-IN-Progress'),
    );
  });
});

test('a later event of the same session is woken when the one before is lost', async () => {
  // So long between two looks that only somebody who is woken comes in time.
  const site = await startUpwageWorld({
    env: { ...sweeps, WORKER_RETRY_INITIAL: '20m', WORKER_RETRY_MAX: '20m' },
  });
  const { upwage } = site;
  try {
    const person = applicant(site, { postingId: SEED.postings.storeClerk });
    const { id } = session(site, { email: person.email });
    const path = '/opportunities/:id/addTags';
    site.lever.admin.fault({ method: 'POST', path, kind: 'status', status: 503, count: 1_000 });
    upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
    const [first] = await until('the first event has come to Lever', async () => {
      const runs = await runsOfSession(site, id);
      const asked = site.lever.admin.requests({ method: 'POST', path });
      return asked.length > 0 && runs.length === 1 ? runs : null;
    });
    upwage.admin.complete(id, { outcome: 'PASSED' });
    const second = await until('the second event waits', async () =>
      (await runsOfSession(site, id)).find((run) => run.id !== first?.id),
    );
    expect(second.status).toBe('routing');
    site.lever.admin.clearFaults();
    await terminate(site, String(first?.workflowId));
    expect((await closed(site, second.id)).status).toBe('completed');
    await until(
      'Lever shows the second outcome',
      () => inLever(site, person).tags,
      (seen) => seen.includes('UW Screened: PASSED'),
    );
  } finally {
    await site.stop();
  }
});
