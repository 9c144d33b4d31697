import type { ActivityDeps } from '../activities/deps';
import type { FailureEdge } from '../activities/failure';
import type { ReconcileDeps } from '../activities/reconciling';
import { createJudge } from '../activities/refusals';
import type { SweepDeps } from '../activities/sweeping';
import { createTroubleKeeper } from '../activities/troubles';
import { createConnectionDirectory } from '../db/connection-directory';
import { openDatabase } from '../db/database';
import type { HeldRelease } from '../db/held-release';
import { createHeldRelease } from '../db/held-release';
import { createHubSecret } from '../db/hub-secret';
import { createAssessments } from '../db/repositories/assessments';
import { createCatalogues } from '../db/repositories/catalogues';
import { createClaims } from '../db/repositories/claims';
import { createConnections } from '../db/repositories/connections';
import { createDeliveries, type Deliveries } from '../db/repositories/deliveries';
import { createErasures, type Erasures } from '../db/repositories/erasures';
import { createFiles } from '../db/repositories/files';
import { createGrants } from '../db/repositories/grants';
import { createHeldDeliveries } from '../db/repositories/held';
import { createRefusedAccess } from '../db/repositories/refused-access';
import type { Retention } from '../db/repositories/retention';
import { createRetention } from '../db/repositories/retention';
import { createSweptRows } from '../db/repositories/sweep';
import { createSweepMemory } from '../db/repositories/sweep-memory';
import { createTombstones, erasureSecret } from '../db/repositories/tombstones';
import { createTriggerStages } from '../db/repositories/trigger-stages';
import { createTroubles } from '../db/troubles';
import type { Connection } from '../domain/connection';
import { FulcrumError } from '../domain/errors';
import type { LeverClient } from '../lever/client';
import { createLeverClient } from '../lever/client';
import { createTokenSource } from '../lever/grants';
import type { Config } from '../platform/config';
import type { KeyRing } from '../platform/crypto/keyring';
import { addressRingOf } from '../platform/development-keys';
import type { HttpClient } from '../platform/http/client';
import { createHttpClient } from '../platform/http/client';
import { createDownloads } from '../platform/http/download';
import type { ReportRequest } from '../platform/http/metered';
import { metered, meteredDownloads } from '../platform/http/metered';
import type { Logger } from '../platform/log';
import { vendor } from '../vendors/registry';

/** Everything a worker process holds, put together in one place. */
export interface WorkerParts {
  deps: ActivityDeps;
  /** What looking for missed moves needs besides. */
  reconciling: Pick<ReconcileDeps, 'triggerStages'> & { deliveries: Deliveries };
  /** What waits until a connection is back. */
  held: Pick<HeldRelease, 'resume'>;
  retention: Retention;
  erasures: Erasures;
  /** What the sweep reads and sets right. */
  sweeping: Pick<SweepDeps, 'rows' | 'memory'>;
  edge: FailureEdge;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param report what becomes of each request to Lever and the vendors
 * @throws Error when no database is configured
 */
export function composeWorker(
  config: Config,
  ring: KeyRing,
  log: Logger,
  report: ReportRequest,
): WorkerParts {
  if (config.databaseUrl === null)
    throw new Error('DATABASE_URL is not set and no embedded database was started');
  const db = openDatabase({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    connectTimeoutMs: config.storeTimeouts.connectMs,
    statementTimeoutMs: config.storeTimeouts.statementMs,
    log,
  });
  const connections = createConnections(db, ring);
  const secret = createHubSecret(db, ring, erasureSecret);
  const files = createFiles(db, ring);
  // Longer than Lever may take to answer a refresh, so that those who wait find its result.
  const grants = createGrants(db, ring, { lockTimeoutMs: config.httpTimeoutMs + 5_000 });
  const directory = createConnectionDirectory({
    connections,
    listenUrl: config.databaseUrl,
    log,
    refreshMs: 60_000,
    // What was disabled, or is gone, leaves the memory of every process, however it hears of it.
    read: (all) => {
      const used = new Set(all.filter(({ status }) => status !== 'disabled').map(({ id }) => id));
      for (const id of tokens.remembered()) if (!used.has(id)) tokens.forget(id);
    },
  });
  const http = createHttpClient({ timeoutMs: config.httpTimeoutMs, userAgent: 'fulcrum' });
  const guardedHttp = createHttpClient({
    timeoutMs: config.httpTimeoutMs,
    userAgent: 'fulcrum',
    guard: { allow: config.outboundAllow },
  });
  const downloads = meteredDownloads(
    createDownloads({
      connectTimeoutMs: config.httpTimeoutMs,
      userAgent: 'fulcrum',
      allow: config.outboundAllow,
    }),
    report,
  );
  const httpTo = (target: string): HttpClient => metered(http, target, report);
  const hosts = (connection: Connection) => config.lever[connection.environment];

  const tokens = createTokenSource({
    store: grants,
    http: httpTo('lever'),
    log,
    oauth: (connectionId) => {
      const connection = directory.byId(connectionId);
      const client = connection && config.vendors[connection.vendor]?.leverClients[connection.environment];
      if (!connection || !client) {
        throw new FulcrumError(
          'connection.misconfigured',
          `No Lever OAuth app is configured for ${connection?.vendor ?? connectionId}; set its …_LEVER_CLIENT_ID and _SECRET.`,
          { detail: { part: 'app' } },
        );
      }
      const tokenUrl = `${hosts(connection).authUrl}/oauth/token`;
      return { tokenUrl, clientId: client.id, clientSecret: client.secret };
    },
    // Runs that start from now on share their Lever account's rate (decision 0007); nothing else depends on it.
    accountKnown: async (connectionId, leverAccountId) => {
      if (directory.byId(connectionId)?.leverAccountId !== null) return;
      try {
        await connections.update(connectionId, { leverAccountId });
        await directory.refresh();
      } catch (error) {
        log.warn({ connectionId, err: error }, 'the Lever account of a connection could not be noted');
      }
    },
  });

  /** For one activity. */
  const leverFor = (connection: Connection): LeverClient => {
    const repeatBy = Date.now() + (config.retry.startToCloseMs * 5) / 6;
    return createLeverClient({
      repeatBy: () => repeatBy,
      apiUrl: hosts(connection).apiUrl,
      http: httpTo('lever'),
      authorization: (options) => tokens.authorization(connection.id, options),
      performAs: connection.performAs,
      log: log.child({ connectionId: connection.id }),
    });
  };
  const troubles = createTroubleKeeper(createTroubles(db, ring), log);

  return {
    edge: {
      unclearRetryDelayMs: config.unclearRetryDelayMs,
      initialIntervalMs: config.retry.initialIntervalMs,
      maxIntervalMs: config.retry.maxIntervalMs,
      troubles,
      judge: createJudge({ directory, connections, leverFor, log }),
    },
    deps: {
      directory,
      connections,
      assessments: createAssessments(db, ring),
      claims: createClaims(db),
      files,
      catalogues: createCatalogues(db),
      tombstones: createTombstones(db, secret),
      leverFor,
      forgetGrant: (connectionId) => tokens.forget(connectionId),
      refreshGrant: async (connectionId) => {
        await tokens.authorization(connectionId, { fresh: true });
      },
      grants,
      refusedAccess: createRefusedAccess(db),
      refusal: config.refusal,
      longestCallMs: config.retry.startToCloseMs,
      vendor,
      vendorBaseUrl: (id) => config.vendors[id]?.baseUrl ?? '',
      httpTo,
      guardedHttpTo: (target) => metered(guardedHttp, target, report),
      downloads,
      ring,
      addressRing: addressRingOf(config, ring),
      publicUrl: config.publicUrl,
      resultWait: { looksWithinMs: config.resultLooksWithinMs, patienceMs: config.resultPatienceMs },
      polling: { minMs: config.pollIntervalMinMs, maxMs: config.pollIntervalMaxMs },
      leverLagMs: config.leverLagMs,
      unclearRetryDelayMs: config.unclearRetryDelayMs,
      log,
    },
    reconciling: { deliveries: createDeliveries(db, ring), triggerStages: createTriggerStages(db) },
    held: createHeldRelease({ held: createHeldDeliveries(db), log }),
    retention: createRetention(db, ring, (days) => files.removeOlderThan(days)),
    erasures: createErasures(db, ring, secret),
    sweeping: { rows: createSweptRows(db, ring), memory: createSweepMemory(db) },
    start: () => directory.start(),
    async stop() {
      await troubles.stop();
      await tokens.stop();
      await directory.stop();
      await Promise.all([http.close(), guardedHttp.close(), downloads.close()]);
      await db.close();
    },
  };
}
