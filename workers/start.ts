import { Client } from '@temporalio/client';
import type { WorkerOptions } from '@temporalio/worker';
import { NativeConnection, Worker } from '@temporalio/worker';
import { ConstantBackoff, handleAll, retry } from 'cockatiel';
import type { Config } from '../platform/config';
import type { KeyRing } from '../platform/crypto/keyring';
import type { Logger } from '../platform/log';
import { connectTemporal } from '../platform/temporal/client';
import { createDataConverter } from '../platform/temporal/data-converter';
import { prepareNamespace } from '../platform/temporal/namespace';
import { setQueueRate } from '../platform/temporal/queue-rate';
import { ensureSchedule } from '../platform/temporal/schedules';
import { registry } from '../vendors/registry';
import { taskQueues } from '../workflows/names';
import { namespaceNeeds } from '../workflows/search-attributes';
import { activitiesOf } from './activities';
import { workflowBundle } from './bundle';
import { composeWorker, type WorkerParts } from './compose';
import { outboundMetrics } from './outbound-metrics';
import { createPersonInTemporal } from './person-in-temporal';
import { startRateCheck } from './rate-check';
import { createRunLookup } from './run-lookup';
import { installRuntime } from './runtime';
import { forgetOldSchedule, keepGrantsSchedule, probeAccessSchedule, sweepSchedule } from './schedules';

export interface RunningWorkers {
  /** Rejects when a worker died of itself. */
  done: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts one Temporal worker per task queue in this process: workflows, Lever, records, and one per vendor, so that a
 * vendor that hangs takes no slot from the others.
 */
export async function startWorkers(config: Config, ring: KeyRing, log: Logger): Promise<RunningWorkers> {
  installRuntime(config, log);
  const parts = composeWorker(config, ring, log, outboundMetrics());
  await parts.start();
  await prepareServer(config, ring, log);
  const { address, apiKey, tls, metadata } = config.temporal;
  const connection = await NativeConnection.connect({
    ...(address !== null && { address }),
    ...(apiKey !== undefined && { apiKey }),
    ...(tls !== undefined && { tls }),
    ...(metadata !== undefined && { metadata: { ...metadata } }),
  });
  const workers = await createWorkers(config, ring, parts, connection);
  const done = Promise.all(workers.map((worker) => worker.run())).then(() => undefined);
  const rateCheck = startRateCheck(config, ring, log);
  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    await rateCheck.stop();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await done.catch(() => undefined);
    await connection.close();
    await parts.stop();
  };
  return { done, stop: () => (stopping ??= stop()) };
}

async function createWorkers(
  config: Config,
  ring: KeyRing,
  parts: WorkerParts,
  connection: NativeConnection,
): Promise<Worker[]> {
  const { namespace } = config.temporal;
  const common = {
    connection,
    namespace,
    dataConverter: createDataConverter(ring),
    shutdownGraceTime: '10s',
  } as const;
  const slots = { maxConcurrentActivityTaskExecutions: config.worker.maxConcurrentActivities };
  const client = new Client({ connection, namespace, dataConverter: common.dataConverter });
  const runs = createRunLookup(client, config.retry, parts.deps.log);
  const { records, lever, looks, vendor } = activitiesOf({
    ...parts,
    probing: { held: parts.held, runs },
    sweeping: { ...parts.sweeping, runs },
    erasing: {
      erasures: parts.erasures,
      inTemporal: createPersonInTemporal(client, ring, (id) => parts.deps.directory.byId(id)?.vendor ?? null),
    },
  });
  const options: WorkerOptions[] = [
    {
      taskQueue: taskQueues.assessments,
      workflowBundle: await workflowBundle({
        bundlePath: config.worker.bundlePath,
        cacheDir: config.dataDir,
      }),
      // The same as local activities: they run where the workflow runs.
      activities: records,
      maxConcurrentWorkflowTaskExecutions: config.worker.maxConcurrentWorkflowTasks,
      maxCachedWorkflows: config.worker.maxCachedWorkflows,
    },
    { taskQueue: taskQueues.records, activities: { ...records, ...looks }, ...slots },
    { taskQueue: taskQueues.lever, activities: lever, ...slots },
    ...Object.keys(registry).map((id) => ({
      taskQueue: taskQueues.vendor(id),
      activities: vendor,
      ...slots,
    })),
  ];
  return Promise.all(options.map((each) => Worker.create({ ...common, ...each })));
}

/**
 * Namespace, rates and the hub's own Schedules: what a server must know before the first task (decisions 0007, 0015 and
 * 0017).
 */
async function prepareServer(config: Config, ring: KeyRing, log: Logger): Promise<void> {
  const { namespace } = config.temporal;
  const temporal = await connectTemporal(config, ring);
  try {
    await untilPrepared(() =>
      prepareNamespace(
        temporal.connection,
        {
          namespace,
          ...namespaceNeeds,
        },
        log,
      ),
    );
    // A worker that was killed while it set one can leave the server unable to take another for a while. Rates that it has
    // already taken still hold, a 429 is waited out, and the rate check tells of what is missing: no reason not to work.
    const rate = async (taskQueue: string, perSecondPerKey: number): Promise<void> => {
      try {
        await setQueueRate(temporal.connection, { namespace, taskQueue, perSecondPerKey });
      } catch (error) {
        log.warn({ taskQueue, err: error }, 'the Temporal server did not take the rate of a task queue');
      }
    };
    await rate(taskQueues.lever, config.worker.leverRatePerSecond);
    const lifted = config.worker.leverRatePerSecond === 0;
    for (const vendor of Object.values(registry)) {
      await rate(taskQueues.vendor(vendor.id), lifted ? 0 : vendor.limits.perSecondPerConnection);
    }
    const schedules = [keepGrantsSchedule, probeAccessSchedule, forgetOldSchedule, sweepSchedule];
    for (const schedule of schedules.map((of) => of(config))) {
      await untilPrepared(() => ensureSchedule(temporal.client, schedule));
    }
  } finally {
    await temporal.close();
  }
}

/** A namespace that was just registered, or a server that is just coming up, needs a moment. */
const untilPrepared = (prepare: () => Promise<unknown>): Promise<unknown> =>
  retry(handleAll, { maxAttempts: 29, backoff: new ConstantBackoff(1_000) }).execute(prepare);
