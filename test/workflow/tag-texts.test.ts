import type { Connection } from '@temporalio/client';
import { setQueueRate } from '../../platform/temporal/queue-rate';
import { SEED } from '../../simulators/lever/seed';
import { taskQueues } from '../../workflows/names';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  configure,
  ended,
  inLever,
  invitedApplicant,
  look,
  move,
  runOf,
  runsOf,
} from '../helpers/actions';
import { until } from '../helpers/until';
import type { World } from '../helpers/world';
import { startWorld } from '../helpers/world';
import { standardDriver } from '../vendors/standard-driver';
import { finished, session, startUpwageWorld } from '../vendors/upwage-world';
import { invitedPerson, scenariosOf, withSettings } from '../vendors/vendor-world';

/** Texts of tags that change while runs are open: a run takes away what it has added, not what it would add now. */

const usual = ['POP-IN-Progress', 'POP-Completed', 'POP-Error'];
const other = { inProgress: 'Testing', completed: 'Tested', error: 'Trouble' };
const all = [...usual, ...Object.values(other)];

describe('of SMG', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  beforeEach(() => configure(world, { tags: null }));
  afterAll(() => world?.stop());

  const shown = (person: Person): string[] => inLever(world, person).tags.filter((tag) => all.includes(tag));
  const shows = (person: Person, ...tags: string[]) =>
    until(
      `Lever shows ${tags.join(', ')} alone`,
      () => JSON.stringify(shown(person)),
      (seen) => seen === JSON.stringify(tags),
    );

  it('during the run: the new tag stands alone', async () => {
    const person = await invitedApplicant(world);
    expect(shown(person)).toEqual(['POP-IN-Progress']);
    await configure(world, { tags: other });
    world.smg.admin.complete(person.application.applicationId);
    await ended(world, person, 'completed');
    await shows(person, 'Tested');
  });

  it('after its end: a late result takes away what the end has left', async () => {
    await configure(world, { expiresAfter: '1s' });
    const person = applicant(world);
    move(world, person);
    const { id } = await ended(world, person, 'expired');
    await shows(person, 'POP-Error');
    await configure(world, { expiresAfter: null, tags: other });
    world.smg.admin.complete(applications(world, person)[0]?.applicationId ?? '');
    await until(
      'it is amended',
      () => look(world, id),
      ({ status }) => status === 'completed',
    );
    await shows(person, 'Tested');
  });

  it('before the next run: it takes away what the earlier one has left', async () => {
    const person = await invitedApplicant(world);
    world.smg.admin.complete(person.application.applicationId);
    await ended(world, person, 'completed');
    await configure(world, { tags: other });
    move(world, person, SEED.stages.review, { silent: true });
    move(world, person);
    await shows(person, 'Testing');
  });

  it('between two siblings: the last one takes away what the other has added', async () => {
    const vendorRate = (perSecondPerKey: number) =>
      setQueueRate(world.client.connection as Connection, {
        namespace: world.client.options.namespace,
        taskQueue: taskQueues.vendor('smg'),
        perSecondPerKey,
      });
    const positions = world.smg.admin.positions().slice(0, 2);
    const tags = positions.map(({ position_id: id }, index) => `POP-${id}-Part${index}`);
    const person = applicant(world, {
      postingId: world.lever.admin.addPosting({ text: 'Regional Manager', tags }),
    });
    // The queue hands out the first invitation at once, the second when it is let go.
    await vendorRate(0.0001);
    move(world, person);
    await shows(person, 'POP-IN-Progress');
    await configure(world, { tags: other });
    await vendorRate(0);
    await until(
      'both are invited',
      () => applications(world, person),
      ({ length }) => length === 2,
    );
    await until(
      'Lever shows both links',
      () => inLever(world, person).links,
      ({ length }) => length === 2,
    );
    for (const { applicationId } of applications(world, person)) {
      world.smg.admin.complete(applicationId);
      await until(
        'its run is over',
        () => runsOf(world, person),
        (seen) => seen.some(({ vendorRef, closedAt }) => vendorRef === applicationId && closedAt !== null),
      );
    }
    await shows(person, 'Tested');
  });
});

describe('of a threshold', () => {
  const scenario = scenariosOf(standardDriver);

  scenario('a changed result takes away what the first one has added', (world) =>
    withSettings(world, { thresholds: [{ min: 50, tag: 'Strong' }] }, async () => {
      const person = await invitedPerson(world);
      const { id } = await runOf(world, person);
      const { admin } = world.vendor.standard;
      admin.complete(person.invitation.ref, { score: 60 });
      await ended(world, person, 'completed');
      expect(inLever(world, person).tags).toContain('Strong');
      await configure(world, { thresholds: [{ min: 50, tag: 'Excellent' }] });
      admin.say(id, { score: { value: 95, max: 100, band: 'Hire' } });
      const tags = (): string[] => inLever(world, person).tags;
      await until(
        'the new tag is there',
        () => tags(),
        (seen) => seen.includes('Excellent'),
      );
      expect(tags()).not.toContain('Strong');
      await configure(world, { thresholds: [] });
      admin.say(id, { score: { value: 96, max: 100, band: 'Hire' } });
      await until(
        'no tag is there',
        () => tags(),
        (seen) => !seen.includes('Excellent'),
      );
    }),
  );
});

it('of Upwage: a corrected outcome takes away the first one', async () => {
  const upwage = await startUpwageWorld();
  try {
    const person = applicant(upwage, { postingId: SEED.postings.storeClerk });
    const { id } = session(upwage, { email: person.email });
    upwage.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
    await finished(upwage, id);
    const tags = { passed: 'Went well', failed: 'Went badly', incomplete: 'Broke off', error: 'Trouble' };
    await configure(upwage, { tags });
    upwage.upwage.admin.complete(id, { outcome: 'PASSED' });
    await finished(upwage, id, 'completed', 2);
    const shown = inLever(upwage, person).tags;
    expect(shown).toContain('Went well');
    expect(shown).not.toContain('UW Screened: INCOMPLETE');
  } finally {
    await upwage.stop();
  }
});
