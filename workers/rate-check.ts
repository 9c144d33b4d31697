import { setTimeout as sleep } from 'node:timers/promises';
import { Runtime } from '@temporalio/worker';
import type { Config } from '../platform/config';
import type { KeyRing } from '../platform/crypto/keyring';
import type { Logger } from '../platform/log';
import { connectTemporal } from '../platform/temporal/client';
import { probeRate } from '../platform/temporal/rate-probe';
import type { RateVerdict } from '../platform/temporal/rate-verdict';

/** A machine that is starting up is busy: when the server was too slow to be judged, it is asked again. */
const tries = 4;
const pauseMs = 30_000;

const goesOn = 'A 429 of Lever is waited out as before, so nothing is lost.';
const todo =
  'Set matching.useNewMatcher and matching.enableFairness to true in its dynamic configuration, and one partition for the queue "lever"';

const warnings: Record<Exclude<RateVerdict, 'kept' | 'unclear'>, string> = {
  exceeded: `the Temporal server does not keep the rates of the Lever accounts. ${todo}. ${goesOn}`,
  unfair: `the Temporal server keeps the rates, but has one Lever account wait behind the queue of another. ${todo}. ${goesOn}`,
  unsupported: `the Temporal server is too old to keep the rates of the Lever accounts. Use 1.31 or newer. ${todo}. ${goesOn}`,
};

/**
 * Asks in the background whether the server keeps the rates (decision 0007), and tells the operator. Whatever comes of it,
 * the workers work. Served as `fulcrum_lever_rate_kept` beside the workers' own metrics.
 */
export function startRateCheck(config: Config, ring: KeyRing, log: Logger): { stop(): Promise<void> } {
  if (config.worker.leverRatePerSecond === 0) {
    log.debug('the rates are lifted by configuration: not asked whether the server keeps them');
    return { stop: async () => undefined };
  }
  const stopping = new AbortController();
  const { signal } = stopping;
  const checking = check(config, ring, log, signal).catch((error: unknown) => {
    if (!signal.aborted) {
      log.warn({ err: error }, 'it could not be found out whether the Temporal server keeps the rates');
    }
  });
  return {
    stop: async () => {
      stopping.abort();
      await checking;
    },
  };
}

async function check(config: Config, ring: KeyRing, log: Logger, signal: AbortSignal): Promise<void> {
  const { connection, close } = await connectTemporal(config, ring);
  try {
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      if (attempt > 1) await sleep(pauseMs, undefined, { signal });
      const verdict = await probeRate(connection, { namespace: config.temporal.namespace, signal });
      if (verdict === 'unclear') continue;
      report(verdict, log);
      return;
    }
    log.info('the Temporal server is too busy to tell whether it keeps the rates');
  } finally {
    await close();
  }
}

function report(verdict: Exclude<RateVerdict, 'unclear'>, log: Logger): void {
  Runtime.instance()
    .metricMeter.createGauge(
      'fulcrum_lever_rate_kept',
      'int',
      undefined,
      'Whether the Temporal server keeps the rate of each Lever account (1) or not (0), asked at the start',
    )
    .set(verdict === 'kept' ? 1 : 0);
  if (verdict === 'kept') log.info('the Temporal server keeps the rate of each Lever account');
  else log.warn({ verdict }, warnings[verdict]);
}
