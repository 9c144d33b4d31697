import { SEED } from '../../simulators/lever/seed';
import { ended, inLever } from '../helpers/actions';
import { until } from '../helpers/until';
import { serandDriver } from './serand-driver';
import { enters, invitationOf, invitedPerson, shows, scenariosOf, withSettings } from './vendor-world';
import * as scenarios from './scenarios';

const scenario = scenariosOf(serandDriver);

scenario('expires at Serand', scenarios.expiredAtVendor);
scenario('expires here', scenarios.expiredHere);
scenario('is found completed although the callback was lost', scenarios.lostCallback);
scenario('hears the same several times', scenarios.duplicateCallbacks);
scenario('hears of the end before the answer to the invitation', scenarios.earlyCallback);
scenario('hears of the end before the start', scenarios.reorderedCallbacks);
scenario('is completed after it has expired', scenarios.completedAfterExpiry);
scenario("does not take a stranger's invitation for its own", scenarios.stranger);
scenario('refuses a callback with the wrong signature', scenarios.wrongSignature);
scenario('waits while Serand is down', scenarios.vendorDown);
scenario('invites once although the answer was lost', scenarios.lostAnswer);
scenario('waits as long as Serand asks', scenarios.rateLimited);
scenario('is called off when the candidate is archived', scenarios.archivedMeanwhile);

scenario('sends the assessment that Serand links to the posting, once it is live', async (world) => {
  const { admin } = world.vendor.serand;
  admin.setAssessment('asm_leaders', { atsId: world.vendor.postingId });
  const sent = async (): Promise<string> => {
    const person = await invitedPerson(world);
    return admin.application(person.invitation.ref).assessmentId;
  };
  expect(await sent()).toBe('asm_general');
  admin.setAssessment('asm_leaders', { status: 'live' });
  expect(await sent()).toBe('asm_leaders');
  await withSettings(world, { mapping: { [world.vendor.postingId]: 'asm_general' } }, async () => {
    expect(await sent()).toBe('asm_general');
  });
  admin.setAssessment('asm_leaders', { atsId: null, status: 'draft' });
});

scenario('says so where no assessment can be sent', async (world) => {
  const { admin } = world.vendor.serand;
  admin.setAssessment('asm_general', { isDefault: false });
  const person = enters(world);
  await ended(world, person, 'failed');
  admin.setAssessment('asm_general', { isDefault: true });
  expect(world.vendor.invitations(person.email)).toEqual([]);
  await shows(world, person, {
    tags: ['Serand Error'],
    links: [],
    notes: ['no live assessment of Serand is linked to this posting'],
  });
});

scenario('leaves a candidate who has gone elsewhere where they are', async (world) => {
  const { admin } = world.lever;
  const moved = await invitedPerson(world);
  admin.moveCandidate(moved.opportunityId, SEED.stages.phoneScreen);
  world.vendor.complete(moved.invitation.ref);
  await ended(world, moved, 'completed');
  await shows(world, moved, {
    ...world.vendor.shows('completed', moved.invitation),
    stage: SEED.stages.phoneScreen,
  });

  // Archived just then, and Lever has not said so: the look before the move sees it.
  const archived = await invitedPerson(world);
  admin.setWebhooksEnabled(false, 'candidateArchiveChange');
  admin.archive(archived.opportunityId);
  world.vendor.complete(archived.invitation.ref);
  await ended(world, archived, 'completed');
  admin.setWebhooksEnabled(true, 'candidateArchiveChange');
  await shows(world, archived, {
    ...world.vendor.shows('completed', archived.invitation),
    stage: SEED.stages.assessment,
  });
  expect(inLever(world, archived).archived).not.toBeNull();
});

scenario('is cancelled and reminded at Serand', async (world) => {
  const { admin } = world.vendor.serand;
  await withSettings(world, { reminders: ['1s'] }, async () => {
    const person = enters(world);
    const { ref } = await invitationOf(world, person);
    await until(
      'Serand reminds',
      () => admin.mailbox({ to: person.email }),
      ({ length }) => length === 2,
    );
    world.lever.admin.archive(person.opportunityId);
    await ended(world, person, 'cancelled');
    expect(admin.application(ref).status).toBe('cancelled');
  });
});
