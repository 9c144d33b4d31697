import type { Connection } from '@temporalio/client';
import { setQueueRate } from '../../platform/temporal/queue-rate';
import { taskQueues } from '../../workflows/names';
import { applicant, applications, look, move, runsOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

/** Runs of several assessments that still wait for their turn at the vendor. */

const world = useWorld(() => startWorld());

/** How many invitations the vendor's queue hands out per second; 0: as many as there are. */
const vendorRate = (perSecondPerKey: number) =>
  setQueueRate(world.client.connection as Connection, {
    namespace: world.client.options.namespace,
    taskQueue: taskQueues.vendor('smg'),
    perSecondPerKey,
  });

it('hear that the candidate was archived, and invite nobody afterwards', async () => {
  const positions = world.smg.admin.positions().slice(0, 3);
  const tags = positions.map(({ position_id: id }, index) => `POP-${id}-Part${index}`);
  const postingId = world.lever.admin.addPosting({ text: 'Regional Manager', tags });
  await vendorRate(0.0001);
  const person = applicant(world, { postingId });
  move(world, person);
  const runs = await until(
    'every run has a row',
    () => runsOf(world, person),
    ({ length }) => length === positions.length,
  );
  world.lever.admin.archive(person.opportunityId);
  for (const { id } of runs) {
    await until(
      `the run ${id} is called off`,
      () => look(world, id),
      ({ status }) => status === 'cancelled',
    );
  }
  const before = applications(world, person).length;
  // The queue hands out the first at once; at least two have waited.
  expect(before).toBeLessThan(positions.length);
  await vendorRate(0);
  // Somebody who comes later is invited: what waited before them would have been by then.
  const later = applicant(world);
  move(world, later);
  await until(
    'a later one is invited',
    () => applications(world, later),
    ({ length }) => length === 1,
  );
  // Each has seen for itself that nothing of it is out.
  for (const { id } of runs) {
    await until(
      `the run ${id} is closed`,
      () => look(world, id),
      ({ closedAt }) => closedAt !== null,
    );
  }
  expect(applications(world, person)).toHaveLength(before);
});
