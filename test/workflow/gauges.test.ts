import { randomUUID } from 'node:crypto';
import { taskQueues } from '../../workflows/names';
import { applicant, invitedApplicant, look, metricsOf, move, operator, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { sql } from './looks';

/** That each gauge moves with what it tells of, on the real servers. */

const world = useWorld(() => startWorld({ env: { SWEEP_INTERVAL: '1s', SWEEP_LIMIT_PERCENT: '100' } }));

/** The value that `/metrics` tells now; null: no such line. */
async function gauge(line: string): Promise<number | null> {
  const text = await metricsOf(world);
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return found === undefined ? null : Number(found.slice(line.length + 1));
}

const shows = (line: string, wanted: (value: number) => boolean): Promise<number | null> =>
  until(
    `${line} moves`,
    () => gauge(line),
    (value) => value !== null && wanted(value),
  );

test('runs that wait for a person, and for how long', async () => {
  await shows('fulcrum_runs_in_trouble{kind="attention"}', (value) => value === 0);
  const person = applicant(world);
  const path = `/opportunities/${person.opportunityId}/addLinks`;
  world.lever.admin.fault({ kind: 'status', status: 404, path, count: 100 });
  move(world, person);
  await shows('fulcrum_runs_in_trouble{kind="attention"}', (value) => value === 1);
  await shows('fulcrum_oldest_wait_seconds{what="attention"}', (value) => value > 0);
  world.lever.admin.clearFaults();
  const { id } = await runOf(world, person);
  const { live } = await look(world, id);
  for (const { effectId } of live?.attention ?? []) {
    await operator(world, 'POST', `/assessments/${id}/effects/${encodeURIComponent(effectId)}/retry`, {});
  }
  await shows('fulcrum_runs_in_trouble{kind="attention"}', (value) => value === 0);
  await shows('fulcrum_oldest_wait_seconds{what="attention"}', (value) => value === 0);
});

test('runs that wait for Lever, and connections by status', async () => {
  const connection = await world.connect({ settings: { triggerStages: ['Review'] } });
  expect(connection.status).toBe('active');
  await shows('fulcrum_connections{status="active"}', (value) => value === 2);
  const person = await invitedApplicant(world);
  // As if Lever had refused the grant: the run notes it, and so does the connection.
  await sql(world, `update assessments set suspended = true where opportunity_id = $1`, [
    person.opportunityId,
  ]);
  await sql(world, `update connections set status = 'disconnected' where id = $1`, [connection.id]);
  await shows('fulcrum_runs_in_trouble{kind="suspended"}', (value) => value === 1);
  await shows('fulcrum_oldest_wait_seconds{what="suspended"}', (value) => value > 0);
  await shows('fulcrum_connections{status="disconnected"}', (value) => value === 1);
  await sql(world, `update assessments set suspended = false where opportunity_id = $1`, [
    person.opportunityId,
  ]);
  await shows('fulcrum_runs_in_trouble{kind="suspended"}', (value) => value === 0);
});

test('runs that ended unseen', async () => {
  const person = await invitedApplicant(world);
  const before = (await gauge('fulcrum_runs_in_trouble{kind="unseen"}')) ?? 0;
  const { workflowId } = await runOf(world, person);
  await world.client.workflow.getHandle(workflowId).terminate('a test');
  await shows('fulcrum_runs_in_trouble{kind="unseen"}', (value) => value === before + 1);
  await shows('fulcrum_sweep_age_seconds', (value) => value < 60);
  await shows('fulcrum_sweep_alarm{kind="too_many"}', (value) => value === 0);
});

test('an alarm of the sweep', async () => {
  await sql(world, `update sweep set namespace_id = 'another'`);
  await shows('fulcrum_sweep_alarm{kind="other_server"}', (value) => value === 1);
  await operator(world, 'POST', '/sweep/release', { alarm: 'other_server' });
  await shows('fulcrum_sweep_alarm{kind="other_server"}', (value) => value === 0);
});

test('deliveries that wait', async () => {
  // A callback about an application that nobody knows.
  const answer = await fetch(`${world.connection.callbackUrl}/987654321`, { method: 'PATCH' });
  expect(answer.status).toBe(200);
  await shows('fulcrum_deliveries_waiting{verdict="unmatched"}', (value) => value === 1);
  await shows('fulcrum_oldest_wait_seconds{what="unmatched"}', (value) => value > 0);

  const { id } = world.connection;
  await operator(world, 'POST', `/connections/${id}/pause`, {});
  move(world, applicant(world));
  await shows('fulcrum_deliveries_waiting{verdict="held"}', (value) => value === 1);
  await operator(world, 'POST', `/connections/${id}/resume`, {});
  await shows('fulcrum_deliveries_waiting{verdict="held"}', (value) => value === 0);

  await shows('fulcrum_deliveries_waiting{verdict="pending"}', (value) => value === 0);
  // One that nobody can bring just now: the run is over, and not on record as such.
  await sql(
    world,
    `insert into deliveries (id, source, connection_id, event_key, event, received_at, verdict, attempts, tried_at)
     values ('dlv_waits', 'lever', $1, 'waits', 'x', now(), 'pending', 0, now() + interval '1 hour')`,
    [id],
  );
  await shows('fulcrum_deliveries_waiting{verdict="pending"}', (value) => value === 1);
  await sql(world, `delete from deliveries where id = 'dlv_waits'`);
});

test('workflows whose tasks keep failing', async () => {
  await shows('fulcrum_failing_workflows', (value) => value === 0);
  const handle = await world.client.workflow.start('noSuchWorkflow', {
    workflowId: `no-such-workflow-${randomUUID()}`,
    taskQueue: taskQueues.assessments,
  });
  await shows('fulcrum_failing_workflows', (value) => value === 1);
  await handle.terminate('a test');
  await shows('fulcrum_failing_workflows', (value) => value === 0);
});
