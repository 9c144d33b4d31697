import { SEED } from '../../simulators/lever/seed';
import { ended, inLever } from '../helpers/story';
import { until } from '../helpers/until';
import { serandDriver } from './serand-driver';
import { enters, invitationOf, invitedPerson, shows, storiesOf, withSettings } from './scene';
import * as stories from './stories';

const story = storiesOf(serandDriver);

story('goes from the stage change to the result', stories.happyPath);
story('expires at Serand', stories.expiredAtVendor);
story('expires here', stories.expiredHere);
story('is found completed although the callback was lost', stories.lostCallback);
story('hears the same several times', stories.duplicateCallbacks);
story('hears of the end before the answer to the invitation', stories.earlyCallback);
story('hears of the end before the start', stories.reorderedCallbacks);
story('is completed after it has expired', stories.completedAfterExpiry);
story("does not take a stranger's invitation for its own", stories.stranger);
story('refuses a callback with the wrong signature', stories.wrongSignature);
story('waits while Serand is down', stories.vendorDown);
story('invites once although the answer was lost', stories.lostAnswer);
story('waits as long as Serand asks', stories.rateLimited);
story('is called off when the candidate is archived', stories.archivedMeanwhile);

story('sends the assessment that Serand links to the posting, once it is live', async (scene) => {
  const { admin } = scene.vendor.serand;
  admin.setAssessment('asm_leaders', { atsId: scene.vendor.postingId });
  const sent = async (): Promise<string> => {
    const person = await invitedPerson(scene);
    return admin.application(person.invitation.ref).assessmentId;
  };
  expect(await sent()).toBe('asm_general');
  admin.setAssessment('asm_leaders', { status: 'live' });
  expect(await sent()).toBe('asm_leaders');
  await withSettings(scene, { mapping: { [scene.vendor.postingId]: 'asm_general' } }, async () => {
    expect(await sent()).toBe('asm_general');
  });
  admin.setAssessment('asm_leaders', { atsId: null, status: 'draft' });
});

story('says so where no assessment can be sent', async (scene) => {
  const { admin } = scene.vendor.serand;
  admin.setAssessment('asm_general', { isDefault: false });
  const person = enters(scene);
  await ended(scene.world, person, 'failed');
  admin.setAssessment('asm_general', { isDefault: true });
  expect(scene.vendor.invitations(person.email)).toEqual([]);
  await shows(scene, person, {
    tags: ['Serand Error'],
    links: [],
    notes: ['no live assessment of Serand is linked to this posting'],
  });
});

story('leaves a candidate who has gone elsewhere where they are', async (scene) => {
  const { admin } = scene.world.lever;
  const moved = await invitedPerson(scene);
  admin.moveCandidate(moved.opportunityId, SEED.stages.phoneScreen);
  scene.vendor.complete(moved.invitation.ref);
  await ended(scene.world, moved, 'completed');
  const shown = scene.vendor.shows('completed', moved.invitation);
  await shows(scene, moved, {
    ...shown,
    notes: [...shown.notes, 'they are in the stage \\"Phone screen\\" by now'],
    stage: SEED.stages.phoneScreen,
  });

  // Archived just then, and Lever has not said so: the look before the move sees it.
  const archived = await invitedPerson(scene);
  admin.setWebhooksEnabled(false, 'candidateArchiveChange');
  admin.archive(archived.opportunityId);
  scene.vendor.complete(archived.invitation.ref);
  await ended(scene.world, archived, 'completed');
  admin.setWebhooksEnabled(true, 'candidateArchiveChange');
  const kept = scene.vendor.shows('completed', archived.invitation);
  await shows(scene, archived, {
    ...kept,
    notes: [...kept.notes, 'was not moved to the stage \\"Review\\": the opportunity is archived'],
    stage: SEED.stages.assessment,
  });
  expect(inLever(scene.world, archived).archived).not.toBeNull();
});

story('is cancelled and reminded at Serand', async (scene) => {
  const { admin } = scene.vendor.serand;
  await withSettings(scene, { reminders: ['1s'] }, async () => {
    const person = enters(scene);
    const { ref } = await invitationOf(scene, person);
    await until('Serand reminds', () => admin.mailbox({ to: person.email }).length === 2);
    scene.world.lever.admin.archive(person.opportunityId);
    await ended(scene.world, person, 'cancelled');
    expect(admin.application(ref).status).toBe('cancelled');
  });
});
