import { applicant, ended, inLever, move, operator, patience, runOf, runsOf } from '../helpers/story';
import type { Delivery } from '../helpers/story';
import { until } from '../helpers/until';
import {
  amendedTo,
  completion,
  callbacksOf,
  enters,
  invitationOf,
  invitedPerson,
  invitesOnce,
  shows,
  withSettings,
} from './scene';
import type { Entered, Scene } from './scene';

/**
 * What every vendor must go through, told once in the words of the trade. A vendor's test file names the stories that
 * fit it, and its driver says what Lever has to show. Only an hour later the vendor would be asked for news, so what
 * lands in these stories came by callback, unless they say otherwise.
 */

export async function happyPath(scene: Scene): Promise<void> {
  const person = await invitedPerson(scene);
  const { ref, assessmentId } = person.invitation;
  expect(assessmentId).toBe((await runOf(scene.world, person)).id);
  if (scene.vendor.begin !== null) {
    scene.vendor.begin(ref);
    await shows(scene, person, 'started');
  }
  scene.vendor.complete(ref);
  await ended(scene.world, person, 'completed');
  await shows(scene, person, 'completed');
  const verdicts = (await callbacksOf(scene, person)).map(({ event, verdict }) => `${event} ${verdict}`);
  expect(verdicts).toEqual([
    ...(scene.vendor.begin === null ? [] : ['started signalled']),
    `${completion(scene)} signalled`,
  ]);
  invitesOnce(scene, person);
}

/** Some people have one name; vendors ask for two. */
export async function ofOneName(scene: Scene): Promise<void> {
  const person = applicant(scene.world, { postingId: scene.vendor.postingId, name: 'Sukarno' });
  const { tags: before } = inLever(scene.world, person);
  move(scene.world, person);
  await invitationOf(scene, person);
  await shows(scene, { ...person, before }, 'invited');
}

export async function declined(scene: Scene): Promise<void> {
  const person = await invitedPerson(scene);
  scene.vendor.decline?.(person.invitation.ref);
  await ended(scene.world, person, 'declined');
  await shows(scene, person, 'declined');
}

export async function expiredAtVendor(scene: Scene): Promise<void> {
  const person = await invitedPerson(scene);
  scene.vendor.expire?.(person.invitation.ref);
  await ended(scene.world, person, 'expired');
  await shows(scene, person, 'expired');
}

/** More time that is given at the hub is given at the vendor, too. */
export async function extendedAtVendor(scene: Scene): Promise<void> {
  const person = await invitedPerson(scene);
  const { id } = await runOf(scene.world, person);
  const end = new Date(Date.now() + 60 * 86_400_000).toISOString();
  const { status } = await operator(scene.world, 'POST', `/assessments/${id}/extend`, { until: end });
  expect(status).toBe(200);
  const { ref } = person.invitation;
  await until('the vendor has the new end', () => scene.vendor.endOf?.(ref) === end, patience);
}

export async function expiredHere(scene: Scene): Promise<void> {
  await withSettings(scene, { expiresAfter: '1s' }, async () => {
    const person = enters(scene);
    await ended(scene.world, person, 'expired');
    await shows(scene, person, 'expiredHere');
    invitesOnce(scene, person);
  });
}

/** Nobody calls: the look before the deadline finds the candidate's work. */
export async function lostCallback(scene: Scene): Promise<void> {
  await withSettings(scene, { expiresAfter: '3s' }, async () => {
    const person = enters(scene);
    const { ref } = await invitationOf(scene, person);
    scene.vendor.fault({ kind: 'lost-callback' });
    scene.vendor.complete(ref);
    await ended(scene.world, person, 'completed');
    await shows(scene, person, 'completed');
    expect(await callbacksOf(scene, person)).toEqual([]);
  });
}

export async function duplicateCallbacks(scene: Scene): Promise<void> {
  const person = await invitedPerson(scene);
  scene.vendor.fault({ kind: 'duplicate-callback', copies: 3 });
  scene.vendor.complete(person.invitation.ref);
  await ended(scene.world, person, 'completed');
  await until('all are on record', async () => (await callbacksOf(scene, person)).length === 4, patience);
  scene.vendor.resend(person.invitation.ref);
  await until('so is the late one', async () => (await callbacksOf(scene, person)).length === 5, patience);
  await shows(scene, person, 'completed');
}

/** The vendor's callback is here before its answer to the invitation. */
export async function earlyCallback(scene: Scene): Promise<void> {
  scene.vendor.fault({ kind: 'early-completion' });
  const person = enters(scene);
  const run = await ended(scene.world, person, 'completed');
  await shows(scene, person, 'completed');
  const [callback] = await callbacksOf(scene, person);
  const invitedAt = run.timeline.find(({ status }) => status === 'invited')?.at;
  expect(String(callback?.receivedAt) <= String(invitedAt)).toBe(true);
  invitesOnce(scene, person);
}

/** "Completed" overtakes "started". */
export async function reorderedCallbacks(scene: Scene): Promise<void> {
  const person = await invitedPerson(scene);
  scene.vendor.fault({ kind: 'held-callback' });
  scene.vendor.begin?.(person.invitation.ref);
  scene.vendor.complete(person.invitation.ref);
  await ended(scene.world, person, 'completed');
  await until('both are on record', async () => (await callbacksOf(scene, person)).length === 2, patience);
  const order = (await callbacksOf(scene, person)).map(({ event }) => event);
  expect(order).toEqual([completion(scene), 'started']);
  await shows(scene, person, 'completed');
}

export async function completedAfterExpiry(scene: Scene): Promise<void> {
  let person: Entered | undefined;
  await withSettings(scene, { expiresAfter: '1s' }, async () => {
    person = enters(scene);
    await ended(scene.world, person, 'expired');
    await shows(scene, person, 'expiredHere');
  });
  if (person === undefined) throw new Error('nobody came');
  const { ref } = await invitationOf(scene, person);
  scene.vendor.complete(ref);
  const run = await amendedTo(scene, (await runOf(scene.world, person)).id, 'completed');
  expect(run.timeline.map(({ kind }) => kind)).toContain('amended');
  await shows(scene, person, 'completedLate');
}

/** Somebody else's invitation of the same person is not taken for ours, whatever the vendor answers. */
export async function stranger(scene: Scene): Promise<void> {
  const person = applicant(scene.world, { postingId: scene.vendor.postingId });
  const before = inLever(scene.world, person).tags;
  await scene.vendor.stranger(person.email);
  const [older] = scene.vendor.invitations(person.email);
  expect(older).toMatchObject({ assessmentId: null });
  move(scene.world, person);
  if (scene.vendor.besideStranger === 'failed') {
    await ended(scene.world, person, 'failed');
    await shows(scene, { ...person, before }, 'failed');
    invitesOnce(scene, person);
    return;
  }
  const ours = await invitationOf(scene, person);
  expect(ours.ref).not.toBe(older?.ref);
  await shows(scene, { ...person, before }, 'invited');
}

export async function wrongSignature(scene: Scene): Promise<void> {
  const person = await invitedPerson(scene);
  const refused = async (): Promise<number> => {
    const path = `/deliveries?limit=200&source=${scene.world.connection.vendor}&verdict=rejected`;
    return (await operator<{ data: Delivery[] }>(scene.world, 'GET', path)).body.data.length;
  };
  const known = await refused();
  // Lever shows the invitation a moment before the record does.
  await until(
    'it is on record',
    async () => (await runOf(scene.world, person)).status === 'invited',
    patience,
  );
  scene.vendor.fault({ kind: 'wrong-signature' });
  scene.vendor.complete(person.invitation.ref);
  await until('the refusal is on record', async () => (await refused()) === known + 1, patience);
  expect((await runOf(scene.world, person)).status).toBe('invited');
  await shows(scene, person, 'invited');
  scene.vendor.resend(person.invitation.ref);
  await ended(scene.world, person, 'completed');
}

/** So often is a vendor asked in an hour by default: after 1 s, 2 s, 4 s … and then every five minutes. */
const askedInAnHour = 20;

/** An hour's outage, attempt by attempt, with the pauses of the tests. */
export async function vendorDown(scene: Scene): Promise<void> {
  scene.vendor.fault({ kind: 'refused', status: 503, times: askedInAnHour });
  const known = scene.vendor.inviteAnswers().length;
  const person = await invitedPerson(scene);
  const refused = scene.vendor.inviteAnswers().slice(known, known + askedInAnHour);
  expect(refused).toEqual(Array.from({ length: askedInAnHour }, () => 503));
  invitesOnce(scene, person);
}

export async function lostAnswer(scene: Scene): Promise<void> {
  scene.vendor.fault({ kind: 'lost-answer' });
  const known = scene.vendor.inviteAnswers().length;
  const person = await invitedPerson(scene);
  // Some vendors are asked again and know the repeat; at others the hub finds what it has made, and need not ask.
  const [first, ...repeats] = scene.vendor.inviteAnswers().slice(known);
  expect(first).toBeNull();
  expect(repeats).not.toContain(null);
  invitesOnce(scene, person);
  scene.vendor.complete(person.invitation.ref);
  await ended(scene.world, person, 'completed');
}

export async function rateLimited(scene: Scene): Promise<void> {
  scene.vendor.fault({ kind: 'refused', status: 429, times: 1, retryAfterSeconds: 1 });
  const known = scene.vendor.inviteAnswers().length;
  const person = await invitedPerson(scene);
  expect(scene.vendor.inviteAnswers().slice(known)).toEqual([429, expect.any(Number)]);
  invitesOnce(scene, person);
}

/** The candidate is out of Lever's pipeline: the vendor is told, and nobody calls it an error. */
export async function archivedMeanwhile(scene: Scene): Promise<void> {
  const person = await invitedPerson(scene);
  scene.world.lever.admin.archive(person.opportunityId);
  await ended(scene.world, person, 'cancelled');
  expect(await runsOf(scene.world, person)).toHaveLength(1);
  const { tags } = inLever(scene.world, person);
  expect(tags.filter((tag) => scene.vendor.shows('invited', person.invitation).tags.includes(tag))).toEqual(
    [],
  );
}
