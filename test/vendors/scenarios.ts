import type { Delivery } from '../helpers/actions';
import { applicant, ended, inLever, move, operator, runOf, runsOf } from '../helpers/actions';
import { until } from '../helpers/until';
import type { Entered, VendorWorld } from './vendor-world';
import {
  amendedTo,
  callbacksCame,
  callbacksOf,
  completion,
  enters,
  invitationOf,
  invitedPerson,
  invitesOnce,
  shows,
  withSettings,
} from './vendor-world';

/**
 * What every vendor must go through, told once in the words of the trade. A vendor's test file names the scenarios that
 * fit it, and its driver says what Lever has to show. Only an hour later the vendor would be asked for news, so what
 * lands in these scenarios came by callback, unless they say otherwise.
 */

/** Invited, begun where the vendor tells of that, completed: Lever shows each of them, and the vendor was asked once. */
export async function happyPath(world: VendorWorld): Promise<void> {
  const person = await invitedPerson(world);
  const { ref, assessmentId } = person.invitation;
  expect(assessmentId).toBe((await runOf(world, person)).id);
  if (world.vendor.begin !== null) {
    world.vendor.begin(ref);
    await shows(world, person, 'started');
  }
  world.vendor.complete(ref);
  await ended(world, person, 'completed');
  await shows(world, person, 'completed');
  const verdicts = (await callbacksOf(world, person)).map(({ event, verdict }) => `${event} ${verdict}`);
  expect(verdicts).toEqual([
    ...(world.vendor.begin === null ? [] : ['started signalled']),
    `${completion(world)} signalled`,
  ]);
  invitesOnce(world, person);
}

/** The candidate says no, and the vendor tells. */
export async function declined(world: VendorWorld): Promise<void> {
  const person = await invitedPerson(world);
  world.vendor.decline?.(person.invitation.ref);
  await ended(world, person, 'declined');
  await shows(world, person, 'declined');
}

/** The vendor ends its invitation, and tells. */
export async function expiredAtVendor(world: VendorWorld): Promise<void> {
  const person = await invitedPerson(world);
  world.vendor.expire?.(person.invitation.ref);
  await ended(world, person, 'expired');
  await shows(world, person, 'expired');
}

/** More time that is given at the hub is given at the vendor, too. */
export async function extendedAtVendor(world: VendorWorld): Promise<void> {
  const person = await invitedPerson(world);
  const { id } = await runOf(world, person);
  const end = new Date(Date.now() + 60 * 86_400_000).toISOString();
  const { status } = await operator(world, 'POST', `/assessments/${id}/extend`, { until: end });
  expect(status).toBe(200);
  const { ref } = person.invitation;
  await until(
    'the vendor has the new end',
    () => world.vendor.endOf?.(ref),
    (known) => known === end,
  );
}

/** The hub's own deadline ends an invitation that the vendor still has open. */
export async function expiredHere(world: VendorWorld): Promise<void> {
  await withSettings(world, { expiresAfter: '1s' }, async () => {
    const person = enters(world);
    await ended(world, person, 'expired');
    await shows(world, person, 'expiredHere');
    invitesOnce(world, person);
  });
}

/**
 * Nobody calls: the look before the deadline finds the candidate's work, which was done before the hub knew that there was
 * anything to do, so that no deadline can come first.
 */
export async function lostCallback(world: VendorWorld): Promise<void> {
  await withSettings(world, { expiresAfter: '3s' }, async () => {
    world.vendor.fault({ kind: 'early-completion' });
    world.vendor.fault({ kind: 'lost-callback' });
    const person = enters(world);
    await ended(world, person, 'completed');
    await shows(world, person, 'completed');
    expect(await callbacksOf(world, person)).toEqual([]);
  });
}

/** The completion is told five times, and shown once. */
export async function duplicateCallbacks(world: VendorWorld): Promise<void> {
  const person = await invitedPerson(world);
  world.vendor.fault({ kind: 'duplicate-callback', copies: 3 });
  world.vendor.complete(person.invitation.ref);
  await ended(world, person, 'completed');
  await callbacksCame(world, person, 4);
  world.vendor.resend(person.invitation.ref);
  await callbacksCame(world, person, 5);
  await shows(world, person, 'completed');
}

/** The vendor's callback is here before its answer to the invitation. */
export async function earlyCallback(world: VendorWorld): Promise<void> {
  world.vendor.fault({ kind: 'early-completion' });
  const person = enters(world);
  const run = await ended(world, person, 'completed');
  await shows(world, person, 'completed');
  const [callback] = await callbacksOf(world, person);
  const invitedAt = run.timeline.find(({ status }) => status === 'invited')?.at;
  expect(String(callback?.receivedAt) <= String(invitedAt)).toBe(true);
  invitesOnce(world, person);
}

/** "Completed" overtakes "started". */
export async function reorderedCallbacks(world: VendorWorld): Promise<void> {
  const person = await invitedPerson(world);
  world.vendor.fault({ kind: 'held-callback' });
  world.vendor.begin?.(person.invitation.ref);
  world.vendor.complete(person.invitation.ref);
  await ended(world, person, 'completed');
  const order = (await callbacksCame(world, person, 2)).map(({ event }) => event);
  expect(order).toEqual([completion(world), 'started']);
  await shows(world, person, 'completed');
}

/** The candidate is done after the hub's deadline: the run is amended, and Lever shows the result. */
export async function completedAfterExpiry(world: VendorWorld): Promise<void> {
  let person: Entered | undefined;
  await withSettings(world, { expiresAfter: '1s' }, async () => {
    person = enters(world);
    await ended(world, person, 'expired');
    await shows(world, person, 'expiredHere');
  });
  if (person === undefined) throw new Error('nobody came');
  const { ref } = await invitationOf(world, person);
  world.vendor.complete(ref);
  const run = await amendedTo(world, (await runOf(world, person)).id, 'completed');
  expect(run.timeline.map(({ kind }) => kind)).toContain('amended');
  await shows(world, person, 'completedLate');
}

/** Somebody else's invitation of the same person is not taken for ours, whatever the vendor answers. */
export async function stranger(world: VendorWorld): Promise<void> {
  const person = applicant(world, { postingId: world.vendor.postingId });
  const before = inLever(world, person).tags;
  await world.vendor.stranger(person.email);
  const [older] = world.vendor.invitations(person.email);
  expect(older).toMatchObject({ assessmentId: null });
  move(world, person);
  if (world.vendor.besideStranger === 'failed') {
    await ended(world, person, 'failed');
    await shows(world, { ...person, before }, 'failed');
    invitesOnce(world, person);
    return;
  }
  const ours = await invitationOf(world, person);
  expect(ours.ref).not.toBe(older?.ref);
  await shows(world, { ...person, before }, 'invited');
}

/** A callback that does not prove itself is refused, on record, and changes nothing; the next one counts. */
export async function wrongSignature(world: VendorWorld): Promise<void> {
  const person = await invitedPerson(world);
  const refused = async (): Promise<number> => {
    const path = `/deliveries?limit=200&source=${world.connection.vendor}&verdict=rejected`;
    return (await operator<{ data: Delivery[] }>(world, 'GET', path)).body.data.length;
  };
  const known = await refused();
  // Lever shows the invitation a moment before the record does.
  await until(
    'it is on record',
    () => runOf(world, person),
    ({ status }) => status === 'invited',
  );
  world.vendor.fault({ kind: 'wrong-signature' });
  world.vendor.complete(person.invitation.ref);
  await until('the refusal is on record', refused, (count) => count === known + 1);
  expect((await runOf(world, person)).status).toBe('invited');
  await shows(world, person, 'invited');
  world.vendor.resend(person.invitation.ref);
  await ended(world, person, 'completed');
}

/** So often is a vendor asked in an hour by default: after 1 s, 2 s, 4 s … and then every five minutes. */
const askedInAnHour = 20;

/** An hour's outage, attempt by attempt, with the pauses of the tests. */
export async function vendorDown(world: VendorWorld): Promise<void> {
  world.vendor.fault({ kind: 'refused', status: 503, times: askedInAnHour });
  const known = world.vendor.inviteAnswers().length;
  const person = await invitedPerson(world);
  const refused = world.vendor.inviteAnswers().slice(known, known + askedInAnHour);
  expect(refused).toEqual(Array.from({ length: askedInAnHour }, () => 503));
  invitesOnce(world, person);
}

/** The vendor invites, and its answer does not arrive: there is no second invitation. */
export async function lostAnswer(world: VendorWorld): Promise<void> {
  world.vendor.fault({ kind: 'lost-answer' });
  const known = world.vendor.inviteAnswers().length;
  const person = await invitedPerson(world);
  // Some vendors are asked again and know the repeat; at others the hub finds what it has made, and need not ask.
  const [first, ...repeats] = world.vendor.inviteAnswers().slice(known);
  expect(first).toBeNull();
  expect(repeats).not.toContain(null);
  invitesOnce(world, person);
  world.vendor.complete(person.invitation.ref);
  await ended(world, person, 'completed');
}

/** The vendor asks for a pause: the next attempt invites. */
export async function rateLimited(world: VendorWorld): Promise<void> {
  world.vendor.fault({ kind: 'refused', status: 429, times: 1, retryAfterSeconds: 1 });
  const known = world.vendor.inviteAnswers().length;
  const person = await invitedPerson(world);
  expect(world.vendor.inviteAnswers().slice(known)).toEqual([429, expect.any(Number)]);
  invitesOnce(world, person);
}

/** The candidate is out of Lever's pipeline: the vendor is told, and nobody calls it an error. */
export async function archivedMeanwhile(world: VendorWorld): Promise<void> {
  const person = await invitedPerson(world);
  world.lever.admin.archive(person.opportunityId);
  await ended(world, person, 'cancelled');
  expect(await runsOf(world, person)).toHaveLength(1);
  const { tags } = inLever(world, person);
  expect(tags.filter((tag) => world.vendor.shows('invited', person.invitation).tags.includes(tag))).toEqual(
    [],
  );
}
