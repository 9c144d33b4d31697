import { Client as PgClient } from 'pg';
import type { ForgottenRecords } from '../../workflows/maintenance/contract';
import { forgetOldScheduleId } from '../../workflows/maintenance/contract';
import { ended, invitedApplicant, operator } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(() => startWorld({ env: { RECORD_RETENTION_DAYS: '90' } }));

it('the Schedule of the hub forgets a run that ended long ago, and tells what it forgot', async () => {
  const person = await invitedApplicant(world);
  world.smg.admin.complete(person.application.applicationId);
  const run = await ended(world, person, 'completed');
  const database = new PgClient({ connectionString: world.databaseUrl });
  await database.connect();
  await database.query(`update assessments set closed_at = now() - interval '91 days'`);
  await database.query(`update deliveries set received_at = now() - interval '31 days'`);
  await database.end();

  const schedule = world.client.schedule.getHandle(forgetOldScheduleId);
  await schedule.trigger();
  const started = await until(
    'the Schedule has started its workflow',
    async () => (await schedule.describe()).info.recentActions[0]?.action.workflow,
  );
  const outcome = (await world.client.workflow.getHandle(started.workflowId).result()) as ForgottenRecords;
  expect(outcome).toMatchObject({ assessments: 1 });
  expect(outcome['bodies']).toBeGreaterThan(0);
  expect((await operator(world, 'GET', `/assessments/${run.id}`)).status).toBe(404);
});
