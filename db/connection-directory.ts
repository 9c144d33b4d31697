import { Client } from 'pg';
import type { Connection, ConnectionSecrets } from '../domain/connection';
import { FulcrumError } from '../domain/errors';
import type { Logger } from '../platform/log';
import type { Connections, SealedConnection, UnreadableConnection } from './repositories/connections';

/**
 * All connections in memory, so that a webhook is taken while the database is away (decision 0003). Secrets stay sealed.
 * It follows the database by LISTEN, and reads everything anew once in a while in case a notice was lost.
 */
export interface ConnectionDirectory {
  /** Begins to follow the database; resolves after the first try, whether it succeeded or not. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether the connections were read at least once. */
  isWarm(): boolean;
  byKey(key: string): Connection | null;
  byId(id: string): Connection | null;
  all(): Connection[];
  /** Ids of connections that no key of the ring opens; they are in none of the answers above. */
  unreadable(): string[];
  /** Whether such a one is called at this webhook address, or has this id. */
  isUnreadable(keyOrId: string): boolean;
  /** @throws FulcrumError `connection.missing` */
  secretsOf(id: string): ConnectionSecrets;
  /** Reads everything now; callers that come while one reads share the next one. @throws FulcrumError `db.unavailable` */
  refresh(): Promise<void>;
}

export interface DirectoryOptions {
  connections: Pick<Connections, 'snapshot' | 'openSecrets'>;
  listenUrl: string;
  log?: Logger;
  refreshMs?: number;
  /** Longest wait between two tries to reach the database. */
  retryMs?: number;
  /** Called with all connections after each reading. */
  read?: (all: readonly Connection[]) => void;
}

const channel = 'fulcrum_connections';

const webhookKeysOf = ({ key, formerAddresses }: Connection): string[] => [
  ...formerAddresses.map(({ webhookKey }) => webhookKey),
  key,
];

/** Former addresses are taken for a time. */
const isTaken = ({ key, formerAddresses }: Connection, called: string): boolean =>
  key === called ||
  formerAddresses.some(({ webhookKey, until }) => webhookKey === called && until > Date.now());

export function createConnectionDirectory(options: DirectoryOptions): ConnectionDirectory {
  const { connections, listenUrl, log } = options;
  const refreshMs = options.refreshMs ?? 60_000;
  const longestRetryMs = options.retryMs ?? 2000;

  let byId = new Map<string, SealedConnection>();
  let byKey = new Map<string, SealedConnection>();
  let unreadable = new Map<string, UnreadableConnection>();
  let warm = false;
  let stopped = true;
  let listener: Client | null = null;
  let retryMs = 100;
  let retryTimer: NodeJS.Timeout | undefined;
  let refreshTimer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | null = null;
  let nextRead: Promise<void> | null = null;

  async function read(): Promise<void> {
    const { connections: rows, unreadable: shut } = await connections.snapshot();
    byId = new Map(rows.map((row) => [row.connection.id, row]));
    byKey = new Map(rows.flatMap((row) => webhookKeysOf(row.connection).map((key) => [key, row])));
    for (const each of shut.filter(({ id }) => !unreadable.has(id)))
      log?.error({ connectionId: each.id }, `a connection cannot be read and is left out: ${each.why}`);
    unreadable = new Map(shut.map((each) => [each.id, each]));
    warm = true;
    options.read?.(rows.map((row) => row.connection));
  }

  /** A read that is under way may have missed the change that is asked for: one more follows it, for all who ask. */
  function refresh(): Promise<void> {
    if (reading === null) {
      reading = read().finally(() => {
        reading = null;
      });
      return reading;
    }
    nextRead ??= reading
      .catch(() => undefined)
      .then(() => {
        nextRead = null;
        return refresh();
      });
    return nextRead;
  }

  const refreshQuietly = (): Promise<void> =>
    refresh().catch((error: unknown) => {
      log?.warn({ err: error }, 'the connections could not be read; the last ones stay in use');
    });

  async function listen(): Promise<void> {
    const client = new Client({
      connectionString: listenUrl,
      connectionTimeoutMillis: 2000,
      keepAlive: true,
      application_name: 'fulcrum-listen',
    });
    client.on('notification', () => void refreshQuietly());
    // Both may come, in any order; only the first schedules the next try.
    client.on('error', () => lose(client));
    client.on('end', () => lose(client));
    listener = client;
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      // Whatever changed before the LISTEN was in force.
      await refresh();
      retryMs = 100;
    } catch (error) {
      log?.warn({ err: error }, 'the database cannot be listened to; trying again');
      lose(client);
    }
  }

  function lose(client: Client): void {
    if (listener !== client) return;
    listener = null;
    void client.end().catch(() => undefined);
    if (stopped) return;
    retryTimer = setTimeout(() => void listen(), retryMs);
    retryMs = Math.min(retryMs * 2, longestRetryMs);
  }

  return {
    async start() {
      if (!stopped) return;
      stopped = false;
      refreshTimer = setInterval(() => void refreshQuietly(), refreshMs);
      refreshTimer.unref();
      await listen();
    },

    async stop() {
      stopped = true;
      clearInterval(refreshTimer);
      clearTimeout(retryTimer);
      const client = listener;
      listener = null;
      await client?.end().catch(() => undefined);
      await (nextRead ?? reading)?.catch(() => undefined);
    },

    isWarm: () => warm,
    byKey: (key) => {
      const connection = byKey.get(key)?.connection ?? null;
      return connection !== null && isTaken(connection, key) ? connection : null;
    },
    byId: (id) => byId.get(id)?.connection ?? null,
    all: () => [...byId.values()].map((row) => row.connection),
    unreadable: () => [...unreadable.keys()],
    isUnreadable: (keyOrId) =>
      unreadable.has(keyOrId) || [...unreadable.values()].some(({ keys }) => keys.includes(keyOrId)),

    secretsOf(id) {
      const row = byId.get(id);
      if (row === undefined) {
        throw new FulcrumError('connection.missing', 'There is no connection with this id.', {
          detail: { connection: id },
        });
      }
      return connections.openSecrets(row);
    },

    refresh,
  };
}
