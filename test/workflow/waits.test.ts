import { SEED } from '../../simulators/lever/seed';
import { connectionChangedSignal } from '../../workflows/assessment/contract';
import type { Person } from '../helpers/actions';
import {
  applicant,
  applications,
  ended,
  inLever,
  invited,
  invitedApplicant,
  liveRun,
  move,
  operator,
  runsOf,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import type { World } from '../helpers/world';
import { startWorld } from '../helpers/world';

/** What a run that waits costs, and who is held up by it. */

const world = useWorld(() => startWorld());
afterEach(() => world.lever.admin.clearFaults());

it('an operator calls a run off while it is still routing, and gets the answer at once', async () => {
  world.lever.admin.fault({
    kind: 'status',
    status: 503,
    path: '/opportunities/:id',
    method: 'GET',
    count: 1_000,
  });
  const person: Person = applicant(world);
  move(world, person);
  const run = await until('the run keeps asking', async () =>
    (await runsOf(world, person)).find(({ trouble }) => trouble !== null),
  );
  const answer = await operator(world, 'POST', `/assessments/${run.id}/cancel`, { reason: 'a test' });
  expect(answer).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  await ended(world, person, 'cancelled');
  expect(applications(world, person)).toEqual([]);
  world.lever.admin.clearFaults();
  move(world, person, SEED.stages.newApplicant);
  move(world, person);
  await invited(world, person);
});

it('a suspended run with several effects asks with one of them for all, at every look', async () => {
  const person = await invitedApplicant(world, { tags: ['POP-10002063-Leadership'] });
  const [found] = await runsOf(world, person);
  const { id, workflowId } = found as { id: string; workflowId: string };
  const handle = world.client.workflow.getHandle(workflowId);
  world.lever.admin.removeApiKey(SEED.apiKey);
  world.smg.admin.complete(person.application.applicationId);
  await liveRun(world, id, 'the run is suspended', ({ suspended }) => suspended);

  /** How often the run asked Lever, and how many of these have failed by now. */
  const asked = async () => {
    const events = (await handle.fetchHistory()).events ?? [];
    const scheduled = new Set(
      events
        .filter((event) =>
          ['applyEffect', 'lookForEffect'].includes(
            event.activityTaskScheduledEventAttributes?.activityType?.name ?? '',
          ),
        )
        .map(({ eventId }) => String(eventId)),
    );
    const failed = events.filter((event) =>
      scheduled.has(String(event.activityTaskFailedEventAttributes?.scheduledEventId ?? '')),
    );
    return { scheduled: scheduled.size, failed: failed.length };
  };
  const settled = () =>
    until('whoever asked has heard', async () => {
      const now = await asked();
      return now.scheduled === now.failed + (await answered(handle)) ? now : null;
    });
  const before = await settled();
  for (let looks = 1; looks <= 3; looks += 1) {
    await handle.signal(connectionChangedSignal);
    const now = await until('the run looked', async () => {
      const seen = await asked();
      return seen.failed >= before.failed + looks ? seen : null;
    });
    expect(now.scheduled - before.scheduled).toBe(looks);
  }

  world.lever.admin.addApiKey({ key: SEED.apiKey, scopes: 'all', confidential: true });
  const path = `/connections/${world.connection.id}/reconnect`;
  expect((await operator(world, 'POST', path, { lever: { apiKey: SEED.apiKey } })).status).toBe(200);
  await ended(world, person, 'completed');
  expect(inLever(world, person).tags).toContain('POP-Completed');
});

/** Requests about effects that Lever took. */
async function answered(handle: ReturnType<World['client']['workflow']['getHandle']>): Promise<number> {
  const events = (await handle.fetchHistory()).events ?? [];
  const names = new Map(
    events.map((event) => [
      String(event.eventId),
      event.activityTaskScheduledEventAttributes?.activityType?.name ?? '',
    ]),
  );
  return events.filter((event) =>
    ['applyEffect', 'lookForEffect'].includes(
      names.get(String(event.activityTaskCompletedEventAttributes?.scheduledEventId ?? '')) ?? '',
    ),
  ).length;
}
