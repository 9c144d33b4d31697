import { join } from 'node:path';
import { locateTemporalCli } from '../temporal-cli/locate';
import type { PortChoice } from './machine';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres';
import { keepRunning, type Kept } from './revive';
import { startTemporalDevServer, type TemporalDevServer } from './temporal';

export interface EmbeddedOptions {
  /** DATA_DIR: everything the embedded parts keep lies in it. */
  dataDir: string;
  /** Which parts are not given from outside by DATABASE_URL and TEMPORAL_ADDRESS. */
  need: { postgres: boolean; temporal: boolean };
  /** Default `fulcrum`. */
  database?: string;
  /** Default `default`. */
  namespace?: string;
  /** Defaults: PostgreSQL any free one, Temporal preferably 7233 and 8233. */
  ports?: { postgres?: number; temporal?: PortChoice; temporalUi?: PortChoice };
  /** Ports that others are going to want. */
  keptPorts?: readonly number[];
  /** Address of the hub's codec for Temporal Web UI, such as http://localhost:8080/codec. */
  codecEndpoint?: string;
  /** False only for tests. Default true. */
  fsync?: boolean;
  /** What the servers print, one line each; default: standard error. */
  log?: (line: string) => void;
  /** What a person should read: a long wait, another port than usual, a server that was left behind or crashed. Default: `log`. */
  say?: (line: string) => void;
}

export interface EmbeddedRuntime {
  /** Only where it was needed; likewise below. */
  databaseUrl?: string;
  /** Of the role that the hub works with, which a migration with `databaseUrl` makes. */
  applicationDatabaseUrl?: string;
  temporalAddress?: string;
  temporalUiUrl?: string;
  /** The processes that run now: a server that crashed was started again. */
  pids(): { postgres?: number; temporal?: number };
  /** Rejects when a server crashed and could not be started again; never resolves. */
  failed: Promise<never>;
  /** Ends what was started. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts the parts that nobody gave: PostgreSQL and a Temporal server, both on loopback, both with their data under
 * `dataDir`. One that crashes is started again where it was.
 * @throws Error with the way out; what was already started is ended first.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedRuntime> {
  const starting = options.need.postgres ? startPostgres(options) : undefined;
  const parts = await Promise.allSettled([
    starting,
    options.need.temporal ? startTemporal(options, onlyError(starting)) : undefined,
  ]);
  const [postgres, temporal] = [valueOf(parts[0]), valueOf(parts[1])];
  const started = [postgres, temporal].filter((part) => part !== undefined);
  const stop = async () => {
    throwFirst(await Promise.allSettled(started.map((part) => part.stop())));
  };
  try {
    throwFirst(parts);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  const failed = Promise.race(started.map((part) => part.failed));
  // Whoever does not look at it must not fall over it.
  failed.catch(() => undefined);
  return {
    ...(postgres && {
      databaseUrl: postgres.current().url,
      applicationDatabaseUrl: postgres.current().applicationUrl,
    }),
    ...(temporal && {
      temporalAddress: temporal.current().address,
      temporalUiUrl: temporal.current().uiUrl,
    }),
    pids: () => ({
      ...(postgres && { postgres: postgres.current().pid }),
      ...(temporal && { temporal: temporal.current().pid }),
    }),
    failed,
    stop,
  };
}

/** Rejects as `part` does; never resolves. */
async function onlyError(part: Promise<unknown> | undefined): Promise<never> {
  await part;
  return new Promise(() => undefined);
}

const valueOf = <T>(part: PromiseSettledResult<T>): T | undefined =>
  part.status === 'fulfilled' ? part.value : undefined;

function throwFirst(outcomes: PromiseSettledResult<unknown>[]): void {
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

type Lines = Required<Pick<EmbeddedOptions, 'log' | 'say'>>;

function linesOf(
  { log = (line) => process.stderr.write(`${line}\n`), say = log }: EmbeddedOptions,
  part: string,
): Lines {
  return { log: (line) => log(`${part}: ${line}`), say };
}

async function startPostgres(options: EmbeddedOptions): Promise<Kept<EmbeddedPostgres>> {
  const lines = linesOf(options, 'postgres');
  const startOn = (port: number): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      dataDir: options.dataDir,
      port,
      keptPorts: options.keptPorts ?? [],
      database: options.database ?? 'fulcrum',
      fsync: options.fsync ?? true,
      ...lines,
    });
  const first = await startOn(options.ports?.postgres ?? 0);
  return keepRunning('embedded PostgreSQL', first, ({ port }) => startOn(port), lines.say);
}

/** @param inVain rejects when it need not be started any more */
async function startTemporal(
  options: EmbeddedOptions,
  inVain: Promise<never>,
): Promise<Kept<TemporalDevServer>> {
  const lines = linesOf(options, 'temporal');
  // Getting it takes minutes the first time, which nobody should spend wondering, nor wait for in vain.
  const cli = await Promise.race([locateTemporalCli({ log: linesOf(options, 'temporal-cli').say }), inVain]);
  const startOn = ({
    temporal,
    temporalUi,
  }: NonNullable<EmbeddedOptions['ports']>): Promise<TemporalDevServer> =>
    startTemporalDevServer({
      cli: cli.path,
      dataDir: join(options.dataDir, 'temporal'),
      ...(temporal !== undefined && { port: temporal }),
      ...(temporalUi !== undefined && { uiPort: temporalUi }),
      keptPorts: options.keptPorts ?? [],
      namespace: options.namespace ?? 'default',
      ...(options.codecEndpoint !== undefined && { codecEndpoint: options.codecEndpoint }),
      fsync: options.fsync ?? true,
      ...lines,
    });
  const first = await startOn(options.ports ?? {});
  const again = ({ ports }: TemporalDevServer): Promise<TemporalDevServer> =>
    startOn({ temporal: ports.port, temporalUi: ports.uiPort });
  return keepRunning('embedded Temporal server', first, again, lines.say);
}
