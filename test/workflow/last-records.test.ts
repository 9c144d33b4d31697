import { randomUUID } from 'node:crypto';
import { vendorNewsSignal } from '../../workflows/assessment/contract';
import { ended, inLever, invitedApplicant, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** A run's last records are written with its last effect, where that is alone. */

const world = useWorld(() => startWorld({ settings: { resultsStage: 'Review' } }));

async function historyOf(workflowId: string) {
  const handle = world.client.workflow.getHandle(workflowId);
  await handle.result();
  const events = (await handle.fetchHistory()).events ?? [];
  const activities = events.flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
  );
  return { activities, markers: events.filter((event) => event.markerRecordedEventAttributes).length };
}

test('the way of a candidate who finishes needs no activity and no marker for its records', async () => {
  const person = await invitedApplicant(world);
  world.smg.admin.complete(person.application.applicationId);
  const run = await ended(world, person, 'completed');
  const { activities, markers } = await historyOf(run.workflowId);
  expect(activities.at(-1)).toBe('applyEffect');
  expect(activities).not.toContain('writeRecords');
  expect(markers).toBe(0);
  expect(run.timeline.map(({ kind }) => kind).filter((kind) => kind === 'closed')).toHaveLength(1);
  expect(run.timeline.at(-1)).toMatchObject({ kind: 'closed', status: 'completed' });
});

test('news that come during the last effect are taken all the same', async () => {
  const person = await invitedApplicant(world);
  const { workflowId } = await runOf(world, person);
  const path = `/opportunities/${person.opportunityId}/stage`;
  world.lever.admin.fault({ kind: 'delay', path, ms: 2_000 });
  world.smg.admin.complete(person.application.applicationId);
  await until(
    'the last effect is under way',
    () => inLever(world, person).tags,
    (seen) => seen.includes('POP-Completed'),
  );
  const eventKey = randomUUID();
  await world.client.workflow.getHandle(workflowId).signal(vendorNewsSignal, {
    delivery: {
      id: `dlv_${eventKey}`,
      source: 'smg',
      connectionId: world.connection.id,
      eventKey,
      event: 'started',
      receivedAt: Date.now(),
      verdict: 'signalled',
      opportunityId: person.opportunityId,
    },
    event: { type: 'started' },
    vendorRef: null,
  });
  await world.client.workflow.getHandle(workflowId).result();
  const run = await ended(world, person, 'completed');
  expect(run.timeline).toContainEqual(
    expect.objectContaining({ kind: 'event_ignored', detail: expect.stringContaining('started') }),
  );
  expect(run.timeline.at(-1)).toMatchObject({ kind: 'closed' });
});

test('an effect that fails for good keeps the run open for a person', async () => {
  const person = await invitedApplicant(world);
  const path = `/opportunities/${person.opportunityId}/stage`;
  world.lever.admin.fault({ kind: 'status', status: 404, path, count: 100 });
  world.smg.admin.complete(person.application.applicationId);
  const run = await until('it asks for attention', async () => {
    const found = await runOf(world, person);
    return found.attention ? found : null;
  });
  expect(run).toMatchObject({ status: 'completed', closedAt: null });
});
