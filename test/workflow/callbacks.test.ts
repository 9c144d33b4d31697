import type { VendorEvent } from '../../domain/events';
import type { VendorNews } from '../../workflows/assessment/contract';
import { vendorNewsSignal } from '../../workflows/assessment/contract';
import type { Delivery, Person } from '../helpers/actions';
import {
  applicant,
  applied,
  configure,
  deliveriesOf,
  ended,
  inLever,
  invitedApplicant,
  look,
  move,
  operator,
  runOf,
  times,
  writes,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

// Asked for news only after an hour: whatever lands here came by callback.
const world = useWorld(startWorld);

/** What the API says of the callbacks about one application. */
async function callbacksAbout(applicationId: string): Promise<Delivery[]> {
  const { body } = await operator<{ data: (Delivery & { reference: string | null })[] }>(
    world,
    'GET',
    `/deliveries?limit=200&source=smg`,
  );
  return body.data.filter(({ reference }) => reference === applicationId);
}

const callback = (url: string): Promise<Response> => fetch(url, { method: 'PATCH' });

function expectCompletedOnce(person: Person, applicationId: string): void {
  const { tags, links } = inLever(world, person);
  const { appLink, repLink } = world.smg.admin.application(applicationId);
  expect(tags).not.toContain('POP-IN-Progress');
  expect(times(tags, 'POP-Completed')).toBe(1);
  expect([...links].sort()).toEqual([appLink, repLink].sort());
}

describe('a callback', () => {
  it("before the vendor's own answer to the invitation lands", async () => {
    const person = applicant(world);
    world.smg.admin.fault({ kind: 'early-completion' });
    move(world, person);
    const run = await ended(world, person, 'completed');
    const { applicationId } = await applied(world, person);
    expectCompletedOnce(person, applicationId);
    expect(await callbacksAbout(applicationId)).toEqual([expect.objectContaining({ verdict: 'signalled' })]);
    const [sent] = world.smg.admin.callbacks({ applicationId });
    const invitedAt = run.timeline.find(({ status }) => status === 'invited')?.at;
    expect(String(sent?.sentAt) <= String(invitedAt)).toBe(true);
  });

  it('"completed" before "started" ends the run completed, and the late start changes nothing', async () => {
    const person = await invitedApplicant(world);
    const { applicationId } = person.application;
    const { workflowId } = await runOf(world, person);
    // SMG itself tells no start: only the signal can bring one.
    world.smg.admin.fault({ kind: 'lost-callback' });
    world.smg.admin.complete(applicationId);
    const handle = world.client.workflow.getHandle(workflowId);
    await handle.signal(vendorNewsSignal, news(person, applicationId, 'completed'));
    await handle.signal(vendorNewsSignal, news(person, applicationId, 'started'));
    const run = await ended(world, person, 'completed');
    expect(run.timeline).toContainEqual(
      expect.objectContaining({
        kind: 'event_ignored',
        detail: expect.stringMatching(/^started: .*completed/),
      }),
    );
    expectCompletedOnce(person, applicationId);
  });

  it('at the account-level address for an unknown reference is kept, and lands once it becomes known', async () => {
    const before = applicant(world);
    world.smg.admin.fault({ kind: 'lost-callback', count: 1 });
    // The vendor's answer takes long enough for its callback to be unmatched first.
    world.smg.admin.fault({ kind: 'delay', command: 'application_create', ms: 5_000, when: 'after' });
    move(world, before);
    const { applicationId } = await applied(world, before);
    world.smg.admin.complete(applicationId);
    const answer = await callback(`${world.connection.callbackUrl}/${applicationId}`);
    expect(answer.status).toBe(200);
    expect(await callbacksAbout(applicationId)).toEqual([expect.objectContaining({ verdict: 'unmatched' })]);

    await ended(world, before, 'completed');
    expectCompletedOnce(before, applicationId);
    expect(await callbacksAbout(applicationId)).toEqual([expect.objectContaining({ verdict: 'signalled' })]);
  });

  it('sent several times over is taken once', async () => {
    const person = await invitedApplicant(world);
    const { applicationId } = person.application;
    world.smg.admin.fault({ kind: 'duplicate-callback', copies: 4 });
    world.smg.admin.complete(applicationId);
    await ended(world, person, 'completed');
    const all = await until(
      'all are on record',
      () => callbacksAbout(applicationId),
      ({ length }) => length === 5,
    );
    expect(all.filter(({ verdict }) => verdict === 'signalled')).toHaveLength(1);
    expectCompletedOnce(person, applicationId);
  });
});

describe('a completion after the run has expired', () => {
  it('lands by an amendment, and the same once more changes nothing', async () => {
    await configure(world, { expiresAfter: '1s' });
    const person = applicant(world);
    move(world, person);
    const { applicationId } = await applied(world, person);
    const expired = await ended(world, person, 'expired');
    await configure(world, { expiresAfter: null });
    expect(inLever(world, person).tags).toContain('POP-Error');
    expect(inLever(world, person).notes).toHaveLength(1);

    world.smg.admin.complete(applicationId);
    const amendment = world.client.workflow.getHandle(`amendment/${expired.id}`);
    const amended = await until(
      'the amendment is on record',
      () => look(world, expired.id),
      ({ status }) => status === 'completed',
    );
    await expect(amendment.result()).resolves.toMatchObject({ status: 'completed' });
    const { repLink } = world.smg.admin.application(applicationId);
    const lever = inLever(world, person);
    expect(times(lever.tags, 'POP-Completed')).toBe(1);
    expect(lever.tags).not.toContain('POP-Error');
    expect(times(lever.links, repLink)).toBe(1);
    expect(amended.timeline.map(({ kind }) => kind)).toContain('amended');

    const written = writes(world, person);
    const { runId } = await amendment.describe();
    world.smg.admin.resendCallback(applicationId);
    const again = await until(
      'a second amendment has run',
      async () => {
        const { runId: now, status } = await amendment.describe();
        return { runId: now, status: status.name };
      },
      (now) => now.runId !== runId && now.status === 'COMPLETED',
    );
    expect(again.runId).not.toBe(runId);
    expect(writes(world, person)).toEqual(written);
    const after = await look(world, expired.id);
    expect(after.status).toBe('completed');
    expect(after.timeline.at(-1)).toMatchObject({ kind: 'closed' });
    expect(after.timeline).toContainEqual(
      expect.objectContaining({
        kind: 'event_ignored',
        detail: 'completed: the result is the one already known',
      }),
    );
    expect(new Set((await deliveriesOf(world, person)).map(({ verdict }) => verdict))).toEqual(
      new Set(['started']),
    );
  });
});

function news(person: Person, vendorRef: string, type: 'started' | 'completed'): VendorNews {
  const id = `dlv_${person.opportunityId}-${type}`;
  const event: VendorEvent = { type };
  return {
    event,
    vendorRef,
    delivery: {
      id,
      source: 'smg',
      connectionId: world.connection.id,
      eventKey: id,
      event: type,
      receivedAt: Date.now(),
      verdict: 'signalled',
      opportunityId: person.opportunityId,
    },
  };
}
