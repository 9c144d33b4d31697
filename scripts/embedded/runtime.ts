import { join, resolve } from 'node:path';
import { locateTemporalCli } from '../temporal-cli/locate';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres';
import { type TemporalDevServer, startTemporalDevServer } from './temporal';

export interface EmbeddedOptions {
  /** DATA_DIR: everything the embedded parts keep lies in it. */
  dataDir: string;
  /** Which parts are not given from outside by DATABASE_URL and TEMPORAL_ADDRESS. */
  need: { postgres: boolean; temporal: boolean };
  /** Default `fulcrum`. */
  database?: string;
  /** Default `default`. */
  namespace?: string;
  /** Defaults: PostgreSQL any free one, Temporal 7233 and 8233; 0 is any free one. */
  ports?: { postgres?: number; temporal?: number; temporalUi?: number };
  /** Address of the hub's codec for Temporal Web UI, such as http://localhost:8080/codec. */
  codecEndpoint?: string;
  /** False only for tests. Default true. */
  fsync?: boolean;
  /** Progress and what the servers print, one line each; default: standard error. */
  log?: (line: string) => void;
}

export interface EmbeddedRuntime {
  /** Only where it was needed; likewise below. */
  databaseUrl?: string;
  temporalAddress?: string;
  temporalUiUrl?: string;
  postgres?: EmbeddedPostgres;
  temporal?: TemporalDevServer;
  /** Ends what was started. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts the parts that nobody gave: PostgreSQL and a Temporal server, both on loopback, both with their data
 * under `dataDir`.
 * @throws Error with the way out; what was already started is ended first.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedRuntime> {
  const [postgres, temporal] = await Promise.allSettled([
    options.need.postgres ? startPostgres(options) : Promise.resolve(undefined),
    options.need.temporal ? startTemporal(options) : Promise.resolve(undefined),
  ]);
  const started = [postgres, temporal].flatMap((part) =>
    part.status === 'fulfilled' && part.value ? [part.value] : [],
  );
  const stop = async () => {
    await Promise.all(started.map((part) => part.stop()));
  };
  const failed = [postgres, temporal].find((part) => part.status === 'rejected');
  if (failed?.status === 'rejected') {
    await stop();
    throw failed.reason;
  }
  return {
    ...(postgres.status === 'fulfilled' &&
      postgres.value && { postgres: postgres.value, databaseUrl: postgres.value.url }),
    ...(temporal.status === 'fulfilled' &&
      temporal.value && {
        temporal: temporal.value,
        temporalAddress: temporal.value.address,
        temporalUiUrl: temporal.value.uiUrl,
      }),
    stop,
  };
}

function logger(options: EmbeddedOptions, part: string): (line: string) => void {
  const write = options.log ?? ((line: string) => process.stderr.write(`${line}\n`));
  return (line) => write(`${part}: ${line}`);
}

function startPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir: resolve(options.dataDir),
    port: options.ports?.postgres ?? 0,
    database: options.database ?? 'fulcrum',
    fsync: options.fsync ?? true,
    log: logger(options, 'postgres'),
  });
}

async function startTemporal(options: EmbeddedOptions): Promise<TemporalDevServer> {
  const cli = await locateTemporalCli({ log: logger(options, 'temporal-cli') });
  const { temporal: port, temporalUi: uiPort } = options.ports ?? {};
  return startTemporalDevServer({
    cli: cli.path,
    dataDir: join(resolve(options.dataDir), 'temporal'),
    ...(port !== undefined && { port }),
    ...(uiPort !== undefined && { uiPort }),
    namespace: options.namespace ?? 'default',
    ...(options.codecEndpoint !== undefined && { codecEndpoint: options.codecEndpoint }),
    fsync: options.fsync ?? true,
    log: logger(options, 'temporal'),
  });
}
