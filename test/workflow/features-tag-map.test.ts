import { applicant, ended, inLever, move, operator } from '../helpers/story';
import type { Person } from '../helpers/story';
import type { SimulatedVendor, VendorDriver } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import { invitationOf, storiesOf, withSettings } from '../vendors/scene';
import type { Scene } from '../vendors/scene';
import { serandDriver } from '../vendors/serand-driver';
import { standardDriver } from '../vendors/standard-driver';

/** Tags of postings and candidates that choose the assessment, for the vendors that have no tags of their own for it. */

interface Choosing extends SimulatedVendor {
  /** What the vendor sent with this invitation. */
  sent: (ref: string) => string;
}

const serand: VendorDriver<Choosing> = {
  ...serandDriver,
  start: async () => {
    const vendor = await serandDriver.start();
    const { admin } = vendor.serand;
    admin.setAssessment('asm_leaders', { status: 'live' });
    return { ...vendor, sent: (ref) => admin.application(ref).assessmentId };
  },
};
const jobma: VendorDriver<Choosing> = {
  ...jobmaDriver,
  start: async () => {
    const vendor = await jobmaDriver.start();
    return { ...vendor, sent: (ref) => vendor.jobma.admin.application(ref).kitId };
  },
};
/** The example vendor sells one package, so nobody gets it here who has no tag. */
const standard: VendorDriver<Choosing> = {
  ...standardDriver,
  start: async () => {
    const vendor = await standardDriver.start();
    const { defaultAssessment: _none, ...settings } = vendor.settings;
    return { ...vendor, settings, sent: (ref) => vendor.standard.admin.application(ref).package };
  },
};

/** What everybody gets, null for nothing; and what the tag asks for. */
const choices = [
  { driver: serand, usual: 'asm_general', special: 'asm_leaders', errorTag: 'Serand Error' },
  { driver: jobma, usual: '101', special: '102', errorTag: 'Jobma Interview Error' },
  { driver: standard, usual: null, special: 'sales-basics', errorTag: 'Assessment Error' },
];

/** A new candidate of a posting with these tags, in the trigger stage. */
function enters(scene: Scene, tags: string[], ofTheirOwn: string[] = []): Person {
  const { world } = scene;
  const postingId = world.lever.admin.addPosting({ text: 'Team lead', tags });
  const person = applicant(world, { postingId, tags: ofTheirOwn });
  move(world, person);
  return person;
}

const save = (scene: Scene, settings: Record<string, unknown>) =>
  operator<{ errors?: { path: string; message: string }[] }>(
    scene.world,
    'PATCH',
    `/connections/${scene.world.connection.id}`,
    { settings },
  );

describe.each(choices)('a connection of $driver.vendor', ({ driver, usual, special, errorTag }) => {
  const story = storiesOf(driver);
  const assessmentsByTag = { 'Package=Leads': special };

  const sentTo = async (scene: Scene<Choosing>, person: Person): Promise<string> =>
    scene.vendor.sent((await invitationOf(scene, person)).ref);

  story('sends what a tag of the posting or of the candidate asks for, and the usual to others', (scene) =>
    withSettings(scene, { assessmentsByTag }, async () => {
      const tagged = [enters(scene, ['Retail', ' Package=Leads ']), enters(scene, [], ['Package=Leads'])];
      const other = enters(scene, ['package=leads']);
      for (const person of tagged) expect(await sentTo(scene, person)).toBe(special);
      if (usual === null) {
        const run = await ended(scene.world, other, 'skipped');
        expect(run.timeline.some(({ detail }) => detail?.includes('no_assessment'))).toBe(true);
      } else expect(await sentTo(scene, other)).toBe(usual);
    }),
  );

  story('refuses an assessment that the vendor does not have, and names those there are', async (scene) => {
    const { status, body } = await save(scene, { assessmentsByTag: { 'Package=Leads': 'no-such-thing' } });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      {
        path: 'body.settings.assessmentsByTag.Package=Leads',
        message: expect.stringMatching(new RegExp(`has no assessment "no-such-thing".*it has .*${special}`)),
      },
    ]);
    expect((await save(scene, { defaultAssessment: 'no-such-thing' })).status).toBe(422);
  });

  if (usual === null) return;

  story('invites nobody when tags contradict each other, and says so', (scene) =>
    withSettings(scene, { assessmentsByTag: { ...assessmentsByTag, 'Package=All': usual } }, async () => {
      const person = enters(scene, ['Package=All', 'Package=Leads']);
      await ended(scene.world, person, 'skipped');
      const { tags, notes } = inLever(scene.world, person);
      expect(tags).toContain(errorTag);
      expect(JSON.stringify(notes)).toContain('of the posting ask for different assessments');
      expect(scene.vendor.invitations(person.email)).toEqual([]);
    }),
  );
});
