import { ended, inLever, liveRun, look, operator, patience, runOf } from '../helpers/story';
import type { FullAssessment, Person } from '../helpers/story';
import { until } from '../helpers/until';
import { assessFirstDriver } from '../vendors/assessfirst-driver';
import type { SimulatedVendor, VendorDriver } from '../vendors/driver';
import { jobmaDriver } from '../vendors/jobma-driver';
import {
  amendedTo,
  enters,
  invitationOf,
  invitedPerson,
  shows,
  storiesOf,
  withSettings,
} from '../vendors/scene';
import type { Entered, Scene } from '../vendors/scene';
import { serandDriver } from '../vendors/serand-driver';
import { smgDriver } from '../vendors/smg-driver';
import { standardDriver } from '../vendors/standard-driver';

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
const hides = ({ vendor }: Scene): void => vendor.fault({ kind: 'unshown-completion', count: 1_000 });

/** The states that the run went through, as its timeline tells them. */
const courseOf = ({ timeline }: FullAssessment): string[] =>
  timeline.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1]);

const texts = (scene: Scene, person: Person): string => JSON.stringify(inLever(scene.world, person).notes);

const hadToBeLookedUp = 'The result could not be fetched';

/** What Lever shows at the end, with the note that the result had to be looked up besides. */
async function showsInTheEnd(scene: Scene, person: Entered, ref: string): Promise<void> {
  const wanted = scene.vendor.shows('completed', { ref, assessmentId: null });
  await shows(scene, person, { ...wanted, notes: [hadToBeLookedUp, ...wanted.notes] });
}

/** Those whose callback says that the candidate has finished, and proves who says so. */
const believed: VendorDriver[] = [smgDriver, serandDriver, jobmaDriver, standardDriver];

describe.each([...believed, assessFirstDriver].map((driver) => [driver.vendor, driver] as const))(
  'a completion that %s does not show',
  (_, driver) => {
    const story = storiesOf(patient(driver));
    const isBelieved = believed.includes(driver);

    story('is looked for again, and nothing of it is in Lever before', async (scene) => {
      const person = await invitedPerson(scene);
      scene.vendor.fault({ kind: 'unshown-completion', count: 4 });
      scene.vendor.complete(person.invitation.ref);
      const run = await ended(scene.world, person, 'completed');
      await shows(scene, person, 'completed');
      expect(courseOf(run).includes('awaiting_result')).toBe(isBelieved);
      expect(texts(scene, person)).not.toContain(hadToBeLookedUp);
    });

    story('can be called off meanwhile, and comes to Lever all the same once it shows', async (scene) => {
      const person = await invitedPerson(scene);
      hides(scene);
      scene.vendor.complete(person.invitation.ref);
      const { id } = await runOf(scene.world, person);
      const { deadlineAt } = await liveRun(
        scene.world,
        id,
        'the result is awaited',
        ({ status, waitingFor }) =>
          isBelieved ? status === 'awaiting_result' && waitingFor.includes('result') : status !== 'inviting',
      );
      expect(deadlineAt).not.toBeUndefined();
      if (isBelieved) {
        const { status } = await operator(scene.world, 'POST', `/assessments/${id}/remind`);
        expect(status).toBe(409);
      }
      const path = `/assessments/${id}/cancel`;
      expect(await operator(scene.world, 'POST', path, { reason: 'a mistake' })).toMatchObject({
        status: 200,
        body: { status: 'cancelled' },
      });
      await ended(scene.world, person, 'cancelled');
      scene.vendor.mend();
      scene.vendor.resend(person.invitation.ref);
      await amendedTo(scene, id, 'completed');
    });

    story('of a run that has expired is looked for as well', async (scene) => {
      await withSettings(scene, { expiresAfter: '1s' }, async () => {
        const person = enters(scene);
        const { ref } = await invitationOf(scene, person);
        const { id } = await ended(scene.world, person, 'expired');
        scene.vendor.fault({ kind: 'unshown-completion', count: 2 });
        scene.vendor.complete(ref);
        await amendedTo(scene, id, 'completed');
        await shows(scene, person, 'completedLate');
      });
    });

    if (!isBelieved) return;
    story('for a day is told, and the result amends it when it shows at last', async (scene) => {
      const person = await invitedPerson(scene);
      const { ref } = person.invitation;
      hides(scene);
      scene.vendor.complete(ref);
      const { id } = await ended(scene.world, person, 'completed');
      expect(texts(scene, person)).toContain(hadToBeLookedUp);
      scene.vendor.mend();
      scene.vendor.resend(ref);
      await until(
        'the result has amended it',
        async () => (await look(scene.world, id)).timeline.some(({ kind }) => kind === 'amended'),
        patience,
      );
      await showsInTheEnd(scene, person, ref);
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
  const story = storiesOf(openSmg);
  /** Of the seven looks those that fall due together are one. */
  const several = 3;

  async function forge(scene: Scene, person: Person): Promise<void> {
    const { ref } = await invitationOf(scene, person);
    const address = scene.vendor.addressOf?.(ref);
    expect((await fetch(String(address), { method: 'PATCH' })).status).toBe(200);
  }

  const misses = ({ timeline }: FullAssessment): number =>
    timeline.filter(({ kind, detail }) => kind === 'event_ignored' && detail?.includes('not shown so yet'))
      .length;

  story(
    'completes nobody: the vendor is asked several times, and the run stays as open as it was',
    async (scene) => {
      const person = await invitedPerson(scene);
      const { id } = await runOf(scene.world, person);
      await forge(scene, person);
      const run = await until(
        'the vendor was asked several times',
        async () => {
          const found = await look(scene.world, id);
          return misses(found) >= several ? found : null;
        },
        patience,
      );
      expect(courseOf(run).at(-1)).toBe('invited');
      await shows(scene, person, 'invited');
      scene.vendor.complete(person.invitation.ref);
      await ended(scene.world, person, 'completed');
      await shows(scene, person, 'completed');
    },
  );

  story('changes nothing of a run that is over', async (scene) => {
    await withSettings(scene, { expiresAfter: '1s' }, async () => {
      const person = enters(scene);
      const { id } = await ended(scene.world, person, 'expired');
      await shows(scene, person, 'expiredHere');
      await forge(scene, person);
      const run = await until(
        'the amendment has given it up',
        async () => {
          const found = await look(scene.world, id);
          return misses(found) === 1 ? found : null;
        },
        patience,
      );
      expect(run.status).toBe('expired');
      await shows(scene, person, 'expiredHere');
    });
  });

  story('is believed at once where the vendor shows the result', async (scene) => {
    const person = await invitedPerson(scene);
    scene.vendor.complete(person.invitation.ref);
    const run = await ended(scene.world, person, 'completed');
    expect(courseOf(run)).not.toContain('awaiting_result');
  });
});
