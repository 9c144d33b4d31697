import { endedFor, endReasonText } from '../../domain/end-reasons';
import { SEED } from '../../simulators/lever/seed';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  ended,
  inLever,
  invited,
  liveRun,
  look,
  move,
  operator,
  runOf,
  writes,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** A connection that was ended on our side, or is cut off, is quiet. */

const world = useWorld(() => startWorld());

const ofConnection = (id: string, action: string, body?: unknown) =>
  operator<{ status: string }>(world, 'POST', `/connections/${id}/${action}`, body);

interface Candidate extends Person {
  /** Of the run. */
  id: string;
  applicationId: string;
}

/** A connection of its own with one who is invited. */
async function underWay(settings: Record<string, unknown> = {}): Promise<{ id: string; person: Candidate }> {
  const { id } = await world.connect({
    settings: { triggerStages: ['Phone screen'], ...settings },
  });
  const person = applicant(world);
  move(world, person, SEED.stages.phoneScreen);
  const { applicationId } = await invited(world, person);
  return { id, person: { ...person, id: (await runOf(world, person)).id, applicationId } };
}

const lastRequest = (): number => world.lever.admin.requests().at(-1)?.seq ?? 0;
const writesSince = (after: number) =>
  world.lever.admin
    .requests({ after })
    .filter(({ method, path }) => method !== 'GET' && path.includes('/opportunities'));

describe('disabling a connection', () => {
  it('ends its runs, and writes nothing to Lever any more', async () => {
    const { id, person } = await underWay();
    const before = lastRequest();
    expect(await ofConnection(id, 'disable')).toMatchObject({ status: 200, body: { status: 'disabled' } });
    const run = await ended(world, person, 'cancelled');
    const why = endReasonText(endedFor('connection_disabled'));
    expect(run.timeline.some(({ detail }) => detail === why)).toBe(true);
    expect(run).toMatchObject({ reasonCode: 'connection_disabled', attention: false, suspended: false });
    world.smg.admin.complete(person.applicationId);
    await until(
      'the completion was taken',
      async () => (await look(world, person.id)).timeline,
      (seen) => seen.some(({ kind }) => kind === 'amended'),
    );
    expect(writesSince(before)).toEqual([]);
    expect(inLever(world, person).tags).toContain('POP-IN-Progress');
  });

  it('ends a run that waits for a grant, at once', async () => {
    const { id, person } = await underWay();
    world.lever.admin.removeApiKey(SEED.apiKey);
    world.smg.admin.complete(person.applicationId);
    await liveRun(world, person.id, 'the run is suspended', ({ suspended }) => suspended);
    await ofConnection(id, 'disable');
    await ended(world, person, 'completed');
    world.lever.admin.addApiKey({ key: SEED.apiKey, scopes: 'all', confidential: true });
    await ofConnection(world.connection.id, 'reconnect', { lever: { apiKey: SEED.apiKey } });
  });

  it('keeps them where that is asked for: results are fetched, and written once it is connected again', async () => {
    const { id, person } = await underWay();
    await ofConnection(id, 'disable', { openRuns: 'keep' });
    const before = lastRequest();
    world.smg.admin.complete(person.applicationId);
    await liveRun(world, person.id, 'the result is there', ({ facts }) => facts.resultDigest !== undefined);
    expect(writesSince(before)).toEqual([]);
    expect((await ofConnection(id, 'reconnect', { lever: { apiKey: SEED.apiKey } })).status).toBe(200);
    await ended(world, person, 'completed');
    expect(inLever(world, person).tags).toContain('POP-Completed');
    await ofConnection(id, 'disable');
  });

  it.each(['keep', 'withdraw'])('sends no reminder any more (open runs: %s)', async (openRuns) => {
    const { id, person } = await underWay({ reminders: ['2s'] });
    await ofConnection(id, 'disable', { openRuns });
    const before = lastRequest();
    const writesBefore = writes(world, person).length;
    if (openRuns === 'withdraw') await ended(world, person, 'cancelled');
    else {
      await liveRun(world, person.id, 'the reminder is due', ({ nextReminderAt }) => nextReminderAt === null);
    }
    expect(writesSince(before)).toEqual([]);
    expect(writes(world, person)).toHaveLength(writesBefore);
    expect(applications(world, person)).toHaveLength(1);
    if (openRuns === 'keep') await ofConnection(id, 'disable');
  });

  it('refuses what nobody knows', async () => {
    const { id } = world.connection;
    expect((await ofConnection(id, 'disable', { openRuns: 'forget' })).status).toBe(422);
    expect((await operator<{ status: string }>(world, 'GET', `/connections/${id}`)).body.status).toBe(
      'active',
    );
  });
});
