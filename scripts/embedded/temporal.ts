import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { LOOPBACK, freePort, isRunningWith, requireFreePort } from './machine';
import { type SupervisedServer, supervise } from './supervise';

const DEFAULT_PORT = 7233;
const DEFAULT_UI_PORT = 8233;
/** A cold start on a busy two-core machine takes 3 to 10 s. */
const HEALTHY_WITHIN_MS = 60_000;
const GRACE_MS = 10_000;
/** Ports found free may be taken by somebody else before the server listens on them. */
const START_ATTEMPTS = 3;

/** The search attributes by which an operator finds a run in Temporal Web UI; all are of type Keyword. */
export const SEARCH_ATTRIBUTES = [
  'FulcrumConnection',
  'FulcrumVendor',
  'FulcrumOpportunity',
  'FulcrumPosting',
  'FulcrumStatus',
  'FulcrumLastError',
] as const;

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
  /** 0: any free one. Default 7233. */
  port?: number;
  /** 0: any free one. Default 8233. */
  uiPort?: number;
  namespace: string;
  /** Address under which Temporal Web UI finds the hub's codec, to show payloads in plain text. */
  codecEndpoint?: string;
  /** False trades safety against power loss for speed, for tests. Default true. */
  fsync?: boolean;
  /** What the server prints (errors only). */
  log?: (line: string) => void;
}

export interface TemporalDevServer {
  /** host:port of the gRPC service. */
  address: string;
  uiUrl: string;
  pid: number;
  stop(): Promise<void>;
  /** SIGKILL; the same folder can be started again afterwards. */
  kill(): Promise<void>;
}

/**
 * Starts Temporal's development server on loopback with fairness, the hub's search attributes and a database file,
 * and waits until the namespace answers. It ends with the process that started it, even if that one is killed.
 * @throws Error with the way out: port taken, folder in use by another server, not healthy in time.
 */
export async function startTemporalDevServer(options: TemporalDevServerOptions): Promise<TemporalDevServer> {
  const dataDir = resolve(options.dataDir);
  const database = join(dataDir, 'temporal.db');
  await mkdir(dataDir, { recursive: true });
  await refuseSecondServer(dataDir, database);

  const attempts = options.port === 0 || options.uiPort === 0 ? START_ATTEMPTS : 1;
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(options);
    const server = await supervise({
      command: options.cli,
      args: startArguments(options, database, ports),
      // Nothing else: TEMPORAL_ADDRESS and the like are meant for the hub and would change what the CLI does.
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? dataDir },
      stopSignal: 'SIGTERM',
      graceMs: GRACE_MS,
      ...(options.log && { onLine: options.log }),
    });
    await writeFile(pidFile(dataDir), String(server.pid));
    const address = `${LOOPBACK}:${ports.port}`;
    try {
      await untilHealthy(server, address, options.namespace);
    } catch (error) {
      const portsTaken = !server.isRunning() && attempt < attempts;
      await server.kill();
      if (portsTaken) continue;
      throw error;
    }
    return {
      address,
      uiUrl: `http://${LOOPBACK}:${ports.uiPort}`,
      pid: server.pid,
      stop: () => server.stop(),
      kill: () => server.kill(),
    };
  }
}

interface Ports {
  port: number;
  uiPort: number;
}

async function choosePorts(options: TemporalDevServerOptions): Promise<Ports> {
  const { port = DEFAULT_PORT, uiPort = DEFAULT_UI_PORT } = options;
  const wayOut = `Set TEMPORAL_ADDRESS if a Temporal server already runs there; otherwise stop that program.`;
  if (port !== 0) await requireFreePort(port, 'the embedded Temporal server', wayOut);
  if (uiPort !== 0) await requireFreePort(uiPort, 'Temporal Web UI', wayOut);
  return { port: port || (await freePort()), uiPort: uiPort || (await freePort()) };
}

function startArguments(options: TemporalDevServerOptions, database: string, ports: Ports): string[] {
  const { namespace, codecEndpoint, fsync = true } = options;
  return [
    ...['server', 'start-dev', '--log-level', 'error', '--color', 'never', '--ui-disable-news-fetch'],
    ...['--ip', LOOPBACK, '--port', String(ports.port), '--ui-port', String(ports.uiPort)],
    // Write-ahead log: one fsync a commit instead of several, and a killed server's file opens without repair.
    ...['--db-filename', database, '--sqlite-pragma', 'journal_mode=wal'],
    ...['--sqlite-pragma', `synchronous=${fsync ? 'full' : 'off'}`],
    // Made beside "default", which always exists.
    ...['--namespace', namespace],
    ...(codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', codecEndpoint]),
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
  ];
}

/** Two servers on one SQLite file would each serve half of the runs. */
async function refuseSecondServer(dataDir: string, database: string): Promise<void> {
  const pid = Number(await readFile(pidFile(dataDir), 'utf8').catch(() => '0'));
  if (pid > 0 && (await isRunningWith(pid, database))) {
    throw new Error(
      `A Temporal server (process ${pid}) already uses ${database}. ` +
        `Stop it, set TEMPORAL_ADDRESS to use it, or set DATA_DIR to another folder.`,
    );
  }
}

function pidFile(dataDir: string): string {
  return join(dataDir, 'temporal.pid');
}

/** Healthy = the namespace can be described: the frontend's own health turns green before its namespaces are loaded. */
async function untilHealthy(server: SupervisedServer, address: string, namespace: string): Promise<void> {
  const giveUpAt = Date.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    if (!server.isRunning()) {
      throw new Error(`The embedded Temporal server ended while starting: ${server.lastLines()}`);
    }
    try {
      await describeNamespace(address, namespace);
      return;
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
