import type { Connection } from '@temporalio/client';
import { setQueueRate } from '../../platform/temporal/queue-rate';
import { SEED } from '../../simulators/lever/seed';
import { taskQueues } from '../../workflows/messages';
import {
  applicant,
  applications,
  configure,
  ended,
  inLever,
  invitedApplicant,
  look,
  move,
  patience,
  runOf,
  runsOf,
} from '../helpers/story';
import type { Person } from '../helpers/story';
import { until } from '../helpers/until';
import { startWorld } from '../helpers/world';
import type { World } from '../helpers/world';
import { invitedPerson, storiesOf, withSettings } from '../vendors/scene';
import { standardDriver } from '../vendors/standard-driver';
import { finished, session, startUpwageWorld } from '../vendors/upwage-world';

/** Texts of tags that change while runs are open: a run takes away what it has added, not what it would add now. */

const usual = ['POP-IN-Progress', 'POP-Completed', 'POP-Error'];
const other = { inProgress: 'Testing', completed: 'Tested', error: 'Trouble' };
const all = [...usual, ...Object.values(other)];

describe('of SMG', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 120_000);
  beforeEach(() => configure(world, { tags: null }));
  afterAll(() => world?.stop());

  const shown = (person: Person): string[] => inLever(world, person).tags.filter((tag) => all.includes(tag));
  const shows = (person: Person, ...tags: string[]) =>
    until(
      `Lever shows ${tags.join(', ')} alone`,
      () => JSON.stringify(shown(person)) === JSON.stringify(tags),
      patience,
    );

  it('during the run: the new tag stands alone', async () => {
    const person = await invitedApplicant(world);
    expect(shown(person)).toEqual(['POP-IN-Progress']);
    await configure(world, { tags: other });
    world.pop.admin.complete(person.application.applicationId);
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
    world.pop.admin.complete(applications(world, person)[0]?.applicationId ?? '');
    await until('it is amended', async () => (await look(world, id)).status === 'completed', patience);
    await shows(person, 'Tested');
  });

  it('before the next run: it takes away what the earlier one has left', async () => {
    const person = await invitedApplicant(world);
    world.pop.admin.complete(person.application.applicationId);
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
    const positions = world.pop.admin.positions().slice(0, 2);
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
    await until('both are invited', () => applications(world, person).length === 2, patience);
    await until('Lever shows both links', () => inLever(world, person).links.length === 2, patience);
    for (const { applicationId } of applications(world, person)) {
      world.pop.admin.complete(applicationId);
      await until(
        'its run is over',
        async () =>
          (await runsOf(world, person)).some(
            ({ vendorRef, closedAt }) => vendorRef === applicationId && closedAt !== null,
          ),
        patience,
      );
    }
    await shows(person, 'Tested');
  });
});

describe('of a threshold', () => {
  const story = storiesOf(standardDriver);

  story('a changed result takes away what the first one has added', (scene) =>
    withSettings(scene, { thresholds: [{ min: 50, tag: 'Strong' }] }, async () => {
      const person = await invitedPerson(scene);
      const { id } = await runOf(scene.world, person);
      const { admin } = scene.vendor.standard;
      admin.complete(person.invitation.ref, { score: 60 });
      await ended(scene.world, person, 'completed');
      expect(inLever(scene.world, person).tags).toContain('Strong');
      await configure(scene.world, { thresholds: [{ min: 50, tag: 'Excellent' }] });
      admin.say(id, { score: { value: 95, max: 100, band: 'Hire' } });
      const tags = (): string[] => inLever(scene.world, person).tags;
      await until('the new tag is there', () => tags().includes('Excellent'), patience);
      expect(tags()).not.toContain('Strong');
      await configure(scene.world, { thresholds: [] });
      admin.say(id, { score: { value: 96, max: 100, band: 'Hire' } });
      await until('no tag is there', () => !tags().includes('Excellent'), patience);
    }),
  );
});

it('of Upwage: a corrected outcome takes away the first one', async () => {
  const site = await startUpwageWorld();
  try {
    const person = applicant(site.world, { postingId: SEED.postings.storeClerk });
    const { id } = session(site, { email: person.email });
    site.upwage.admin.complete(id, { outcome: 'INCOMPLETE' });
    await finished(site, id);
    const tags = { passed: 'Went well', failed: 'Went badly', incomplete: 'Broke off', error: 'Trouble' };
    await configure(site.world, { tags });
    site.upwage.admin.complete(id, { outcome: 'PASSED' });
    await finished(site, id, 'completed', 2);
    const shown = inLever(site.world, person).tags;
    expect(shown).toContain('Went well');
    expect(shown).not.toContain('UW Screened: INCOMPLETE');
  } finally {
    await site.stop();
  }
}, 120_000);
