import { startApi } from '../api/server';
import type { Config } from '../platform/config';
import { loadConfig } from '../platform/config';
import { codecTicket } from '../api/codec-ticket';
import { hubKeys } from '../platform/development-keys';
import { createLogger } from '../platform/log';
import type { Logger } from '../platform/log';
import { runUntilStopped } from '../platform/process';
import { vendorRoots } from '../vendors/registry';
import { startWorkers } from '../workers/start';
import { startEmbedded } from './embedded/runtime';

export interface RunningHub {
  config: Config;
  apiUrl: string;
  operatorToken: string;
  /** Only where the embedded server runs. */
  temporalUiUrl: string | null;
  done: Promise<void>;
  stop(): Promise<void>;
}

/** The whole hub in one process: api, workers, and embedded parts where none are given (design D17). */
export async function startHub(
  given: Config,
  log: Logger,
  ports: { temporal?: number; temporalUi?: number } = {},
): Promise<RunningHub> {
  const keys = hubKeys(given);
  const embedded = await startEmbedded({
    dataDir: given.dataDir,
    need: { postgres: given.databaseUrl === null, temporal: given.temporal.address === null },
    namespace: given.temporal.namespace,
    ports,
    codecEndpoint: `${given.publicUrl}/codec/${codecTicket(keys.ring)}`,
    log: (line) => log.debug(line),
  });
  const temporalUiUrl = given.temporal.uiUrl ?? embedded.temporalUiUrl;
  const config: Config = {
    ...given,
    databaseUrl: given.databaseUrl ?? embedded.databaseUrl ?? null,
    temporal: {
      ...given.temporal,
      address: given.temporal.address ?? embedded.temporalAddress ?? null,
      ...(temporalUiUrl !== undefined && { uiUrl: temporalUiUrl }),
    },
  };
  const stops: (() => Promise<void>)[] = [() => embedded.stop()];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    // The embedded server's Web UI cannot send a token: it reads payloads under a ticket in the address.
    const api = await startApi({ config, log, codecTickets: given.temporal.address === null });
    stops.push(() => api.stop());
    const workers = await startWorkers(config, keys.ring, log);
    stops.push(() => workers.stop());
    return {
      config,
      apiUrl: api.url,
      operatorToken: keys.operatorToken,
      temporalUiUrl: temporalUiUrl ?? null,
      done: Promise.race([workers.done, embedded.failed]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(): Promise<RunningHub> {
  const config = loadConfig(process.env, vendorRoots);
  const log = createLogger({ level: config.logLevel, name: 'fulcrum' });
  const hub = await startHub(config, log);
  console.log(`Fulcrum is running at ${hub.apiUrl}`);
  if (hub.temporalUiUrl !== null) console.log(`Temporal Web UI: ${hub.temporalUiUrl}`);
  if (hubKeys(config).development) console.log(`Operator token (development): ${hub.operatorToken}`);
  return hub;
}

if (require.main === module) void runUntilStopped(start);
