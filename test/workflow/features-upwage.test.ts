import { SEED } from '../../simulators/lever/seed';
import { applicant, operator } from '../helpers/actions';
import { useWorld } from '../helpers/use-world';
import { finished, session, startUpwageWorld } from '../vendors/upwage-world';

/** What a vendor that begins its runs itself gives its connections of the features that all have together. */

const world = useWorld(() =>
  startUpwageWorld({
    settings: {
      note: 'Screened: {band}',
      shows: { file: false },
      thresholds: [{ band: 'passed', tag: 'Call them', stage: 'Offer' }],
      screeners: [{ screenerId: 'scr_cashier', postingId: SEED.postings.storeClerk }],
    },
  }),
);

test('the connection’s own note, tag and stage for a verdict, and no document', async () => {
  const person = applicant(world, { postingId: SEED.postings.storeClerk });
  const { id } = session(world, { email: person.email });
  world.upwage.admin.complete(id);
  await finished(world, id);
  const { tags, stage, files, notes } = world.lever.admin.candidate(person.opportunityId);
  expect(tags).toEqual(expect.arrayContaining(['UW Screened: PASSED', 'Call them']));
  expect([stage, files]).toEqual([SEED.stages.offer, []]);
  expect(JSON.stringify(notes)).toContain('Screened: PASSED');
});

test('reminders are refused, because the vendor invites by itself', async () => {
  const path = `/connections/${world.connection.id}`;
  const { status, body } = await operator(world, 'PATCH', path, { settings: { reminders: ['3d'] } });
  expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('Upwage invites by itself')]);
});
