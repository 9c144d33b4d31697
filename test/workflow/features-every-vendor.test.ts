import { SEED } from '../../simulators/lever/seed';
import {
  applicant,
  configure,
  ended,
  inLever,
  liveRun,
  look,
  move,
  operator,
  runOf,
  times,
} from '../helpers/story';
import type { Person } from '../helpers/story';
import { until } from '../helpers/until';
import { assessFirstDriver } from '../vendors/assessfirst-driver';
import type { VendorDriver } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import { invitationOf, storiesOf, withSettings } from '../vendors/scene';
import type { Scene } from '../vendors/scene';
import { serandDriver } from '../vendors/serand-driver';
import { smgDriver } from '../vendors/smg-driver';
import { standardDriver } from '../vendors/standard-driver';

/** What every vendor that is asked to invite gives its connections, told over the whole hub. */

/** Jobma tells a score only once somebody has evaluated the interview. */
const evaluatedJobma: VendorDriver = {
  ...jobmaDriver,
  start: async () => {
    const vendor = await jobmaDriver.start();
    return { ...vendor, complete: (ref) => void vendor.jobma.admin.complete(ref, { score: 80 }) };
  },
};

const drivers: VendorDriver[] = [smgDriver, assessFirstDriver, serandDriver, evaluatedJobma, standardDriver];

const { stages } = SEED;

const enters = (scene: Scene, stageId: string = stages.assessment): Person => {
  const person = applicant(scene.world, { postingId: scene.vendor.postingId });
  move(scene.world, person, stageId);
  return person;
};

const notesOf = (scene: Scene, person: Person): string => JSON.stringify(inLever(scene.world, person).notes);

const noted = (scene: Scene, person: Person, words: string) =>
  until(
    `a note says: ${words}`,
    () => notesOf(scene, person),
    (notes) => notes.includes(words),
  );

async function completes(scene: Scene, person: Person): Promise<void> {
  scene.vendor.complete((await invitationOf(scene, person)).ref);
  await ended(scene.world, person, 'completed');
}

describe.each(drivers.map((driver) => [driver.vendor, driver] as const))(
  'a connection of %s',
  (_, driver) => {
    const story = storiesOf(driver);

    story('speaks in its own words, and leaves out what it does not want in Lever', (scene) =>
      withSettings(
        scene,
        {
          texts: { invited: 'We have invited them.', cancelled: 'Called off, because {reason}' },
          shows: { link: false, report: false },
          note: false,
        },
        async () => {
          const [diligent, leaver] = [enters(scene), enters(scene)];
          for (const person of [diligent, leaver]) await noted(scene, person, 'We have invited them.');
          scene.world.lever.admin.archive(leaver.opportunityId);
          await completes(scene, diligent);
          await ended(scene.world, leaver, 'cancelled');
          expect(notesOf(scene, leaver)).toContain('Called off, because the opportunity is archived');
          const { notes, links } = inLever(scene.world, diligent);
          expect([notes.length, links]).toEqual([1, []]);
        },
      ),
    );

    story('shows the links that its settings ask for', (scene) =>
      withSettings(scene, { shows: { link: true, report: true } }, async () => {
        const person = enters(scene);
        await completes(scene, person);
        // Where the vendor gives the hub no link of the candidate's own, there is only the one to the result.
        expect(inLever(scene.world, person).links.length).toBeGreaterThanOrEqual(1);
      }),
    );

    story('reminds by the vendor or else by a note, and tells the operator which', (scene) =>
      withSettings(scene, { texts: { reminder: 'They have not finished yet.' } }, async () => {
        const person = enters(scene);
        await invitationOf(scene, person);
        const { id } = await runOf(scene.world, person);
        await liveRun(scene.world, id, 'the invitation is known', ({ status }) => status === 'invited');
        const path = `/assessments/${id}/remind`;
        const { body } = await operator<{ detail?: string }>(scene.world, 'POST', path);
        if (body.detail?.startsWith('The vendor cannot')) {
          await noted(scene, person, 'They have not finished yet.');
          return;
        }
        expect(body.detail).toContain('send the candidate the invitation once more');
        const { timeline } = await look(scene.world, id);
        expect(timeline.some(({ kind }) => kind === 'reminded')).toBe(true);
        expect(notesOf(scene, person)).not.toContain('They have not finished yet.');
      }),
    );

    story('has a way of its own for each of its trigger stages, and a tag for a score', async (scene) => {
      await configure(scene.world, { triggerStages: ['Phone screen', stages.assessment] });
      const results = { 'Phone screen': 'Offer', Assessment: stages.review };
      const thresholds = [
        { min: 0, tag: 'Has a score' },
        { min: 1_000, tag: 'Beyond every score' },
      ];
      await withSettings(scene, { resultsStages: results, thresholds }, async () => {
        const [early, late] = [enters(scene, stages.phoneScreen), enters(scene)];
        await Promise.all([completes(scene, early), completes(scene, late)]);
        expect(inLever(scene.world, early).stage).toBe(stages.offer);
        expect(inLever(scene.world, late).stage).toBe(stages.review);
        for (const person of [early, late]) {
          const { tags } = inLever(scene.world, person);
          expect(times(tags, 'Has a score')).toBe(1);
          expect(tags).not.toContain('Beyond every score');
        }
      });
    });
  },
);
