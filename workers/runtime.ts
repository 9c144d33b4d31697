import { types } from 'node:util';
import type { Logger as SdkLogger, LogMetadata, RuntimeOptions } from '@temporalio/worker';
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Config } from '../platform/config';
import type { Logger } from '../platform/log';

let installed = false;

/**
 * Said by the SDK at each start about each worker that has no workflows or no Nexus services: here that is all but one
 * of them, and all of them, on purpose. A warning that is always there hides those that are not.
 */
const intended = [/^No workflows registered, /, /^No Nexus services registered, /];
/** How each single worker comes up and goes down, some five lines each: for those who look for a fault in that. */
const ofEachWorker = 'Worker state changed';

/**
 * What the SDK says beside its message: ids, names and numbers as they are, errors by their type, code and place
 * (`platform/log.ts`). Anything else may hold what an activity was given or has answered.
 */
function plainMeta(meta: LogMetadata = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta).filter(
      ([, value]) =>
        ['string', 'number', 'boolean', 'bigint'].includes(typeof value) || types.isNativeError(value),
    ),
  );
}

/** The SDK's log as part of ours. */
export function sdkLogger(log: Logger): SdkLogger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, meta?: LogMetadata): void => {
      if (intended.some((known) => known.test(message))) return;
      const isFine = level === 'info' && message === ofEachWorker;
      log[isFine ? 'debug' : level](plainMeta(meta), message);
    };
  // The SDK's finest level prints whole activations, with payloads that the codec has opened.
  const drop = (): void => undefined;
  return {
    log: (level, message, meta) =>
      level === 'TRACE' ? drop() : write(level.toLowerCase() as 'info')(message, meta),
    trace: drop,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
}

/** Where the workers' own metrics are served: as api, by `HOST`, or a container's could be read from within alone. */
export function metricsAddress({ host, metricsPort }: Pick<Config, 'host' | 'metricsPort'>): string | null {
  if (metricsPort === null) return null;
  const address = host ?? '0.0.0.0';
  return `${address.includes(':') ? `[${address}]` : address}:${metricsPort}`;
}

/**
 * Joins the SDK's log, and that of its native core, to ours, and serves the workers' own metrics. Once per process: the
 * SDK allows no second runtime.
 */
export function installRuntime(config: Config, log: Logger): void {
  if (installed) return;
  installed = true;
  const bindAddress = metricsAddress(config);
  const options: RuntimeOptions = {
    logger: sdkLogger(log),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }), forward: {} },
      ...(bindAddress !== null && { metrics: { prometheus: { bindAddress } } }),
    },
    // Ending is ours: the worker drains before the process goes (workers/main.ts).
    shutdownSignals: [],
  };
  try {
    Runtime.install(options);
  } catch (error) {
    // The native core names neither the port nor what it is for.
    if (bindAddress === null) throw error;
    const why = types.isNativeError(error) ? error.message : String(error);
    throw new Error(`Port ${config.metricsPort} for metrics: ${why}. Set METRICS_PORT to a free one.`, {
      cause: error,
    });
  }
}
