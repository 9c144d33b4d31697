import type { Person } from '../helpers/actions';
import { ended, inLever, liveRun, look, operator, runOf } from '../helpers/actions';
import { soonGivenUp } from '../helpers/limits';
import { until } from '../helpers/until';
import { assessFirstDriver } from '../vendors/assessfirst-driver';
import type { VendorDriver, VendorFault } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import { serandDriver } from '../vendors/serand-driver';
import { smgDriver } from '../vendors/smg-driver';
import { standardDriver } from '../vendors/standard-driver';
import type { Entered, VendorWorld } from '../vendors/vendor-world';
import { amendedTo, enters, invitationOf, invitesOnce, scenariosOf, shows } from '../vendors/vendor-world';

/** An invitation whose answer the hub never gets: nobody is invited twice, and none is out that nobody knows of. */

const drivers: VendorDriver[] = [smgDriver, serandDriver, jobmaDriver, assessFirstDriver, standardDriver];
/** Whose invitations can be found by our own id. */
const searchable = new Set(['smg', 'serand', 'standard']);
const withdraws = new Set(['serand', 'standard']);

const impatient = (driver: VendorDriver): VendorDriver => ({
  ...driver,
  start: async () => {
    const vendor = await driver.start();
    return {
      ...vendor,
      env: { ...vendor.env, ...soonGivenUp, RESULT_LOOKS_WITHIN: '2s', RESULT_PATIENCE: '4s' },
    };
  },
});

const texts = (world: VendorWorld, person: Person): string => JSON.stringify(inLever(world, person).notes);
const mayBeInvited = 'may have been invited anyway';
const wasInvited = 'was invited before the run was cancelled';

/** The vendor has the request, and has not answered. */
async function whileItHangs(world: VendorWorld, fault: VendorFault): Promise<Entered & { id: string }> {
  world.vendor.fault(fault);
  const known = world.vendor.inviteAnswers().length;
  const person = enters(world);
  await until(
    'the vendor is asked to invite',
    () => world.vendor.inviteAnswers(),
    ({ length }) => length > known,
  );
  const { id } = await runOf(world, person);
  return { ...person, id };
}

/** The question that stays open until somebody has looked at the vendor. */
async function questionOf(world: VendorWorld, id: string): Promise<string> {
  const { attention } = await liveRun(world, id, 'a person is asked', ({ attention: open }) =>
    open.some(({ kind }) => kind === 'ask'),
  );
  expect(attention).toEqual([expect.objectContaining({ message: expect.stringContaining(mayBeInvited) })]);
  return String(attention[0]?.effectId);
}

async function dismiss(world: VendorWorld, id: string): Promise<void> {
  const effectId = encodeURIComponent(await questionOf(world, id));
  const path = `/assessments/${id}/effects/${effectId}/dismiss`;
  expect(await operator(world, 'POST', path, { reason: 'looked' })).toMatchObject({ status: 200 });
}

type Way = (world: VendorWorld, run: { id: string } & Person) => Promise<unknown>;

const ways: Record<string, Way> = {
  'by an operator': async (world, { id }) =>
    expect(await operator(world, 'POST', `/assessments/${id}/cancel`, { reason: 'mistaken' })).toMatchObject({
      status: 200,
      body: { status: 'cancelled' },
    }),
  'because the candidate is archived': (world, { opportunityId }) =>
    Promise.resolve(world.lever.admin.archive(opportunityId)),
  'in Temporal': async (world, { id }) => {
    const { workflowId } = await look(world, id);
    await world.client.workflow.getHandle(workflowId).cancel();
  },
};

const outcomes: { what: string; fault: VendorFault; isOut: boolean; isAnswered: boolean }[] = [
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
    const scenario = scenariosOf(impatient(driver));
    const isSearchable = searchable.has(vendorId);

    scenario('is adopted when the vendor calls while the request hangs', async (world) => {
      world.vendor.fault({ kind: 'early-completion' });
      const person = await whileItHangs(world, { kind: 'lost-answer', how: 'hang' });
      await ended(world, person, 'completed');
      invitesOnce(world, person);
      // Without the name that was lost with the answer nothing more can be asked: what the call says has to do.
      if (vendorId === 'jobma') expect(texts(world, person)).toContain('was completed. Evaluate it here');
      else await shows(world, person, 'completed');
    });

    scenario('is found, or left to a person, when the vendor refuses the repeat', async (world) => {
      // The first request is through with all faults before the one that loses its answer; the refusal is set meanwhile.
      const person = await whileItHangs(world, { kind: 'lost-answer', how: 'hang' });
      const { ref } = await invitationOf(world, person);
      world.vendor.fault({ kind: 'refused', status: 403, times: 1 });
      const { id } = person;
      const isFound = await until('the run knows what became of it', async () => {
        const { status } = await look(world, id);
        return status === 'invited' ? 'found' : status === 'failed' ? 'refused' : null;
      });
      if (isFound === 'found') {
        await shows(world, person, 'invited');
        world.vendor.complete(ref);
        await ended(world, person, 'completed');
      } else {
        expect(isSearchable).toBe(false);
        await questionOf(world, id);
        await until(
          'a note says so',
          () => texts(world, person),
          (seen) => seen.includes(mayBeInvited),
        );
        world.vendor.complete(ref);
        // The vendor's call answers the question, and nobody has to.
        await amendedTo(world, id, 'completed');
        await ended(world, person, 'completed');
      }
      invitesOnce(world, person);
    });

    scenario('leaves no doubt where nothing can have gone out', async (world) => {
      world.vendor.fault({ kind: 'refused', status: 429, times: 2, retryAfterSeconds: 0 });
      world.vendor.fault({ kind: 'refused', status: 403, times: 1 });
      const person = enters(world);
      const run = await ended(world, person, 'failed');
      expect(texts(world, person)).not.toContain(mayBeInvited);
      expect(run.timeline.map(({ detail }) => detail).join()).not.toContain(mayBeInvited);
      expect(world.vendor.invitations(person.email)).toEqual([]);
    });

    for (const { what, fault, isOut, isAnswered, how, way } of callingsOff) {
      scenario(`is called off ${how}, and the request ${what}`, async (world) => {
        const person = await whileItHangs(world, fault);
        await way(world, person);
        if (!isAnswered && !isSearchable) {
          await dismiss(world, person.id);
          await ended(world, person, 'cancelled');
          expect(texts(world, person)).toContain(mayBeInvited);
          return;
        }
        await ended(world, person, 'cancelled');
        await until(
          'Lever was told of it',
          () => texts(world, person).includes(wasInvited),
          (seen) => seen === isOut,
        );
        expect(texts(world, person)).not.toContain(mayBeInvited);
        expect(world.vendor.invitations(person.email)).toHaveLength(isOut ? 1 : 0);
        if (!isOut || !withdraws.has(vendorId)) return;
        const { ref } = await invitationOf(world, person);
        expect(world.vendor.statusOf?.(ref)).toBe('cancelled');
        expect(texts(world, person)).toContain('was withdrawn at the vendor');
      });
    }

    if (isSearchable) return;
    scenario('that was called off is known again when the vendor calls', async (world) => {
      const person = await whileItHangs(world, { kind: 'lost-answer', how: 'hang' });
      await ways['by an operator']?.(world, person);
      await questionOf(world, person.id);
      const { ref } = await invitationOf(world, person);
      if (world.vendor.begin !== null) {
        world.vendor.begin(ref);
        await until(
          'Lever was told',
          () => texts(world, person),
          (seen) => seen.includes(wasInvited),
        );
        await ended(world, person, 'cancelled');
      }
      world.vendor.complete(ref);
      await amendedTo(world, person.id, 'completed');
    });
  },
);
