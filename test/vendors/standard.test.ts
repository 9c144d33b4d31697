import { defaultSecret } from '../../simulators/standard/server';
import { ended, inLever, operator } from '../helpers/actions';
import { until } from '../helpers/until';
import * as scenarios from './scenarios';
import type { SimulatedStandard } from './standard-driver';
import { standardDriver } from './standard-driver';
import { update } from './standard-updates';
import type { VendorWorld } from './vendor-world';
import { enters, invitationOf, invitedPerson, scenariosOf, shows, withSettings } from './vendor-world';

const scenario = scenariosOf(standardDriver);

scenario('is declined by the candidate', scenarios.declined);
scenario('expires at the vendor', scenarios.expiredAtVendor);
scenario('expires here', scenarios.expiredHere);
scenario('is found completed although the update was lost', scenarios.lostCallback);
scenario('hears the same several times', scenarios.duplicateCallbacks);
scenario('hears of the end before the answer to the order', scenarios.earlyCallback);
scenario('hears of the end before the start', scenarios.reorderedCallbacks);
scenario('is completed after it has expired', scenarios.completedAfterExpiry);
scenario("does not take another customer's order for its own", scenarios.stranger);
scenario('refuses an update with the wrong signature', scenarios.wrongSignature);
scenario('waits while the vendor is down', scenarios.vendorDown);
scenario('orders once although the answer was lost', scenarios.lostAnswer);
scenario('waits as long as the vendor asks', scenarios.rateLimited);
scenario('is called off when the candidate is archived', scenarios.archivedMeanwhile);
scenario('has the vendor give more time, too', scenarios.extendedAtVendor);

const credentials = (world: VendorWorld<SimulatedStandard>, change: Record<string, unknown>): Promise<void> =>
  patched(world, { ...world.vendor.credentials, ...change });

async function patched(world: VendorWorld, given: Record<string, unknown>): Promise<void> {
  const path = `/connections/${world.connection.id}`;
  const { status, body } = await operator(world, 'PATCH', path, { credentials: given });
  expect([status, body]).toEqual([200, expect.anything()]);
}

/** Status with which the hub answered the last update about an order, once it has. */
const answered = (
  { vendor }: VendorWorld<SimulatedStandard>,
  ref: string,
  count: number,
): Promise<number | null> =>
  until(
    'the hub has answered',
    () => vendor.standard.admin.callbacks({ applicationId: ref }),
    ({ length }) => length >= count,
  ).then((attempts) => attempts.at(-1)?.status ?? null);

scenario('tells the recruiter why the vendor refuses an order', async (world) => {
  const { packages } = world.vendor.standard.admin;
  packages.push({ id: 'old', type: 'OTHER', name: 'Not sold any more' });
  await withSettings(world, { defaultAssessment: 'old' }, async () => {
    packages.pop();
    const person = enters(world);
    await ended(world, person, 'failed');
    await shows(world, person, {
      tags: ['Assessment Error'],
      links: [],
      notes: ['The vendor answered 422 (No such package)'],
    });
  });
});

scenario('is cancelled and reminded at the vendor', async (world) => {
  const { admin } = world.vendor.standard;
  await withSettings(world, { reminders: ['1s'] }, async () => {
    const person = enters(world);
    const { ref } = await invitationOf(world, person);
    await until(
      'the vendor reminds',
      () => admin.mailbox({ to: person.email }),
      ({ length }) => length === 2,
    );
    world.lever.admin.archive(person.opportunityId);
    await ended(world, person, 'cancelled');
    expect(admin.application(ref).status).toBe('cancelled');
  });
});

scenario('changes its secret without losing an update', async (world) => {
  const next = `whsec_${Buffer.from('the next secret of hub and vendor').toString('base64')}`;
  const before = await invitedPerson(world);
  await credentials(world, { secret: [next, defaultSecret] });
  // The vendor still knows the old secret only: both directions go on.
  world.vendor.complete(before.invitation.ref);
  await ended(world, before, 'completed');
  const between = await invitedPerson(world);
  await credentials(world, { secret: next });
  world.vendor.complete(between.invitation.ref);
  expect(await answered(world, between.invitation.ref, 1)).toBe(401);
  await credentials(world, { secret: defaultSecret });
  world.vendor.resend(between.invitation.ref);
  await ended(world, between, 'completed');
});

scenario('tells the vendor every fault of an update, and what looks like one', async (world) => {
  const person = await invitedPerson(world);
  const { ref } = person.invitation;
  const tell = (change: Record<string, unknown>) => update(world, ref, change);
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
  await shows(world, person, 'invited');
  expect(await tell({ mood: 'good' })).toEqual({
    status: 200,
    body: { warnings: [{ path: 'mood', message: expect.any(String) }] },
  });
  await shows(world, person, 'started');
  expect(await tell({})).toEqual({ status: 200, body: { warnings: [] } });
});

scenario('takes a second attempt for more than a repeat, and a new evaluation for news', async (world) => {
  const person = await invitedPerson(world);
  const { ref } = person.invitation;
  const { admin } = world.vendor.standard;
  admin.complete(ref, { score: 40 });
  await ended(world, person, 'completed');
  admin.say(ref, { attempt: 2, sequence: 1, score: { value: 90, max: 100, band: 'Proceed' } });
  await until(
    'the better result is told',
    () => JSON.stringify(inLever(world, person).notes),
    (notes) => notes.includes('Score: 90 of 100, Proceed'),
  );
});

scenario('calls no address inside the own network, whatever the connection says', async (world) => {
  await credentials(world, { baseUrl: 'https://10.0.0.1/v1' });
  const person = enters(world);
  await ended(world, person, 'failed');
  await credentials(world, {});
  await shows(world, person, {
    tags: ['Assessment Error'],
    links: [],
    notes: ['the hub may not call the address of the connection'],
  });
});
