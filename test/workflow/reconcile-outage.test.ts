import { ScheduleNotFoundError } from '@temporalio/client';
import { Client as PgClient } from 'pg';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { assemble } from '../../scripts/assemble';
import { deliveriesOf, untilInvited } from '../faults/run';
import { ownDatabase } from '../helpers/database';
import { storesTakenAway } from '../helpers/limits';
import type { Candidate } from '../helpers/process-world';
import { startProcessWorld } from '../helpers/process-world';
import { startTcpProxy } from '../helpers/tcp-proxy';
import { freshNamespace, openTemporal, temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';

/** The hub as it runs in production, two processes, while they or Temporal are away. */

const intervalMs = 2_000;

const world = useWorld(() =>
  assemble(async (atEnd) => {
    const address = temporalAddress();
    const namespace = await freshNamespace(address);
    const [host, port] = address.split(':') as [string, string];
    const wire = await startTcpProxy({ host, port: Number(port) });
    atEnd(() => wire.stop());
    const url = await ownDatabase(atEnd);
    const database = new PgClient({ connectionString: url });
    await database.connect();
    atEnd(() => database.end());
    const processes = await startProcessWorld({
      temporal: { address: `127.0.0.1:${wire.port}`, namespace },
      databaseUrl: url,
      environment: { RECONCILE_INTERVAL: `${intervalMs}ms`, ...storesTakenAway },
    });
    atEnd(() => processes.stop());
    const temporal = await openTemporal({ address, namespace, ring: parseKeyRing(processes.keys) });
    atEnd(() => temporal.connection.close());
    return { ...processes, wire, temporal, database };
  }),
);

beforeAll(async () => {
  // Lever has given up before the hub is back.
  world.lever.admin.configure({ webhookRetryDelaysMs: [] });

  const first = world.addCandidate();
  world.move(first);
  await untilInvited(world, first);
  await until(
    'the connection was heard from',
    async () => (await world.database.query('select id, first_heard_at from connections')).rows,
    ([row]) => row?.first_heard_at instanceof Date,
  );
});

const invitationsOf = ({ email }: Candidate): number => world.smg.admin.applications({ email }).length;
const schedule = () => world.temporal.schedule.getHandle(`reconcile/${world.connectionId}`);
const scheduled = (): Promise<boolean> =>
  schedule()
    .describe()
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof ScheduleNotFoundError) return false;
        throw error;
      },
    );

/** Waits for looks that begin and end from now on. */
async function looked(times: number): Promise<void> {
  const query = `WorkflowType = 'reconcile' AND ExecutionStatus = 'Completed' AND StartTime > '${new Date().toISOString()}'`;
  await until(
    `${times} more looks`,
    () => world.temporal.workflow.count(query),
    ({ count }) => count >= times,
  );
}

const webhooksAbout = ({ opportunityId }: Candidate) =>
  world.lever.admin
    .deliveries({ event: 'candidateStageChange' })
    .filter(({ body }) => body.includes(opportunityId));

it('three who were moved while the hub was off are invited soon after it is back, each once', async () => {
  await world.hub.kill('api', 'worker');
  const people = [world.addCandidate(), world.addCandidate(), world.addCandidate()];
  for (const person of people) world.move(person);
  await until(
    'Lever has given up',
    () => people.map(webhooksAbout),
    (about) => about.every((sent) => sent.some(({ state }) => state === 'failed')),
  );
  await world.hub.start('api', 'worker');
  for (const person of people) await untilInvited(world, person);

  for (const person of people.slice(0, 2)) {
    const rerun = await world.lever.admin.rerun(webhooksAbout(person)[0]?.id ?? '');
    expect(rerun.attempts.at(-1)?.status).toBe(200);
  }
  await looked(3);
  for (const person of people) {
    expect(invitationsOf(person)).toBe(1);
    const { rows } = await world.database.query(
      'select id, verdict from deliveries where opportunity_id = $1',
      [person.opportunityId],
    );
    expect(rows).toHaveLength(person === people[2] ? 1 : 2);
  }
});

it('Temporal away when the api starts: changes are taken, and the Schedules appear after its return', async () => {
  await world.hub.kill('api');
  await schedule().delete();
  await world.wire.cut();
  await world.hub.start('api');
  await fetch(`${world.hub.apiUrl}/healthz`).then(({ status }) => expect(status).toBe(200));
  await world.ask(`/connections/${world.connectionId}`);
  expect(await scheduled()).toBe(false);

  await world.wire.mend();
  await until('the Schedule is back', scheduled, Boolean);
  const lost = world.addCandidate();
  await world.hub.kill('api');
  world.move(lost);
  await until(
    'Lever has given up',
    () => webhooksAbout(lost),
    (sent) => sent.some(({ state }) => state === 'failed'),
  );
  await world.hub.start('api');
  await untilInvited(world, lost);
  expect(invitationsOf(lost)).toBe(1);
  const [run] = (
    await world.ask<{ data: { workflowId: string }[] }>(`/assessments?opportunity=${lost.opportunityId}`)
  ).data;
  expect(await deliveriesOf(world, run?.workflowId ?? '')).toMatchObject([{ verdict: 'started' }]);
});
