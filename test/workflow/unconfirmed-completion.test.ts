import type { FullAssessment, Person } from '../helpers/actions';
import { ended, inLever, liveRun, look, operator, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { assessFirstDriver } from '../vendors/assessfirst-driver';
import type { SimulatedVendor, VendorDriver } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import { serandDriver } from '../vendors/serand-driver';
import { smgDriver } from '../vendors/smg-driver';
import { standardDriver } from '../vendors/standard-driver';
import type { Entered, VendorWorld } from '../vendors/vendor-world';
import {
  amendedTo,
  enters,
  invitationOf,
  invitedPerson,
  scenariosOf,
  shows,
  withSettings,
} from '../vendors/vendor-world';

/** A callback is a claim, the result its proof: what becomes of a completion that the vendor does not show. */

const patient = (driver: VendorDriver, change: Partial<SimulatedVendor> = {}): VendorDriver => ({
  ...driver,
  start: async () => {
    const vendor = await driver.start();
    const env = { ...vendor.env, RESULT_LOOKS_WITHIN: '6s', RESULT_PATIENCE: '20s' };
    return { ...vendor, env, ...change };
  },
});

/** Nothing that this vendor says shows, until it is mended. */
const hides = ({ vendor }: VendorWorld): void => vendor.fault({ kind: 'unshown-completion', count: 1_000 });

/** The states that the run went through, as its timeline tells them. */
const courseOf = ({ timeline }: FullAssessment): string[] =>
  timeline.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1]);

const texts = (world: VendorWorld, person: Person): string => JSON.stringify(inLever(world, person).notes);

const hadToBeLookedUp = 'The result could not be fetched';

/** What Lever shows at the end, with the note that the result had to be looked up besides. */
async function showsInTheEnd(world: VendorWorld, person: Entered, ref: string): Promise<void> {
  const wanted = world.vendor.shows('completed', { ref, assessmentId: null });
  await shows(world, person, { ...wanted, notes: [hadToBeLookedUp, ...wanted.notes] });
}

/** Those whose callback says that the candidate has finished, and proves who says so. */
const believed: VendorDriver[] = [smgDriver, serandDriver, jobmaDriver, standardDriver];

/** Those whose callback says itself what came out, which has to do where the vendor goes on not showing it. */
const telling = new Set(['serand', 'jobma']);

describe.each([...believed, assessFirstDriver].map((driver) => [driver.vendor, driver] as const))(
  'a completion that %s does not show',
  (vendorId, driver) => {
    const scenario = scenariosOf(patient(driver));
    const isTelling = telling.has(vendorId);
    const isBelieved = believed.includes(driver);

    scenario('is looked for again, and nothing of it is in Lever before', async (world) => {
      const person = await invitedPerson(world);
      // So few that a machine which is busy for a while, and so leaves out looks, has looks left.
      world.vendor.fault({ kind: 'unshown-completion', count: 2 });
      world.vendor.complete(person.invitation.ref);
      const run = await ended(world, person, 'completed');
      await shows(world, person, 'completed');
      expect(courseOf(run).includes('awaiting_result')).toBe(isBelieved);
      expect(texts(world, person)).not.toContain(hadToBeLookedUp);
    });

    scenario('of a run that has expired is looked for as well', async (world) => {
      await withSettings(world, { expiresAfter: '1s' }, async () => {
        const person = enters(world);
        const { ref } = await invitationOf(world, person);
        const { id } = await ended(world, person, 'expired');
        world.vendor.fault({ kind: 'unshown-completion', count: 2 });
        world.vendor.complete(ref);
        await amendedTo(world, id, 'completed');
        await shows(world, person, 'completedLate');
      });
    });

    if (isTelling) {
      scenario('is believed in the end, with what the callback says of the result', async (world) => {
        const person = await invitedPerson(world);
        hides(world);
        world.vendor.complete(person.invitation.ref);
        const run = await ended(world, person, 'completed');
        expect(courseOf(run)).toContain('awaiting_result');
        await until(
          'Lever has the result',
          () => texts(world, person),
          (seen) => seen.includes('was completed'),
        );
        expect(texts(world, person)).not.toContain(hadToBeLookedUp);
      });
      return;
    }
    scenario('can be called off meanwhile, and comes to Lever all the same once it shows', async (world) => {
      const person = await invitedPerson(world);
      hides(world);
      world.vendor.complete(person.invitation.ref);
      const { id } = await runOf(world, person);
      const { deadlineAt } = await liveRun(world, id, 'the result is awaited', ({ status, waitingFor }) =>
        isBelieved ? status === 'awaiting_result' && waitingFor.includes('result') : status !== 'inviting',
      );
      expect(deadlineAt).not.toBeUndefined();
      if (isBelieved) {
        const { status } = await operator(world, 'POST', `/assessments/${id}/remind`);
        expect(status).toBe(409);
      }
      const path = `/assessments/${id}/cancel`;
      expect(await operator(world, 'POST', path, { reason: 'a mistake' })).toMatchObject({
        status: 200,
        body: { status: 'cancelled' },
      });
      await ended(world, person, 'cancelled');
      world.vendor.mend();
      world.vendor.resend(person.invitation.ref);
      await amendedTo(world, id, 'completed');
    });

    if (!isBelieved) return;
    scenario('called off meanwhile comes to Lever while that is still being written', async (world) => {
      const person = await invitedPerson(world);
      hides(world);
      world.vendor.complete(person.invitation.ref);
      const { id } = await runOf(world, person);
      await liveRun(world, id, 'the result is awaited', ({ status }) => status === 'awaiting_result');
      world.lever.admin.fault({
        kind: 'status',
        status: 503,
        path: '/opportunities/:id/notes',
        method: 'POST',
        count: 1_000,
      });
      const path = `/assessments/${id}/cancel`;
      expect(await operator(world, 'POST', path, { reason: 'a mistake' })).toMatchObject({ status: 200 });
      world.vendor.mend();
      // The same message once more, while the run is still open.
      world.vendor.resend(person.invitation.ref);
      await until(
        'the run has heard it again',
        async () => (await look(world, id)).status,
        (status) => status === 'completed',
      );
      world.lever.admin.clearFaults();
      await ended(world, person, 'completed');
    });

    scenario('for a day is told, and the result amends it when it shows at last', async (world) => {
      const person = await invitedPerson(world);
      const { ref } = person.invitation;
      hides(world);
      world.vendor.complete(ref);
      const { id } = await ended(world, person, 'completed');
      expect(texts(world, person)).toContain(hadToBeLookedUp);
      world.vendor.mend();
      world.vendor.resend(ref);
      await until(
        'the result has amended it',
        async () => (await look(world, id)).timeline,
        (seen) => seen.some(({ kind }) => kind === 'amended'),
      );
      await showsInTheEnd(world, person, ref);
    });
  },
);

/** SMG cannot sign: without callback credentials everybody who knows the address can call it. */
const openSmg: VendorDriver = {
  ...smgDriver,
  start: async () => {
    const vendor = await smgDriver.start();
    const { username, password } = vendor.credentials;
    return {
      ...vendor,
      env: { ...vendor.env, RESULT_LOOKS_WITHIN: '6s', RESULT_PATIENCE: '7s' },
      credentials: { username, password },
    };
  },
};

describe('a callback that anybody could have sent', () => {
  const scenario = scenariosOf(openSmg);
  /** Of the seven looks those that fall due together are one. */
  const several = 3;

  async function forge(world: VendorWorld, person: Person): Promise<void> {
    const { ref } = await invitationOf(world, person);
    const address = world.vendor.addressOf?.(ref);
    expect((await fetch(String(address), { method: 'PATCH' })).status).toBe(200);
  }

  const misses = ({ timeline }: FullAssessment): number =>
    timeline.filter(({ kind, detail }) => kind === 'event_ignored' && detail?.includes('application_get'))
      .length;

  scenario(
    'completes nobody: the vendor is asked several times, and the run stays as open as it was',
    async (world) => {
      const person = await invitedPerson(world);
      const { id } = await runOf(world, person);
      await forge(world, person);
      const run = await until('the vendor was asked several times', async () => {
        const found = await look(world, id);
        return misses(found) >= several ? found : null;
      });
      expect(courseOf(run).at(-1)).toBe('invited');
      await shows(world, person, 'invited');
      world.vendor.complete(person.invitation.ref);
      await ended(world, person, 'completed');
      await shows(world, person, 'completed');
    },
  );

  scenario('changes nothing of a run that is over', async (world) => {
    await withSettings(world, { expiresAfter: '1s' }, async () => {
      const person = enters(world);
      const { id } = await ended(world, person, 'expired');
      await shows(world, person, 'expiredHere');
      await forge(world, person);
      const run = await until('the amendment has given it up', async () => {
        const found = await look(world, id);
        return misses(found) === 1 ? found : null;
      });
      expect(run.status).toBe('expired');
      await shows(world, person, 'expiredHere');
    });
  });

  scenario('is believed at once where the vendor shows the result', async (world) => {
    const person = await invitedPerson(world);
    world.vendor.complete(person.invitation.ref);
    const run = await ended(world, person, 'completed');
    expect(courseOf(run)).not.toContain('awaiting_result');
  });
});
