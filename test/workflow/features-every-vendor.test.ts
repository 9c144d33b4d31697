import { endedFor, endReasonText } from '../../domain/end-reasons';
import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
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
} from '../helpers/actions';
import { until } from '../helpers/until';
import { assessFirstDriver } from '../vendors/assessfirst-driver';
import type { VendorDriver } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import { serandDriver } from '../vendors/serand-driver';
import { smgDriver } from '../vendors/smg-driver';
import { standardDriver } from '../vendors/standard-driver';
import type { VendorWorld } from '../vendors/vendor-world';
import { invitationOf, scenariosOf, withSettings } from '../vendors/vendor-world';

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

const enters = (world: VendorWorld, stageId: string = stages.assessment): Person => {
  const person = applicant(world, { postingId: world.vendor.postingId });
  move(world, person, stageId);
  return person;
};

const notesOf = (world: VendorWorld, person: Person): string => JSON.stringify(inLever(world, person).notes);

const noted = (world: VendorWorld, person: Person, words: string) =>
  until(
    `a note says: ${words}`,
    () => notesOf(world, person),
    (notes) => notes.includes(words),
  );

async function completes(world: VendorWorld, person: Person): Promise<void> {
  world.vendor.complete((await invitationOf(world, person)).ref);
  await ended(world, person, 'completed');
}

describe.each(drivers.map((driver) => [driver.vendor, driver] as const))(
  'a connection of %s',
  (_, driver) => {
    const scenario = scenariosOf(driver);

    scenario('speaks in its own words, and leaves out what it does not want in Lever', (world) =>
      withSettings(
        world,
        {
          texts: { invited: 'We have invited them.', cancelled: 'Called off, because {reason}' },
          shows: { link: false, report: false },
          note: false,
        },
        async () => {
          const [diligent, leaver] = [enters(world), enters(world)];
          for (const person of [diligent, leaver]) await noted(world, person, 'We have invited them.');
          world.lever.admin.archive(leaver.opportunityId);
          await completes(world, diligent);
          await ended(world, leaver, 'cancelled');
          const why = endReasonText(endedFor('archived')) ?? 'nothing';
          expect(notesOf(world, leaver)).toContain(`Called off, because ${why}`);
          const { notes, links } = inLever(world, diligent);
          expect([notes.length, links]).toEqual([1, []]);
        },
      ),
    );

    scenario('shows the links that its settings ask for', (world) =>
      withSettings(world, { shows: { link: true, report: true } }, async () => {
        const person = enters(world);
        await completes(world, person);
        // Where the vendor gives the hub no link of the candidate's own, there is only the one to the result.
        expect(inLever(world, person).links.length).toBeGreaterThanOrEqual(1);
      }),
    );

    scenario('reminds by the vendor or else by a note, and tells the operator which', (world) =>
      withSettings(world, { texts: { reminder: 'They have not finished yet.' } }, async () => {
        const person = enters(world);
        await invitationOf(world, person);
        const { id } = await runOf(world, person);
        await liveRun(world, id, 'the invitation is known', ({ status }) => status === 'invited');
        const path = `/assessments/${id}/remind`;
        const { body } = await operator<{ detail?: string }>(world, 'POST', path);
        if (body.detail?.startsWith('The vendor cannot')) {
          await noted(world, person, 'They have not finished yet.');
          return;
        }
        expect(body.detail).toContain('send the candidate the invitation once more');
        const { timeline } = await look(world, id);
        expect(timeline.some(({ kind }) => kind === 'reminded')).toBe(true);
        expect(notesOf(world, person)).not.toContain('They have not finished yet.');
      }),
    );

    scenario('has a way of its own for each of its trigger stages, and a tag for a score', async (world) => {
      await configure(world, { triggerStages: ['Phone screen', stages.assessment] });
      const results = { 'Phone screen': 'Offer', Assessment: stages.review };
      const thresholds = [
        { min: 0, tag: 'Has a score' },
        { min: 1_000, tag: 'Beyond every score' },
      ];
      await withSettings(world, { resultsStages: results, thresholds }, async () => {
        const [early, late] = [enters(world, stages.phoneScreen), enters(world)];
        await Promise.all([completes(world, early), completes(world, late)]);
        expect(inLever(world, early).stage).toBe(stages.offer);
        expect(inLever(world, late).stage).toBe(stages.review);
        for (const person of [early, late]) {
          const { tags } = inLever(world, person);
          expect(times(tags, 'Has a score')).toBe(1);
          expect(tags).not.toContain('Beyond every score');
        }
      });
    });
  },
);
