import { defaultSecret } from '../../simulators/standard/server';
import { ended, inLever, operator } from '../helpers/story';
import { until } from '../helpers/until';
import { enters, invitationOf, invitedPerson, shows, storiesOf, withSettings } from './scene';
import type { Scene } from './scene';
import { standardDriver } from './standard-driver';
import type { SimulatedStandard } from './standard-driver';
import { update } from './standard-updates';
import * as stories from './stories';

const story = storiesOf(standardDriver);

story('goes from the stage change to the result', stories.happyPath);
story('invites somebody of one name', stories.ofOneName);
story('is declined by the candidate', stories.declined);
story('expires at the vendor', stories.expiredAtVendor);
story('expires here', stories.expiredHere);
story('is found completed although the update was lost', stories.lostCallback);
story('hears the same several times', stories.duplicateCallbacks);
story('hears of the end before the answer to the order', stories.earlyCallback);
story('hears of the end before the start', stories.reorderedCallbacks);
story('is completed after it has expired', stories.completedAfterExpiry);
story("does not take another customer's order for its own", stories.stranger);
story('refuses an update with the wrong signature', stories.wrongSignature);
story('waits while the vendor is down', stories.vendorDown);
story('orders once although the answer was lost', stories.lostAnswer);
story('waits as long as the vendor asks', stories.rateLimited);
story('is called off when the candidate is archived', stories.archivedMeanwhile);
story('has the vendor give more time, too', stories.extendedAtVendor);

const credentials = (scene: Scene<SimulatedStandard>, change: Record<string, unknown>): Promise<void> =>
  patched(scene, { ...scene.vendor.credentials, ...change });

async function patched(scene: Scene, given: Record<string, unknown>): Promise<void> {
  const path = `/connections/${scene.world.connection.id}`;
  const { status, body } = await operator(scene.world, 'PATCH', path, { credentials: given });
  expect([status, body]).toEqual([200, expect.anything()]);
}

/** Status with which the hub answered the last update about an order, once it has. */
const answered = ({ vendor }: Scene<SimulatedStandard>, ref: string, count: number): Promise<number | null> =>
  until('the hub has answered', () => {
    const attempts = vendor.standard.admin.callbacks({ applicationId: ref });
    return attempts.length >= count ? { status: attempts.at(-1)?.status ?? null } : undefined;
  }).then(({ status }) => status);

story('tells the recruiter why the vendor refuses an order', async (scene) => {
  const { packages } = scene.vendor.standard.admin;
  packages.push({ id: 'old', type: 'OTHER', name: 'Not sold any more' });
  await withSettings(scene, { defaultAssessment: 'old' }, async () => {
    packages.pop();
    const person = enters(scene);
    await ended(scene.world, person, 'failed');
    await shows(scene, person, {
      tags: ['Assessment Error'],
      links: [],
      notes: ['The vendor answered 422 (No such package)'],
    });
  });
});

story('is cancelled and reminded at the vendor', async (scene) => {
  const { admin } = scene.vendor.standard;
  await withSettings(scene, { reminders: ['1s'] }, async () => {
    const person = enters(scene);
    const { ref } = await invitationOf(scene, person);
    await until('the vendor reminds', () => admin.mailbox({ to: person.email }).length === 2);
    scene.world.lever.admin.archive(person.opportunityId);
    await ended(scene.world, person, 'cancelled');
    expect(admin.application(ref).status).toBe('cancelled');
  });
});

story('changes its secret without losing an update', async (scene) => {
  const next = `whsec_${Buffer.from('the next secret of hub and vendor').toString('base64')}`;
  const before = await invitedPerson(scene);
  await credentials(scene, { secret: [next, defaultSecret] });
  // The vendor still knows the old secret only: both directions go on.
  scene.vendor.complete(before.invitation.ref);
  await ended(scene.world, before, 'completed');
  const between = await invitedPerson(scene);
  await credentials(scene, { secret: next });
  scene.vendor.complete(between.invitation.ref);
  expect(await answered(scene, between.invitation.ref, 1)).toBe(401);
  await credentials(scene, { secret: defaultSecret });
  scene.vendor.resend(between.invitation.ref);
  await ended(scene.world, between, 'completed');
});

story('tells the vendor every fault of an update, and what looks like one', async (scene) => {
  const person = await invitedPerson(scene);
  const { ref } = person.invitation;
  const tell = (change: Record<string, unknown>) => update(scene, ref, change);
  expect(await tell({ status: 'done', score: { value: 'good' } })).toMatchObject({
    status: 400,
    body: {
      code: 'input.malformed',
      detail: expect.stringMatching(/status: .*; score\.value: /),
      errors: [
        { path: 'status', message: expect.any(String) },
        { path: 'score.value', message: expect.any(String) },
      ],
    },
  });
  await shows(scene, person, 'invited');
  expect(await tell({ mood: 'good' })).toEqual({
    status: 200,
    body: { warnings: [{ path: 'mood', message: expect.any(String) }] },
  });
  await shows(scene, person, 'started');
  expect(await tell({})).toEqual({ status: 200, body: { warnings: [] } });
});

story('takes a second attempt for more than a repeat, and a new evaluation for news', async (scene) => {
  const person = await invitedPerson(scene);
  const { ref } = person.invitation;
  const { admin } = scene.vendor.standard;
  admin.complete(ref, { score: 40 });
  await ended(scene.world, person, 'completed');
  admin.say(ref, { attempt: 2, sequence: 1, score: { value: 90, max: 100, band: 'Proceed' } });
  await until('the better result is told', () =>
    JSON.stringify(inLever(scene.world, person).notes).includes('Score: 90 of 100, Proceed'),
  );
});

story('calls no address inside the own network, whatever the connection says', async (scene) => {
  await credentials(scene, { baseUrl: 'https://10.0.0.1/v1' });
  const person = enters(scene);
  await ended(scene.world, person, 'failed');
  await credentials(scene, {});
  await shows(scene, person, {
    tags: ['Assessment Error'],
    links: [],
    notes: ['the hub may not call the address of the connection'],
  });
});
