import { Client, Connection, ScheduleNotFoundError } from '@temporalio/client';
import { Client as PgClient } from 'pg';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { deliveriesOf, untilInvited } from '../faults/run';
import { startSite } from '../faults/site';
import type { Candidate, Site } from '../faults/site';
import { createTestDatabase } from '../helpers/database';
import { freshNamespace, temporalAddress } from '../helpers/temporal';
import { startTcpProxy } from '../helpers/tcp-proxy';
import type { TcpProxy } from '../helpers/tcp-proxy';
import { until } from '../helpers/until';

/** The hub as it runs in production, two processes, while they or Temporal are away. */

const intervalMs = 2_000;

let site: Site;
let wire: TcpProxy;
let temporal: Client;
let database: PgClient;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const address = temporalAddress();
  const namespace = await freshNamespace(address);
  const [host, port] = address.split(':') as [string, string];
  wire = await startTcpProxy({ host, port: Number(port) });
  stops.push(() => wire.stop());
  const { url, drop } = await createTestDatabase();
  stops.push(drop);
  database = new PgClient({ connectionString: url });
  await database.connect();
  stops.push(() => database.end());
  site = await startSite({
    temporal: { address: `127.0.0.1:${wire.port}`, namespace },
    databaseUrl: url,
    environment: { RECONCILE_INTERVAL: `${intervalMs}ms` },
  });
  stops.push(() => site.stop());
  const connection = await Connection.connect({ address });
  stops.push(() => connection.close());
  const dataConverter = createDataConverter(parseKeyRing(site.keys));
  temporal = new Client({ connection, namespace, dataConverter });
  // Lever has given up before the hub is back.
  site.lever.admin.configure({ webhookRetryDelaysMs: [] });

  const first = site.addCandidate();
  site.move(first);
  await untilInvited(site, first);
  await until(
    'the connection was heard from',
    async () => (await database.query('select id, first_heard_at from connections')).rows,
    ([row]) => row?.first_heard_at instanceof Date,
  );
});

afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const invitationsOf = ({ email }: Candidate): number => site.pop.admin.applications({ email }).length;
const schedule = () => temporal.schedule.getHandle(`reconcile/${site.connectionId}`);
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
    () => temporal.workflow.count(query),
    ({ count }) => count >= times,
  );
}

const webhooksAbout = ({ opportunityId }: Candidate) =>
  site.lever.admin
    .deliveries({ event: 'candidateStageChange' })
    .filter(({ body }) => body.includes(opportunityId));

it('three who were moved while the hub was off are invited soon after it is back, each once', async () => {
  await site.hub.kill('api', 'worker');
  const people = [site.addCandidate(), site.addCandidate(), site.addCandidate()];
  for (const person of people) site.move(person);
  await until(
    'Lever has given up',
    () => people.map(webhooksAbout),
    (about) => about.every((sent) => sent.some(({ state }) => state === 'failed')),
  );
  await site.hub.start('api', 'worker');
  for (const person of people) await untilInvited(site, person);

  for (const person of people.slice(0, 2)) {
    const rerun = await site.lever.admin.rerun(webhooksAbout(person)[0]?.id ?? '');
    expect(rerun.attempts.at(-1)?.status).toBe(200);
  }
  await looked(3);
  for (const person of people) {
    expect(invitationsOf(person)).toBe(1);
    const { rows } = await database.query('select id, verdict from deliveries where opportunity_id = $1', [
      person.opportunityId,
    ]);
    expect(rows).toHaveLength(person === people[2] ? 1 : 2);
  }
});

it('Temporal away when the api starts: changes are taken, and the Schedules appear after its return', async () => {
  await site.hub.kill('api');
  await schedule().delete();
  await wire.cut();
  await site.hub.start('api');
  await fetch(`${site.hub.apiUrl}/healthz`).then(({ status }) => expect(status).toBe(200));
  await site.ask(`/connections/${site.connectionId}`);
  expect(await scheduled()).toBe(false);

  await wire.mend();
  await until('the Schedule is back', scheduled, Boolean);
  const lost = site.addCandidate();
  await site.hub.kill('api');
  site.move(lost);
  await until(
    'Lever has given up',
    () => webhooksAbout(lost),
    (sent) => sent.some(({ state }) => state === 'failed'),
  );
  await site.hub.start('api');
  await untilInvited(site, lost);
  expect(invitationsOf(lost)).toBe(1);
  const [run] = (
    await site.ask<{ data: { workflowId: string }[] }>(`/assessments?opportunity=${lost.opportunityId}`)
  ).data;
  expect(await deliveriesOf(site, run?.workflowId ?? '')).toMatchObject([{ verdict: 'started' }]);
});
