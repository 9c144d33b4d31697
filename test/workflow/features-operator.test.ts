import { ended, inLever, liveRun, look, operator, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { serandDriver } from '../vendors/serand-driver';
import { smgDriver } from '../vendors/smg-driver';
import { type SimulatedStandard, standardDriver } from '../vendors/standard-driver';
import type { VendorWorld } from '../vendors/vendor-world';
import { enters, invitedPerson, scenariosOf, withSettings } from '../vendors/vendor-world';

/** What people do to a run, and what they are told of the vendor's part in it. */

const day = 86_400_000;

const act = (world: VendorWorld, id: string, action: 'remind' | 'extend' | 'cancel', body?: unknown) =>
  operator<{ status: string; detail?: string }>(world, 'POST', `/assessments/${id}/${action}`, body);

async function invitedRun(world: VendorWorld) {
  const person = await invitedPerson(world);
  const { id } = await runOf(world, person);
  const { deadlineAt } = await liveRun(world, id, 'the deadline is set', (run) => run.deadlineAt !== null);
  return { person, id, deadlineAt: deadlineAt as number };
}

const operatorLines = async (world: VendorWorld, id: string): Promise<(string | null)[]> =>
  (await look(world, id)).timeline.filter(({ kind }) => kind === 'operator').map(({ detail }) => detail);

describe('a vendor that can do what is asked', () => {
  const scenario = scenariosOf(standardDriver);
  const extensions = ({ vendor }: VendorWorld<SimulatedStandard>) =>
    vendor.standard.admin.requests({ operation: 'POST /orders/:id/extend' });

  scenario('moves its own end with the hub’s', async (world) => {
    const { id, deadlineAt } = await invitedRun(world);
    const told = await act(world, id, 'extend', { by: '3d' });
    expect(told).toMatchObject({ status: 200, body: { detail: 'The vendor has moved its own end, too.' } });
    expect((await look(world, id)).live?.deadlineAt).toBe(deadlineAt + 3 * day);
    expect(extensions(world).at(-1)?.status).toBe(200);
    expect(await operatorLines(world, id)).toContain('The vendor has moved its own end, too.');
  });

  scenario('refuses to: the hub waits longer all the same, and says so', async (world) => {
    const { id, deadlineAt } = await invitedRun(world);
    const operation = 'POST /orders/:id/extend';
    world.vendor.standard.admin.fault({ kind: 'http', operation, status: 409, count: 1 });
    const { status, body } = await act(world, id, 'extend', { by: '1d' });
    expect([status, body.detail]).toEqual([
      200,
      expect.stringMatching(/^Only the hub waits longer\. The vendor was asked to, and did not: /),
    ]);
    expect((await look(world, id)).live?.deadlineAt).toBe(deadlineAt + day);
  });

  scenario('tells another result later: the tag of the threshold follows it', (world) => {
    const thresholds = [
      { band: 'proceed', tag: 'Proceeds', stage: 'Offer' },
      { min: 90, tag: 'Outstanding' },
    ];
    return withSettings(world, { thresholds }, async () => {
      const { person, id } = await invitedRun(world);
      const { admin } = world.vendor.standard;
      admin.complete(person.invitation.ref, { score: 60 });
      await ended(world, person, 'completed');
      expect(inLever(world, person)).toMatchObject({
        tags: expect.arrayContaining(['Proceeds']),
        stage: 'offer',
      });
      admin.say(id, { score: { value: 95, max: 100, band: 'Hire' } });
      await until(
        'the other tag is there',
        () => inLever(world, person).tags,
        (tags) => tags.includes('Outstanding'),
      );
      expect(inLever(world, person).tags).not.toContain('Proceeds');
    });
  });
});

describe('a vendor with an end of its own', () => {
  const scenario = scenariosOf(serandDriver);

  scenario('sends the invitation once more', async (world) => {
    const { person, id } = await invitedRun(world);
    const { status, body } = await act(world, id, 'remind');
    expect([status, body.detail]).toEqual([
      200,
      expect.stringContaining('send the candidate the invitation once more'),
    ]);
    expect(world.vendor.serand.admin.mailbox({ to: person.email })).toHaveLength(2);
    const { timeline } = await look(world, id);
    expect(timeline.filter(({ kind }) => kind === 'reminded')).toMatchObject([{ detail: 'reminder 1' }]);
  });

  scenario('cannot be told to wait longer: the answer says when its link ends', async (world) => {
    const { id, deadlineAt } = await invitedRun(world);
    const { status, body } = await act(world, id, 'extend', { by: '3d' });
    expect([status, body.detail]).toEqual([
      200,
      expect.stringMatching(/^Only the hub waits longer\. .* its link ends \d{4}-\d\d-\d\dT/),
    ]);
    expect((await look(world, id)).live?.deadlineAt).toBe(deadlineAt + 3 * day);
    expect(await operatorLines(world, id)).toContain(body.detail);
  });

  scenario('places the reminder at half time where the connection sets no end', (world) =>
    withSettings(world, { reminders: ['half'], expiresAfter: 'never' }, async () => {
      const { id, deadlineAt } = await invitedRun(world);
      const run = await look(world, id);
      const invitedAt = Date.parse(run.timeline.find(({ status }) => status === 'invited')?.at ?? '');
      const reminderAt = run.live?.nextReminderAt ?? 0;
      // Halfway, give or take the moments that the records of it take.
      expect(Math.abs(reminderAt - (invitedAt + deadlineAt) / 2)).toBeLessThan(60_000);
    }),
  );

  scenario('hears that a candidate has left, and Lever says so when it could not be told', async (world) => {
    const operation = 'POST /invitations/:id/cancel';
    const [told, untold] = [await invitedPerson(world), await invitedPerson(world)];
    const { admin } = world.vendor.serand;
    world.lever.admin.hire(told.opportunityId);
    await ended(world, told, 'cancelled');
    expect(admin.application(told.invitation.ref).status).toBe('cancelled');
    admin.fault({ kind: 'http', operation, status: 503, count: 50 });
    world.lever.admin.archive(untold.opportunityId);
    await ended(world, untold, 'cancelled');
    admin.clearFaults();
    const notes = [told, untold].map((person) => JSON.stringify(inLever(world, person).notes));
    const words = 'The vendor could not be told, so the invitation may still be open there.';
    expect(notes.map((text) => text.includes(words))).toEqual([false, true]);
  });
});

describe('a reminder at half time', () => {
  const scenario = scenariosOf(smgDriver);

  scenario('goes out then, once', (world) =>
    // Halves so long that on a busy machine the end does not come together with the reminder.
    withSettings(world, { reminders: ['half'], expiresAfter: '24s' }, async () => {
      const person = enters(world);
      const { timeline } = await ended(world, person, 'expired');
      const invitedAt = Date.parse(timeline.find(({ status }) => status === 'invited')?.at ?? '');
      const reminders = inLever(world, person).notes.filter((note) =>
        JSON.stringify(note).includes('has not been completed yet'),
      );
      expect(reminders).toHaveLength(1);
      expect(reminders[0]?.createdAt).toBeGreaterThanOrEqual(invitedAt + 12_000);
    }),
  );
});

describe('settings that cannot be meant', () => {
  const scenario = scenariosOf(smgDriver);

  scenario('are refused together, with what to do', async (world) => {
    const { status, body } = await operator<{ code: string; errors: { path: string; message: string }[] }>(
      world,
      'PATCH',
      `/connections/${world.connection.id}`,
      {
        settings: {
          expiresAfter: 'never',
          reminders: ['half'],
          note: 'Score: {scroe}',
          texts: { failed: '{score}' },
          thresholds: [{ min: 50 }],
          shows: { file: true },
        },
      },
    );
    expect([status, body.code]).toEqual([422, 'input.invalid']);
    expect(body.errors.map(({ path }) => path.replace('body.settings.', ''))).toEqual([
      'reminders.0',
      'note',
      'texts.failed',
      'thresholds.0',
      'shows.file',
    ]);
  });

  scenario('are refused stage by stage, and change nothing', async (world) => {
    const refusals: [Record<string, unknown>, string][] = [
      [{ resultsStages: { Assessment: 'Nowhere' } }, 'the Lever account has no stage "Nowhere"'],
      [{ resultsStages: { Review: 'Offer' } }, '"Review" is no trigger stage'],
      [{ resultsStages: { Assessment: 'Assessment' } }, 'would invite again'],
      [{ reminders: ['40d'] }, 'never goes out'],
      [{ assessmentsByTag: { Sales: '10002063' } }, 'assessmentsByTag'],
      [{ defaultAssessment: '99999999' }, 'has no assessment "99999999"'],
    ];
    const path = `/connections/${world.connection.id}`;
    for (const [settings, words] of refusals) {
      const { status, body } = await operator(world, 'PATCH', path, { settings });
      expect([status, JSON.stringify(body).replaceAll('\\', '')]).toEqual([
        422,
        expect.stringContaining(words),
      ]);
    }
    const { body } = await operator<{ settings: unknown }>(world, 'GET', path);
    expect(body.settings).toEqual(world.connection.settings);
  });
});
