import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Limits } from '../api/limits';
import { startApi } from '../api/server';
import type { Config } from '../platform/config';
import { ConfigError, loadConfig } from '../platform/config';
import { hubKeys } from '../platform/development-keys';
import { loadEnvFile } from '../platform/env-file';
import type { Logger } from '../platform/log';
import { createLogger } from '../platform/log';
import { runUntilStopped, unlessStopped } from '../platform/process';
import { vendorRoots } from '../vendors/registry';
import { startWorkers } from '../workers/start';
import { assemble } from './assemble';
import type { FolderLock } from './embedded/folder-lock';
import { FolderHeldElsewhereError, FolderLockedError, lockFolder } from './embedded/folder-lock';
import type { HeldPort, PortChoice } from './embedded/machine';
import { choosePort, holdPort } from './embedded/machine';
import { startEmbedded } from './embedded/runtime';
import { stopWithin } from './stop-within';

export interface RunningHub {
  config: Config;
  apiUrl: string;
  operatorToken: string;
  /** Only where the embedded server runs. */
  temporalUiUrl: string | null;
  done: Promise<void>;
  stop(): Promise<void>;
}

export interface HubOptions {
  ports?: {
    /** Default: PORT and no other. */
    hub?: PortChoice;
    temporal?: PortChoice;
    temporalUi?: PortChoice;
  };
  /** Default: those of every hub. */
  limits?: Partial<Limits>;
  /** What a person should read, a line each. */
  say: (line: string) => void;
  /** Aborted when the start is called off: what runs by then is stopped, and the signal's reason is thrown. */
  stopping?: AbortSignal;
}

/** The whole hub in one process: api, workers, and embedded parts where none are given. */
export async function startHub(given: Config, log: Logger, options: HubOptions): Promise<RunningHub> {
  const { ports = {}, say, stopping = new AbortController().signal } = options;
  const keys = hubKeys(given);
  const need = { postgres: given.databaseUrl === null, temporal: given.temporal.address === null };
  /** Waits for a part, unless the start is called off. */
  const part = <T>(starting: Promise<T>): Promise<T> =>
    unlessStopped(stopping, starting).catch((error: unknown) => {
      // What half-started workers say of servers that end under them helps nobody.
      if (stopping.aborted) log.level = 'silent';
      throw error;
    });
  return assemble(async (atEnd) => {
    // First of all: whoever starts a hub twice by mistake should read that, and nothing about ports.
    if (need.postgres || need.temporal) {
      const lock = await lockDataDir(given.dataDir);
      atEnd(() => lock.release());
    }
    const held = await holdHubPort(given, ports.hub ?? given.port, say);
    atEnd(() => held.release());
    const addressed = withPort(given, held.port);
    stopping.throwIfAborted();
    if (need.postgres || need.temporal)
      say(`Starting ${embeddedParts(need)} on the data in ${resolve(given.dataDir)}.`);
    // The embedded server's Web UI cannot send a token: it reads payloads under a ticket in the address.
    const codecTicket = randomBytes(32).toString('base64url');
    const starting = startEmbedded({
      dataDir: given.dataDir,
      need,
      namespace: given.temporal.namespace,
      ports,
      keptPorts: [held.port, ...metricsPorts(given)],
      codecEndpoint: `${addressed.publicUrl}/codec/${codecTicket}`,
      log: (line) => log.debug(line),
      say,
    });
    // Called off, it is not waited for, since a Temporal that has to be built takes minutes: the supervisors end the
    // servers when this process is gone.
    const embedded = await part(starting);
    atEnd(() => stopWithin('the embedded servers', () => embedded.stop(), say));
    const temporalUiUrl = given.temporal.uiUrl ?? embedded.temporalUiUrl;
    const config: Config = {
      ...addressed,
      databaseUrl: given.databaseUrl ?? embedded.applicationDatabaseUrl ?? null,
      migrationDatabaseUrl: given.migrationDatabaseUrl ?? embedded.databaseUrl ?? null,
      temporal: {
        ...given.temporal,
        address: given.temporal.address ?? embedded.temporalAddress ?? null,
        ...(temporalUiUrl !== undefined && { uiUrl: temporalUiUrl }),
      },
    };
    say('Starting the hub.');
    const api = await startApi({
      config,
      log,
      ...(need.temporal && { codecTicket }),
      ...(options.limits && { limits: options.limits }),
      beforeListening: () => held.release(),
    });
    atEnd(() => stopWithin('the api', () => api.stop(), say));
    stopping.throwIfAborted();
    const workers = await part(startWorkers(config, keys.ring, log));
    atEnd(() => stopWithin('the workers', () => workers.stop(), say));
    return {
      config,
      apiUrl: api.url,
      operatorToken: keys.operatorToken,
      temporalUiUrl: temporalUiUrl ?? null,
      done: Promise.race([workers.done, embedded.failed]),
    };
  });
}

const embeddedParts = (need: { postgres: boolean; temporal: boolean }): string =>
  [need.postgres ? 'PostgreSQL' : '', need.temporal ? 'Temporal' : '']
    .filter((part) => part !== '')
    .join(' and ');

/**
 * Two hubs on the same embedded data would each take the other's servers for its own.
 * @throws Error with the way out when a living hub has it
 */
async function lockDataDir(dataDir: string): Promise<FolderLock> {
  const folder = resolve(dataDir);
  try {
    await mkdir(dataDir, { recursive: true });
    return await lockFolder(dataDir);
  } catch (error) {
    throw new Error(whyNotLocked(folder, error as NodeJS.ErrnoException), { cause: error });
  }
}

function whyNotLocked(folder: string, error: NodeJS.ErrnoException): string {
  if (error instanceof FolderLockedError) {
    return `A hub (process ${error.pid}) already runs on the data in ${folder}. Stop it, or set DATA_DIR to another folder.`;
  }
  if (error instanceof FolderHeldElsewhereError) {
    return (
      `A hub on ${error.host}, in another container or on another machine, runs on the data in ${folder}, or was killed ` +
      `there. Only one may: stop it, or set DATA_DIR to another folder. If it is gone for certain, remove ${error.path}`
    );
  }
  return (
    `The data of the embedded servers cannot be kept in ${folder}: ${error.message}. ` +
    `Set DATA_DIR to a folder that this user may write to, or set DATABASE_URL and TEMPORAL_ADDRESS.`
  );
}

/** Held, as it is told to the embedded servers: nobody may take it while they start. */
async function holdHubPort(
  given: Config,
  choice: PortChoice,
  say: (line: string) => void,
): Promise<HeldPort> {
  const { metricsPort, publicUrl, host } = given;
  if (metricsPort)
    await checkMetricsPort(metricsPort, typeof choice === 'number' ? choice : choice.preferred, host);
  const wayOut = followsPort(given)
    ? 'Set PORT to a free one, or stop that program.'
    : `Set PORT to a free one, and see that PUBLIC_URL (${publicUrl}) leads there; or stop that program.`;
  const use = { what: 'the hub', wayOut, kept: metricsPorts(given), ...(host !== null && { host }) };
  return holdPort(choice, use, say);
}

const metricsPorts = ({ metricsPort }: Config): number[] => (metricsPort === null ? [] : [metricsPort]);

const local = (port: number): string => `http://localhost:${port}`;

/** Whether nobody has set a public address. */
const followsPort = ({ publicUrl, port }: Config): boolean => publicUrl === local(port);

/** The configuration with the port that the hub gets; its public address follows where nobody set one. */
const withPort = (given: Config, port: number): Config => ({
  ...given,
  port,
  ...(followsPort(given) && { publicUrl: local(port) }),
});

/** Now: the workers, who take it, come last, and then the one who has it may be the hub itself. */
async function checkMetricsPort(port: number, hub: number, host: string | null): Promise<void> {
  if (port === hub) {
    throw new ConfigError([`METRICS_PORT: must not be ${port}, where the hub itself listens (PORT)`]);
  }
  await choosePort(
    port,
    { what: 'metrics', wayOut: 'Set METRICS_PORT to a free one.', ...(host !== null && { host }) },
    () => undefined,
  );
}

/**
 * A port that somebody set, or that others rely on because they were told an address, is kept. For a first look on a
 * machine where the usual one is taken the next free one does as well.
 */
function hubPort(config: Config, env: NodeJS.ProcessEnv): PortChoice {
  const isSet = (name: string): boolean => (env[name] ?? '').trim() !== '';
  const relied = isSet('PORT') || isSet('PUBLIC_URL') || config.nodeEnv === 'production';
  return relied ? config.port : { preferred: config.port };
}

async function start(stopping: AbortSignal): Promise<RunningHub> {
  loadEnvFile();
  const config = loadConfig(process.env, vendorRoots);
  const log = createLogger({ level: config.logLevel, name: 'fulcrum' });
  const say = (line: string): void => console.log(line);
  stopping.addEventListener('abort', () => say('Stopping. Ctrl-C once more ends it at once.'));
  // Whoever reads it may have seen enough, as `head` has; the hub runs on.
  process.stdout.on('error', () => undefined);
  const hub = await startHub(config, log, { ports: { hub: hubPort(config, process.env) }, say, stopping });
  say(`Fulcrum is running at ${hub.apiUrl}`);
  if (hub.temporalUiUrl !== null) say(`Temporal Web UI: ${hub.temporalUiUrl}`);
  if (hubKeys(config).tokenGenerated) say(`Operator token (development): ${hub.operatorToken}`);
  return hub;
}

if (require.main === module) void runUntilStopped(start);
