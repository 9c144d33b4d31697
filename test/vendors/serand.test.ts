import { SEED } from '../../simulators/lever/seed';
import { ended, inLever, runOf } from '../helpers/story';
import { until } from '../helpers/until';
import { serandDriver } from './serand-driver';
import { enters, invitationOf, invitedPerson, shows, storiesOf, withSettings } from './scene';
import * as stories from './stories';
import { completedUnasked, waysToFail, waysToWait } from './unanswered';

const story = storiesOf(serandDriver);

story('goes from the stage change to the result', stories.happyPath);
story('invites somebody of one name', stories.ofOneName);
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
  await shows(scene, moved, {
    ...scene.vendor.shows('completed', moved.invitation),
    stage: SEED.stages.phoneScreen,
  });

  // Archived just then, and Lever has not said so: the look before the move sees it.
  const archived = await invitedPerson(scene);
  admin.setWebhooksEnabled(false, 'candidateArchiveChange');
  admin.archive(archived.opportunityId);
  scene.vendor.complete(archived.invitation.ref);
  await ended(scene.world, archived, 'completed');
  admin.setWebhooksEnabled(true, 'candidateArchiveChange');
  await shows(scene, archived, {
    ...scene.vendor.shows('completed', archived.invitation),
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

const route = 'GET /invitations/:id';

/** Nothing of Serand's API is public: whatever it does not serve must not cost a candidate's work. */
for (const [how, fault] of [...waysToFail(route), ...waysToWait(route, { id: 'inv_1', status: 'invited' })]) {
  story(`brings what the callback said although questions about an invitation ${how}`, (scene) =>
    completedUnasked(scene, scene.vendor.serand.admin, fault),
  );
}

story('learns from its first callback how Serand names an invitation', async (scene) => {
  const { admin } = scene.vendor.serand;
  await withSettings(scene, { expiresAfter: '3s' }, async () => {
    admin.fault({ kind: 'odd-answer', operation: 'POST /invitations', body: { status: 'invited' } });
    const person = enters(scene);
    const { ref } = await invitationOf(scene, person);
    await shows(scene, person, 'invited');
    scene.vendor.begin?.(ref);
    await until('it is on record', async () => (await runOf(scene.world, person)).status === 'in_progress');
    // Only a question under its own name finds what nobody told.
    scene.vendor.fault({ kind: 'lost-callback' });
    scene.vendor.complete(ref);
    await ended(scene.world, person, 'completed');
    await shows(scene, person, 'completed');
    expect((await runOf(scene.world, person)).vendorRef).toBe(ref);
  });
});

story('sends the default of the connection where Serand shows no list', async (scene) => {
  const { admin } = scene.vendor.serand;
  await withSettings(scene, { defaultAssessment: 'asm_general' }, async () => {
    admin.fault({ kind: 'http', operation: 'GET /assessments', status: 404 });
    const person = await invitedPerson(scene);
    expect(admin.application(person.invitation.ref).assessmentId).toBe('asm_general');
  });
});

story('reminds the recruiter where Serand reminds nobody', async (scene) => {
  const { admin } = scene.vendor.serand;
  await withSettings(scene, { reminders: ['1s'] }, async () => {
    admin.fault({ kind: 'http', operation: 'POST /invitations/:id/resend', status: 405 });
    const person = enters(scene);
    await invitationOf(scene, person);
    await shows(scene, person, {
      tags: ['Serand Invited'],
      links: [],
      notes: ['The Serand assessment has not been completed yet.'],
    });
    expect(admin.mailbox({ to: person.email })).toHaveLength(1);
  });
});
