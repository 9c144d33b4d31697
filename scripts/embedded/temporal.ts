import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { namespaceNeeds } from '../../workflows/search-attributes';
import { endLeftBehind, type ServerKind } from './left-behind';
import { choosePort, LOOPBACK, type PortChoice } from './machine';
import { supervise, type SupervisedServer } from './supervise';

/** Temporal's own; taken by somebody else, the next free ones do as well. */
const DEFAULT_PORT: PortChoice = { preferred: 7233 };
const DEFAULT_UI_PORT: PortChoice = { preferred: 8233 };
/** A cold start on a busy two-core machine takes 3 to 10 s. */
const HEALTHY_WITHIN_MS = 60_000;
const STOP_SIGNAL = 'SIGTERM';
const GRACE_MS = 10_000;
/** Nobody else starts one with just these words. */
const HUBS_WORDS = ['--log-level', 'error', '--color', 'never', '--ui-disable-news-fetch'];
/** SQLite takes the name for an address, where these mean something; and the CLI looks for the file by its plain name. */
const NOT_IN_PATHS = /[?#%]/;
/** Ports found free may be taken by somebody else before the server listens on them. */
const START_ATTEMPTS = 3;

/**
 * Dynamic configuration. One partition makes the rate per fairness key exact (with four it was measured at 7.9/s
 * instead of 10/s), and only queue `lever` needs that. The flag of `start-dev` takes one value per key and cannot
 * be limited to a task queue: its server knows constraints only from a file, which `start-dev` does not read. So
 * the embedded server has one partition for every queue. That costs nothing there, since partitions spread load
 * over several matching hosts and it is one process. In production deploy/temporal/dynamic-config.yaml limits it.
 */
const DYNAMIC_CONFIG = {
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // Default 5, which takes most of a minute: /metrics and Web UI should show a failing workflow task before that.
  'system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute': 2,
};

export interface TemporalDevServerOptions {
  /** Path of the Temporal CLI. */
  cli: string;
  /** Folder of the database file; made if missing. The same folder after a restart brings back the same runs. */
  dataDir: string;
  /** Default: preferably 7233. */
  port?: PortChoice;
  /** Default: preferably 8233. */
  uiPort?: PortChoice;
  /** Ports that others are going to want. */
  keptPorts?: readonly number[];
  namespace: string;
  /** Address under which Temporal Web UI finds the hub's codec, to show payloads in plain text. */
  codecEndpoint?: string;
  /** False trades safety against power loss for speed, for tests. Default true. */
  fsync?: boolean;
  /** What the server prints (errors only). */
  log?: (line: string) => void;
  /** What a person should read: another port than usual, a server left behind. Default: `log`. */
  say?: (line: string) => void;
}

export interface TemporalDevServer {
  /** host:port of the gRPC service. */
  address: string;
  uiUrl: string;
  ports: Ports;
  pid: number;
  /** Resolves when it has ended, for whatever reason. */
  exited: Promise<unknown>;
  stop(): Promise<void>;
  /** SIGKILL; the same folder can be started again afterwards. */
  kill(): Promise<void>;
}

/**
 * Starts Temporal's development server on loopback with fairness, the hub's search attributes and a database file,
 * and waits until the namespace answers. It ends with the process that started it, even if that one is killed; one that
 * was left behind nevertheless is ended.
 * @throws Error with the way out: port taken, folder in use by a living hub, a name of the folder that it cannot have, not
 * healthy in time.
 */
export async function startTemporalDevServer(options: TemporalDevServerOptions): Promise<TemporalDevServer> {
  const { log = () => undefined, say = log } = options;
  await mkdir(options.dataDir, { recursive: true });
  // One folder has one name, so that a server on it is found by that name.
  const dataDir = await realpath(options.dataDir);
  const database = join(dataDir, 'temporal.db');
  const [unfit] = NOT_IN_PATHS.exec(database) ?? [];
  if (unfit !== undefined) {
    throw new Error(
      `The embedded Temporal server cannot keep its data in ${dataDir}: there is a "${unfit}" in that name. ` +
        `Set DATA_DIR to a folder without ?, # and %, or set TEMPORAL_ADDRESS.`,
    );
  }
  await endLeftBehind(serverKind(database), say);
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(options, say);
    const server = await supervise({
      command: options.cli,
      args: startArguments(options, database, ports),
      // Nothing else: TEMPORAL_ADDRESS and the like are meant for the hub and would change what the CLI does.
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? dataDir },
      stopSignal: STOP_SIGNAL,
      graceMs: GRACE_MS,
      onLine: log,
    });
    const address = `${LOOPBACK}:${ports.port}`;
    try {
      await untilHealthy(server, address, options.namespace);
    } catch (error) {
      const mayPass = !server.isRunning() && attempt < START_ATTEMPTS;
      await server.kill();
      if (mayPass) continue;
      throw error;
    }
    return {
      address,
      uiUrl: `http://${LOOPBACK}:${ports.uiPort}`,
      ports,
      pid: server.pid,
      exited: server.exited,
      stop: () => server.stop(),
      kill: () => server.kill(),
    };
  }
}

interface Ports {
  port: number;
  uiPort: number;
}

async function choosePorts(options: TemporalDevServerOptions, say: (line: string) => void): Promise<Ports> {
  const wayOut = `Set TEMPORAL_ADDRESS if a Temporal server already runs there; otherwise stop that program.`;
  const use = { wayOut, host: LOOPBACK };
  const { port: grpc = DEFAULT_PORT, uiPort: ui = DEFAULT_UI_PORT, keptPorts: kept = [] } = options;
  const port = await choosePort(grpc, { ...use, kept, what: 'the embedded Temporal server' }, say);
  const uiPort = await choosePort(ui, { ...use, kept: [...kept, port], what: 'Temporal Web UI' }, say);
  return { port, uiPort };
}

function startArguments(options: TemporalDevServerOptions, database: string, ports: Ports): string[] {
  const { namespace, codecEndpoint, fsync = true } = options;
  return [
    ...['server', 'start-dev', ...HUBS_WORDS],
    ...['--ip', LOOPBACK, '--port', String(ports.port), '--ui-port', String(ports.uiPort)],
    // Write-ahead log: one fsync a commit instead of several, and a killed server's file opens without repair.
    ...['--db-filename', database, '--sqlite-pragma', 'journal_mode=wal'],
    ...['--sqlite-pragma', `synchronous=${fsync ? 'full' : 'off'}`],
    // Made beside "default", which always exists.
    ...['--namespace', namespace],
    ...(codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', codecEndpoint]),
    // By which an operator finds a run in Temporal Web UI.
    ...namespaceNeeds.searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
  ];
}

/** Two servers on one SQLite file would each serve half of the runs. */
function serverKind(database: string): ServerKind {
  return {
    name: 'Temporal server',
    uses: database,
    traces: [{ args: ['--db-filename', database] }],
    mayBe: ({ ranWith }) => ranWith('server', 'start-dev'),
    marks: [HUBS_WORDS],
    stopSignal: STOP_SIGNAL,
    graceMs: GRACE_MS,
    wayOut: 'Stop it, set TEMPORAL_ADDRESS to use its server, or set DATA_DIR to another folder.',
  };
}

/**
 * Healthy = the namespace can be described: the frontend's own health turns green before its namespaces are loaded. And
 * it is this server that answers: it greets as soon as it listens. Somebody else's, quicker at the port, has a namespace
 * of that name as well.
 */
async function untilHealthy(server: SupervisedServer, address: string, namespace: string): Promise<void> {
  const giveUpAt = Date.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    if (!server.isRunning()) {
      throw new Error(`The embedded Temporal server ended while starting: ${server.lastLines()}`);
    }
    try {
      await describeNamespace(address, namespace);
      if (server.hasGreeted()) return;
      throw new Error('Another server answers at its port.');
    } catch (error) {
      if (Date.now() > giveUpAt) {
        throw new Error(
          `The embedded Temporal server did not become healthy within ${HEALTHY_WITHIN_MS / 1000} s: ${server.lastLines()}`,
          { cause: error },
        );
      }
      await sleep(100);
    }
  }
}

async function describeNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}
