import type { Person } from '../helpers/actions';
import { applicant, ended, inLever, move, operator } from '../helpers/actions';
import type { SimulatedVendor, VendorDriver } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import { serandDriver } from '../vendors/serand-driver';
import { standardDriver } from '../vendors/standard-driver';
import type { VendorWorld } from '../vendors/vendor-world';
import { invitationOf, scenariosOf, withSettings } from '../vendors/vendor-world';

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
function enters(world: VendorWorld, tags: string[], ofTheirOwn: string[] = []): Person {
  const postingId = world.lever.admin.addPosting({ text: 'Team lead', tags });
  const person = applicant(world, { postingId, tags: ofTheirOwn });
  move(world, person);
  return person;
}

const save = (world: VendorWorld, settings: Record<string, unknown>) =>
  operator<{ errors?: { path: string; message: string }[] }>(
    world,
    'PATCH',
    `/connections/${world.connection.id}`,
    { settings },
  );

describe.each(choices)('a connection of $driver.vendor', ({ driver, usual, special, errorTag }) => {
  const scenario = scenariosOf(driver);
  const assessmentsByTag = { 'Package=Leads': special };

  const sentTo = async (world: VendorWorld<Choosing>, person: Person): Promise<string> =>
    world.vendor.sent((await invitationOf(world, person)).ref);

  scenario('sends what a tag of the posting or of the candidate asks for, and the usual to others', (world) =>
    withSettings(world, { assessmentsByTag }, async () => {
      const tagged = [enters(world, ['Retail', ' Package=Leads ']), enters(world, [], ['Package=Leads'])];
      const other = enters(world, ['package=leads']);
      for (const person of tagged) expect(await sentTo(world, person)).toBe(special);
      if (usual === null) {
        const run = await ended(world, other, 'skipped');
        expect(run.reasonCode).toBe('no_assessment');
      } else expect(await sentTo(world, other)).toBe(usual);
    }),
  );

  scenario(
    'refuses an assessment that the vendor does not have, and names those there are',
    async (world) => {
      const { status, body } = await save(world, { assessmentsByTag: { 'Package=Leads': 'no-such-thing' } });
      expect(status).toBe(422);
      expect(body.errors).toEqual([
        {
          path: 'body.settings.assessmentsByTag.Package=Leads',
          message: expect.stringMatching(
            new RegExp(`has no assessment "no-such-thing".*it has .*${special}`),
          ),
        },
      ]);
      expect((await save(world, { defaultAssessment: 'no-such-thing' })).status).toBe(422);
    },
  );

  if (usual === null) return;

  scenario('invites nobody when tags contradict each other, and says so', (world) =>
    withSettings(world, { assessmentsByTag: { ...assessmentsByTag, 'Package=All': usual } }, async () => {
      const person = enters(world, ['Package=All', 'Package=Leads']);
      await ended(world, person, 'skipped');
      const { tags, notes } = inLever(world, person);
      expect(tags).toContain(errorTag);
      expect(JSON.stringify(notes)).toContain('of the posting ask for different assessments');
      expect(world.vendor.invitations(person.email)).toEqual([]);
    }),
  );
});
