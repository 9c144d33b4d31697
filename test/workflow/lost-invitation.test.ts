import { ended, inLever, liveRun, look, operator, patience, runOf } from '../helpers/story';
import type { Person } from '../helpers/story';
import { until } from '../helpers/until';
import { assessFirstDriver } from '../vendors/assessfirst-driver';
import type { StoryFault, VendorDriver } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import { amendedTo, enters, invitationOf, invitesOnce, shows, storiesOf } from '../vendors/scene';
import type { Entered, Scene } from '../vendors/scene';
import { serandDriver } from '../vendors/serand-driver';
import { smgDriver } from '../vendors/smg-driver';
import { standardDriver } from '../vendors/standard-driver';

/** An invitation whose answer the hub never gets: nobody is invited twice, and none is out that nobody knows of. */

const drivers: VendorDriver[] = [smgDriver, serandDriver, jobmaDriver, assessFirstDriver, standardDriver];
/** Whose invitations can be found by our own id. */
const searchable = new Set(['smg', 'serand', 'standard']);
const withdraws = new Set(['serand', 'standard']);

const impatient = (driver: VendorDriver): VendorDriver => ({
  ...driver,
  start: async () => {
    const vendor = await driver.start();
    return { ...vendor, env: { ...vendor.env, RESULT_LOOKS_WITHIN: '2s', RESULT_PATIENCE: '4s' } };
  },
});

const texts = (scene: Scene, person: Person): string => JSON.stringify(inLever(scene.world, person).notes);
const mayBeInvited = 'may have been invited all the same';
const wasInvited = 'was invited before it was called off';

/** The vendor has the request, and has not answered. */
async function whileItHangs(scene: Scene, fault: StoryFault): Promise<Entered & { id: string }> {
  scene.vendor.fault(fault);
  const known = scene.vendor.inviteAnswers().length;
  const person = enters(scene);
  await until('the vendor is asked to invite', () => scene.vendor.inviteAnswers().length > known, patience);
  const { id } = await runOf(scene.world, person);
  return { ...person, id };
}

/** The question that stays open until somebody has looked at the vendor. */
async function questionOf(scene: Scene, id: string): Promise<string> {
  const { attention } = await liveRun(scene.world, id, 'a person is asked', ({ attention: open }) =>
    open.some(({ kind }) => kind === 'ask'),
  );
  expect(attention).toEqual([expect.objectContaining({ message: expect.stringContaining(mayBeInvited) })]);
  return String(attention[0]?.effectId);
}

async function dismiss(scene: Scene, id: string): Promise<void> {
  const effectId = encodeURIComponent(await questionOf(scene, id));
  const path = `/assessments/${id}/effects/${effectId}/dismiss`;
  expect(await operator(scene.world, 'POST', path, { reason: 'looked' })).toMatchObject({ status: 200 });
}

type Way = (scene: Scene, run: { id: string } & Person) => Promise<unknown>;

const ways: Record<string, Way> = {
  'by an operator': async (scene, { id }) =>
    expect(
      await operator(scene.world, 'POST', `/assessments/${id}/cancel`, { reason: 'mistaken' }),
    ).toMatchObject({ status: 200, body: { status: 'cancelled' } }),
  'because the candidate is archived': (scene, { opportunityId }) =>
    Promise.resolve(scene.world.lever.admin.archive(opportunityId)),
  'in Temporal': async (scene, { id }) => {
    const { workflowId } = await look(scene.world, id);
    await scene.world.client.workflow.getHandle(workflowId).cancel();
  },
};

const outcomes: { what: string; fault: StoryFault; isOut: boolean; isAnswered: boolean }[] = [
  {
    what: 'succeeds after all',
    fault: { kind: 'delay', ms: 2_000, when: 'after' },
    isOut: true,
    isAnswered: true,
  },
  {
    what: 'succeeds without an answer',
    fault: { kind: 'lost-answer', how: 'hang' },
    isOut: true,
    isAnswered: false,
  },
  {
    what: 'never arrives',
    fault: { kind: 'lost-request', how: 'hang' },
    isOut: false,
    isAnswered: false,
  },
];

const callingsOff = Object.entries(ways).flatMap(([how, way]) =>
  outcomes.map((outcome) => ({ ...outcome, how, way })),
);

describe.each(drivers.map((driver) => [driver.vendor, driver] as const))(
  'an invitation of %s without an answer',
  (vendorId, driver) => {
    const story = storiesOf(impatient(driver));
    const isSearchable = searchable.has(vendorId);

    story('is adopted when the vendor calls while the request hangs', async (scene) => {
      scene.vendor.fault({ kind: 'early-completion' });
      const person = await whileItHangs(scene, { kind: 'lost-answer', how: 'hang' });
      await ended(scene.world, person, 'completed');
      invitesOnce(scene, person);
      // Without the name that was lost with the answer nothing more can be asked.
      if (vendorId === 'jobma') expect(texts(scene, person)).toContain('The result could not be fetched');
      else await shows(scene, person, 'completed');
    });

    story('is found, or left to a person, when the vendor refuses the repeat', async (scene) => {
      // The first request is through with all faults before the one that loses its answer; the refusal is set meanwhile.
      const person = await whileItHangs(scene, { kind: 'lost-answer', how: 'hang' });
      const { ref } = await invitationOf(scene, person);
      scene.vendor.fault({ kind: 'refused', status: 403, times: 1 });
      const { id } = person;
      const isFound = await until(
        'the run knows what became of it',
        async () => {
          const { status } = await look(scene.world, id);
          return status === 'invited' ? 'found' : status === 'failed' ? 'refused' : null;
        },
        patience,
      );
      if (isFound === 'found') {
        await shows(scene, person, 'invited');
        scene.vendor.complete(ref);
        await ended(scene.world, person, 'completed');
      } else {
        expect(isSearchable).toBe(false);
        await questionOf(scene, id);
        await until('a note says so', () => texts(scene, person).includes(mayBeInvited), patience);
        scene.vendor.complete(ref);
        // The vendor's call answers the question, and nobody has to.
        await amendedTo(scene, id, 'completed');
        await ended(scene.world, person, 'completed');
      }
      invitesOnce(scene, person);
    });

    story('leaves no doubt where nothing can have gone out', async (scene) => {
      scene.vendor.fault({ kind: 'refused', status: 429, times: 2, retryAfterSeconds: 0 });
      scene.vendor.fault({ kind: 'refused', status: 403, times: 1 });
      const person = enters(scene);
      const run = await ended(scene.world, person, 'failed');
      expect(texts(scene, person)).not.toContain(mayBeInvited);
      expect(run.timeline.map(({ detail }) => detail).join()).not.toContain(mayBeInvited);
      expect(scene.vendor.invitations(person.email)).toEqual([]);
    });

    for (const { what, fault, isOut, isAnswered, how, way } of callingsOff) {
      story(`is called off ${how}, and the request ${what}`, async (scene) => {
        const person = await whileItHangs(scene, fault);
        await way(scene, person);
        if (!isAnswered && !isSearchable) {
          await dismiss(scene, person.id);
          await ended(scene.world, person, 'cancelled');
          expect(texts(scene, person)).toContain(mayBeInvited);
          return;
        }
        await ended(scene.world, person, 'cancelled');
        await until(
          'Lever was told of it',
          () => texts(scene, person).includes(wasInvited) === isOut,
          patience,
        );
        expect(texts(scene, person)).not.toContain(mayBeInvited);
        expect(scene.vendor.invitations(person.email)).toHaveLength(isOut ? 1 : 0);
        if (!isOut || !withdraws.has(vendorId)) return;
        const { ref } = await invitationOf(scene, person);
        expect(scene.vendor.statusOf?.(ref)).toBe('cancelled');
        expect(texts(scene, person)).toContain('was withdrawn at the vendor');
      });
    }

    if (isSearchable) return;
    story('that was called off is known again when the vendor calls', async (scene) => {
      const person = await whileItHangs(scene, { kind: 'lost-answer', how: 'hang' });
      await ways['by an operator']?.(scene, person);
      await questionOf(scene, person.id);
      const { ref } = await invitationOf(scene, person);
      if (scene.vendor.begin !== null) {
        scene.vendor.begin(ref);
        await until('Lever was told', () => texts(scene, person).includes(wasInvited), patience);
        await ended(scene.world, person, 'cancelled');
      }
      scene.vendor.complete(ref);
      await amendedTo(scene, person.id, 'completed');
    });
  },
);
