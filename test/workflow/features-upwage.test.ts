import { SEED } from '../../simulators/lever/seed';
import { applicant, operator } from '../helpers/story';
import { finished, session, startUpwageWorld } from '../vendors/upwage-world';
import type { UpwageWorld } from '../vendors/upwage-world';

/** What a vendor that begins its runs itself gives its connections of the features that all have together. */

let site: UpwageWorld;
beforeAll(async () => {
  site = await startUpwageWorld({
    settings: {
      note: 'Screened: {band}',
      shows: { file: false },
      thresholds: [{ band: 'passed', tag: 'Call them', stage: 'Offer' }],
      screeners: [{ screenerId: 'scr_cashier', postingId: SEED.postings.storeClerk }],
    },
  });
});
afterAll(() => site?.stop());

test('the connection’s own note, tag and stage for a verdict, and no document', async () => {
  const person = applicant(site.world, { postingId: SEED.postings.storeClerk });
  const { id } = session(site, { email: person.email });
  site.upwage.admin.complete(id);
  await finished(site, id);
  const { tags, stage, files, notes } = site.world.lever.admin.candidate(person.opportunityId);
  expect(tags).toEqual(expect.arrayContaining(['UW Screened: PASSED', 'Call them']));
  expect([stage, files]).toEqual([SEED.stages.offer, []]);
  expect(JSON.stringify(notes)).toContain('Screened: PASSED');
});

test('reminders are refused, because the vendor invites by itself', async () => {
  const path = `/connections/${site.world.connection.id}`;
  const { status, body } = await operator(site.world, 'PATCH', path, { settings: { reminders: ['3d'] } });
  expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('Upwage invites by itself')]);
});
