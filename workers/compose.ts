import type { ActivityDeps } from '../activities/deps';
import { createConnectionDirectory } from '../db/connection-directory';
import { openDatabase } from '../db/database';
import { createAssessments } from '../db/repositories/assessments';
import { createClaims } from '../db/repositories/claims';
import { createConnections } from '../db/repositories/connections';
import { createGrants } from '../db/repositories/grants';
import type { Connection } from '../domain/connection';
import { FulcrumError } from '../domain/errors';
import { createLeverClient } from '../lever/client';
import { createTokenSource } from '../lever/grants';
import type { Config } from '../platform/config';
import type { KeyRing } from '../platform/crypto/keyring';
import { createHttpClient } from '../platform/http/client';
import type { Logger } from '../platform/log';
import { vendor } from '../vendors/registry';

/** Everything a worker process holds, put together in one place. */
export interface WorkerParts {
  deps: ActivityDeps;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws Error when no database is configured */
export function composeWorker(config: Config, ring: KeyRing, log: Logger): WorkerParts {
  if (config.databaseUrl === null)
    throw new Error('DATABASE_URL is not set and no embedded database was started');
  const db = openDatabase({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    connectTimeoutMs: 2_000,
    statementTimeoutMs: 5_000,
    log,
  });
  const connections = createConnections(db, ring);
  const grants = createGrants(db, ring);
  const directory = createConnectionDirectory({
    connections,
    listenUrl: config.databaseUrl,
    log,
    refreshMs: 60_000,
  });
  const http = createHttpClient({ timeoutMs: config.httpTimeoutMs, userAgent: 'fulcrum' });
  const hosts = (connection: Connection) => config.lever[connection.environment];

  const tokens = createTokenSource({
    store: grants,
    http,
    log,
    oauth: (connectionId) => {
      const connection = directory.byId(connectionId);
      const client = connection && config.vendors[connection.vendor].leverClients[connection.environment];
      if (!connection || !client) {
        throw new FulcrumError(
          'connection.misconfigured',
          `No Lever OAuth app is configured for ${connection?.vendor ?? connectionId}; set its …_LEVER_CLIENT_ID and _SECRET.`,
        );
      }
      const tokenUrl = `${hosts(connection).authUrl}/oauth/token`;
      return { tokenUrl, clientId: client.id, clientSecret: client.secret };
    },
  });

  return {
    deps: {
      directory,
      connections,
      assessments: createAssessments(db, ring),
      claims: createClaims(db),
      leverFor: (connection) =>
        createLeverClient({
          apiUrl: hosts(connection).apiUrl,
          http,
          authorization: (options) => tokens.authorization(connection.id, options),
          performAs: connection.performAs,
        }),
      forgetGrant: (connectionId) => tokens.forget(connectionId),
      vendor,
      vendorBaseUrl: (id) => config.vendors[id].baseUrl,
      http,
      ring,
      publicUrl: config.publicUrl,
      polling: { minMs: config.pollIntervalMinMs, maxMs: config.pollIntervalMaxMs },
      unclearRetryDelayMs: config.unclearRetryDelayMs,
      log,
    },
    start: () => directory.start(),
    async stop() {
      await directory.stop();
      await http.close();
      await db.close();
    },
  };
}
