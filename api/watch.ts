import { troubleKinds, waitingVerdicts, type Watched } from '../db/repositories/watch';
import { connectionStatuses } from '../domain/connection-status';
import { sweepAlarms } from '../domain/sweep';
import type { Logger } from '../platform/log';
import type { Metrics } from '../platform/metrics';

/** Gauges of the whole hub, read when somebody asks for them. Every api process tells the same: take the highest. */
export interface Gauges {
  /** Brings them up to date; ends within a moment, and never fails. What cannot be read just now is told by no gauge. */
  refresh(): Promise<void>;
}

export interface GaugesDeps {
  /** @throws FulcrumError `db.unavailable` */
  read: () => Promise<Watched>;
  /** Open workflows whose tasks keep failing. @throws while Temporal is away */
  failingTasks: () => Promise<number>;
  metrics: Metrics;
  log: Logger;
}

/** Several that ask at once are told the same. */
const freshMs = 5_000;
/** Whoever scrapes waits no longer; the next one is told. */
const patienceMs = 2_500;

export function createGauges({ read, failingTasks, metrics, log }: GaugesDeps): Gauges {
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<unknown> | null = null;

  const fromDatabase = async (): Promise<void> => {
    const all = [
      metrics.runsInTrouble,
      metrics.oldestWait,
      metrics.deliveriesWaiting,
      metrics.connections,
      metrics.sweepAlarm,
      metrics.sweepAge,
    ];
    try {
      const seen = await read();
      for (const gauge of all) gauge.reset();
      show(metrics, seen);
    } catch (error) {
      for (const gauge of all) gauge.reset();
      log.debug({ err: error }, 'what waits cannot be counted just now');
    }
  };

  const fromTemporal = async (): Promise<void> => {
    try {
      metrics.failingTasks.set({}, await failingTasks());
    } catch (error) {
      metrics.failingTasks.reset();
      log.debug({ err: error }, 'failing tasks cannot be counted just now');
    }
  };

  return {
    async refresh() {
      if (reading === null && Date.now() - readAt >= freshMs) {
        reading = Promise.all([fromDatabase(), fromTemporal()]).finally(() => {
          readAt = Date.now();
          reading = null;
        });
      }
      if (reading !== null) await Promise.race([reading, pause(patienceMs)]);
    },
  };
}

function show(metrics: Metrics, seen: Watched): void {
  for (const kind of troubleKinds) {
    const { count, oldest } = seen.runs[kind];
    metrics.runsInTrouble.set({ kind }, count);
    // One that was closed waits for nothing any more.
    if (kind !== 'unseen') metrics.oldestWait.set({ what: kind }, oldest ?? 0);
  }
  for (const verdict of waitingVerdicts) {
    const { count, oldest } = seen.deliveries[verdict];
    metrics.deliveriesWaiting.set({ verdict }, count);
    metrics.oldestWait.set({ what: verdict }, oldest ?? 0);
  }
  for (const status of connectionStatuses) metrics.connections.set({ status }, seen.connections[status] ?? 0);
  for (const kind of sweepAlarms) metrics.sweepAlarm.set({ kind }, seen.alarm === kind ? 1 : 0);
  if (seen.sweepAge !== null) metrics.sweepAge.set({}, seen.sweepAge);
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
