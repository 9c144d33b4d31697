import { SEED } from '../../simulators/lever/seed';
import { ended, inLever, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { archivedBefore, wentTo } from '../helpers/why-stay';
import * as scenarios from './scenarios';
import { serandDriver } from './serand-driver';
import { completedUnasked, waysToFail, waysToWait } from './unanswered';
import { enters, invitationOf, invitedPerson, scenariosOf, shows, withSettings } from './vendor-world';

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
  const shown = world.vendor.shows('completed', moved.invitation);
  await shows(world, moved, {
    ...shown,
    notes: [...shown.notes, wentTo('Phone screen')],
    stage: SEED.stages.phoneScreen,
  });

  // Archived just then, and Lever has not said so: the look before the move sees it.
  const archived = await invitedPerson(world);
  admin.setWebhooksEnabled(false, 'candidateArchiveChange');
  admin.archive(archived.opportunityId);
  world.vendor.complete(archived.invitation.ref);
  await ended(world, archived, 'completed');
  admin.setWebhooksEnabled(true, 'candidateArchiveChange');
  const kept = world.vendor.shows('completed', archived.invitation);
  await shows(world, archived, {
    ...kept,
    notes: [...kept.notes, archivedBefore],
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

const route = 'GET /invitations/:id';

/** Nothing of Serand's API is public: whatever it does not serve must not cost a candidate's work. */
for (const [how, fault] of [...waysToFail(route), ...waysToWait(route, { id: 'inv_1', status: 'invited' })]) {
  scenario(`brings what the callback said although questions about an invitation ${how}`, (world) =>
    completedUnasked(world, world.vendor.serand.admin, fault),
  );
}

scenario('learns from its first callback how Serand names an invitation', async (world) => {
  const { admin } = world.vendor.serand;
  await withSettings(world, { expiresAfter: '3s' }, async () => {
    admin.fault({ kind: 'odd-answer', operation: 'POST /invitations', body: { status: 'invited' } });
    const person = enters(world);
    const { ref } = await invitationOf(world, person);
    await shows(world, person, 'invited');
    world.vendor.begin?.(ref);
    await until(
      'it is on record',
      () => runOf(world, person),
      ({ status }) => status === 'in_progress',
    );
    // Only a question under its own name finds what nobody told.
    world.vendor.fault({ kind: 'lost-callback' });
    world.vendor.complete(ref);
    await ended(world, person, 'completed');
    await shows(world, person, 'completed');
    expect((await runOf(world, person)).vendorRef).toBe(ref);
  });
});

scenario('sends the default of the connection where Serand shows no list', async (world) => {
  const { admin } = world.vendor.serand;
  await withSettings(world, { defaultAssessment: 'asm_general' }, async () => {
    admin.fault({ kind: 'http', operation: 'GET /assessments', status: 404 });
    const person = await invitedPerson(world);
    expect(admin.application(person.invitation.ref).assessmentId).toBe('asm_general');
  });
});

scenario('reminds the recruiter where Serand reminds nobody', async (world) => {
  const { admin } = world.vendor.serand;
  await withSettings(world, { reminders: ['1s'] }, async () => {
    admin.fault({ kind: 'http', operation: 'POST /invitations/:id/resend', status: 405 });
    const person = enters(world);
    await invitationOf(world, person);
    await shows(world, person, {
      tags: ['Serand Invited'],
      links: [],
      notes: ['The Serand assessment has not been completed yet.'],
    });
    expect(admin.mailbox({ to: person.email })).toHaveLength(1);
  });
});
