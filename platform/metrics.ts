import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The hub's own figures; those of workflows and activities come from Temporal's worker. Labels are few and bounded. */

export interface Metrics {
  registry: Registry;
  /** Inbound messages by what became of them. */
  deliveries: Counter<'source' | 'verdict'>;
  /** From the first byte read to the acknowledgement. */
  ingressSeconds: Histogram<'source' | 'status'>;
  /** Requests to Lever and the vendors by target and outcome (a status or a kind of fault). */
  outbound: Counter<'target' | 'outcome'>;
  outboundSeconds: Histogram<'target'>;
  /** 1 while a store answers: `database`, `temporal`, `snapshot`. */
  storeUp: Gauge<'store'>;
  /** Deliveries given to Temporal after it was away. */
  drained: Counter;
  /** Of the whole hub, whichever process is asked, from here on. Runs that need somebody. */
  runsInTrouble: Gauge<'kind'>;
  /** Age of what waits longest; 0: nothing waits. */
  oldestWait: Gauge<'what'>;
  deliveriesWaiting: Gauge<'verdict'>;
  connections: Gauge<'status'>;
  /** Open workflows whose tasks keep failing: a programming fault, or a deployment that cannot replay them. */
  failingTasks: Gauge;
  /** 1 while the sweep closes nothing until a person says so. */
  sweepAlarm: Gauge<'kind'>;
  sweepAge: Gauge;
  /** What no key of the ring opens. */
  unreadable: Gauge<'kind'>;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry of its own per call, so that two hubs in one process (tests) do not meet in it. */
export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry, prefix: 'fulcrum_' });
  return {
    registry,
    deliveries: new Counter({
      name: 'fulcrum_deliveries_total',
      help: 'Inbound messages by source and verdict',
      labelNames: ['source', 'verdict'],
      registers,
    }),
    ingressSeconds: new Histogram({
      name: 'fulcrum_ingress_seconds',
      help: 'Time to acknowledge an inbound message',
      labelNames: ['source', 'status'],
      buckets: seconds,
      registers,
    }),
    outbound: new Counter({
      name: 'fulcrum_outbound_requests_total',
      help: 'Requests to Lever and vendors by target and outcome',
      labelNames: ['target', 'outcome'],
      registers,
    }),
    outboundSeconds: new Histogram({
      name: 'fulcrum_outbound_seconds',
      help: 'Time of requests to Lever and vendors',
      labelNames: ['target'],
      buckets: seconds,
      registers,
    }),
    storeUp: new Gauge({
      name: 'fulcrum_store_up',
      help: 'Whether a store answers (1) or not (0)',
      labelNames: ['store'],
      registers,
    }),
    drained: new Counter({
      name: 'fulcrum_deliveries_drained_total',
      help: 'Pending deliveries given to Temporal after its return',
      registers,
    }),
    runsInTrouble: new Gauge({
      name: 'fulcrum_runs_in_trouble',
      help: 'Open runs that wait for a person (attention) or for Lever (suspended), and runs of the last day that ended unseen',
      labelNames: ['kind'],
      registers,
    }),
    oldestWait: new Gauge({
      name: 'fulcrum_oldest_wait_seconds',
      help: 'How long the oldest of these waits; 0 where none does',
      labelNames: ['what'],
      registers,
    }),
    deliveriesWaiting: new Gauge({
      name: 'fulcrum_deliveries_waiting',
      help: 'Deliveries that wait, by verdict',
      labelNames: ['verdict'],
      registers,
    }),
    connections: new Gauge({
      name: 'fulcrum_connections',
      help: 'Connections by status',
      labelNames: ['status'],
      registers,
    }),
    failingTasks: new Gauge({
      name: 'fulcrum_failing_workflows',
      help: 'Open workflows whose workflow task has failed several times in a row (TemporalReportedProblems)',
      registers,
    }),
    sweepAlarm: new Gauge({
      name: 'fulcrum_sweep_alarm',
      help: 'Whether the sweep closes nothing until a person says so (1), by reason',
      labelNames: ['kind'],
      registers,
    }),
    sweepAge: new Gauge({
      name: 'fulcrum_sweep_age_seconds',
      help: 'Time since the last sweep without an alarm',
      registers,
    }),
    unreadable: new Gauge({
      name: 'fulcrum_unreadable',
      help: 'What no key of the ring opens and is left out',
      labelNames: ['kind'],
      registers,
    }),
  };
}
