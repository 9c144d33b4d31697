import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemble } from '../../scripts/assemble';
import type { EmbeddedPostgres } from '../../scripts/embedded/postgres';
import { startEmbeddedPostgres } from '../../scripts/embedded/postgres';
import type { TemporalDevServer } from '../../scripts/embedded/temporal';
import { startTemporalDevServer } from '../../scripts/embedded/temporal';
import { locateTemporalCli } from '../../scripts/temporal-cli/locate';
import type { Delivery } from '../../simulators/lever/webhooks/dispatcher';
import { storesTakenAway } from '../helpers/limits';
import type { Candidate } from '../helpers/process-world';
import { startProcessWorld } from '../helpers/process-world';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { assessmentsOf, complete, deliveriesOf, enter, expectEachOnce, untilInvited } from './run';
import { connectTo, firstAsked } from './temporal';

/** Servers of its own, which it kills; the promise is that of decision 0003. */
const namespace = 'fulcrum-faults';

let folder: string;
let temporal: TemporalDevServer;
let postgres: EmbeddedPostgres;

const startTemporal = async (port = 0): Promise<TemporalDevServer> =>
  startTemporalDevServer({
    cli: (await locateTemporalCli()).path,
    dataDir: join(folder, 'temporal'),
    port,
    uiPort: 0,
    namespace,
    fsync: false,
  });

const startPostgres = (port = 0): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dataDir: folder, port, database: 'fulcrum', fsync: false });

const reviveTemporal = async (): Promise<void> => {
  temporal = await startTemporal(Number(temporal.address.split(':')[1]));
};
const revivePostgres = async (): Promise<void> => {
  postgres = await startPostgres(Number(new URL(postgres.url).port));
};

const world = useWorld(() =>
  assemble(async (atEnd) => {
    folder = await mkdtemp(join(tmpdir(), 'fulcrum-stores-'));
    atEnd(() => rm(folder, { recursive: true, force: true }));
    temporal = await startTemporal();
    atEnd(() => temporal.stop());
    postgres = await startPostgres();
    atEnd(() => postgres.stop());
    const processes = await startProcessWorld({
      temporal: { address: temporal.address, namespace },
      databaseUrl: postgres.url,
      environment: storesTakenAway,
    });
    atEnd(() => processes.stop());
    return processes;
  }),
);

/** The newest delivery of the webhook about this candidate, once its first try is over. */
const firstTry = (candidate: Candidate): Promise<Delivery> =>
  until('Lever has its answer', () =>
    world.lever.admin
      .deliveries()
      .findLast(({ body, attempts }) => body.includes(candidate.opportunityId) && attempts.length > 0),
  );

const firstCallback = ({ email }: Candidate): Promise<{ status: number | null }> =>
  until('the vendor has its answer', () => {
    const [application] = world.smg.admin.applications({ email });
    const { applicationId } = application ?? {};
    return applicationId === undefined ? undefined : world.smg.admin.callbacks({ applicationId }).at(0);
  });

async function invited(): Promise<Candidate> {
  const candidate = enter(world);
  world.move(candidate);
  await untilInvited(world, candidate);
  return candidate;
}

async function finish(candidate: Candidate): Promise<void> {
  await untilInvited(world, candidate);
  complete(world, candidate);
  await expectEachOnce(world, candidate);
}

const countOf = async (verdict: string): Promise<number> =>
  (await world.ask<{ data: unknown[] }>(`/deliveries?verdict=${verdict}&limit=100`)).data.length;

test('Temporal is killed: webhooks and callbacks are taken at once, and reach it after its return', async () => {
  const waiting = await invited();
  await temporal.kill();

  // The first of them waits for Temporal in vain; the others find that it is known to be away.
  const movers = [enter(world), enter(world), enter(world)];
  for (const candidate of movers) {
    world.move(candidate);
    // The simulators hang up after 3 s: a status proves that the answer came within them.
    expect((await firstTry(candidate)).attempts[0]?.status).toBe(200);
  }
  complete(world, waiting);
  expect((await firstCallback(waiting)).status).toBe(200);
  expect(await countOf('pending')).toBe(4);

  await reviveTemporal();
  await until(
    'everything taken is with Temporal',
    () => countOf('pending'),
    (count) => count === 0,
  );
  expect(await countOf('held')).toBe(0);
  await expectEachOnce(world, waiting);
  for (const candidate of movers) await finish(candidate);
  expect(world.hub.isRunning('worker')).toBe(true);
});

test('PostgreSQL is killed: webhooks and callbacks are taken, the records are complete after its return', async () => {
  const waiting = [await invited(), await invited(), await invited()];
  const [first] = await assessmentsOf(world, (waiting[0] as Candidate).opportunityId);
  await postgres.kill();

  const movers = [enter(world), enter(world), enter(world)];
  for (const candidate of movers) {
    world.move(candidate);
    expect((await firstTry(candidate)).attempts[0]?.status).toBe(200);
  }
  for (const candidate of waiting) {
    complete(world, candidate);
    expect((await firstCallback(candidate)).status).toBe(200);
  }

  // So long that a run has done all it had to do in Lever, and has put off what it has to write.
  const client = await connectTo(world);
  await until('a run puts off its records', () =>
    firstAsked(client, first?.workflowId ?? '', 'writeRecords'),
  );
  await client.connection.close();

  await revivePostgres();
  for (const candidate of waiting) await expectEachOnce(world, candidate);
  for (const candidate of movers) await finish(candidate);
  for (const candidate of [...waiting, ...movers]) {
    const [run] = await assessmentsOf(world, candidate.opportunityId);
    for (const { id } of await deliveriesOf(world, run?.workflowId ?? '')) {
      // The body came with the api's own record, which waited in its memory.
      expect((await world.ask<{ body: string | null }>(`/deliveries/${id}`)).body).not.toBeNull();
    }
  }
});

test('both are killed: 503, and a rerun by Lever after their return starts the run', async () => {
  const waiting = await invited();
  await Promise.all([temporal.kill(), postgres.kill()]);
  world.lever.admin.configure({ webhookRetryDelaysMs: [] });

  const mover = enter(world);
  world.move(mover);
  const refused = await firstTry(mover);
  expect(refused.attempts.map(({ status }) => status)).toEqual([503]);
  complete(world, waiting);
  expect((await firstCallback(waiting)).status).toBe(503);

  await Promise.all([reviveTemporal(), revivePostgres()]);
  await until(
    'both are in use again',
    async () => {
      const { status } = await fetch(`${world.hub.apiUrl}/readyz`);
      return { status, pending: status === 200 ? await countOf('pending') : null };
    },
    ({ status, pending }) => status === 200 && pending === 0,
  );
  const again = await world.lever.admin.rerun(refused.id);
  expect(again.attempts.map(({ status }) => status)).toEqual([200]);
  await finish(mover);
  await expectEachOnce(world, waiting);
});
