import type { Client, Connection as TemporalConnection } from '@temporalio/client';
import { type ConnectionDirectory, createConnectionDirectory } from '../db/connection-directory';
import { openDatabase } from '../db/database';
import { createHubSecret } from '../db/hub-secret';
import { type Assessments, createAssessments } from '../db/repositories/assessments';
import { type Audit, createAudit } from '../db/repositories/audit';
import { type Catalogues, createCatalogues } from '../db/repositories/catalogues';
import { type ConnectAnswers, createConnectAnswers } from '../db/repositories/connect-answers';
import { type ConnectLinks, createConnectLinks } from '../db/repositories/connect-links';
import { type Connections, createConnections } from '../db/repositories/connections';
import { createDeliveries, type Deliveries } from '../db/repositories/deliveries';
import { createErasures, type Erasures } from '../db/repositories/erasures';
import { createGrants, type Grants } from '../db/repositories/grants';
import { createHeldDeliveries, type HeldDeliveries } from '../db/repositories/held';
import { createOverflows, type Overflows } from '../db/repositories/overflows';
import { createSweepMemory, type SweepMemory } from '../db/repositories/sweep-memory';
import { createTallies, type Tallies } from '../db/repositories/tallies';
import { createTokens, type Tokens } from '../db/repositories/tokens';
import { createTombstones, erasureSecret, type Tombstones } from '../db/repositories/tombstones';
import { createTriggerStages, type TriggerStages } from '../db/repositories/trigger-stages';
import { createWatch, type Watch } from '../db/repositories/watch';
import type { Connection } from '../domain/connection';
import type { Config } from '../platform/config';
import type { KeyRing } from '../platform/crypto/keyring';
import type { Logger } from '../platform/log';
import { createBreaker, type TemporalBreaker } from '../platform/temporal/breaker';
import { connectTemporal } from '../platform/temporal/client';

/** What the api keeps things in: the hub's database and Temporal. */
export interface Stores {
  connections: Connections;
  connectLinks: ConnectLinks;
  connectAnswers: ConnectAnswers;
  grants: Grants;
  deliveries: Deliveries;
  tallies: Tallies;
  overflows: Overflows;
  held: HeldDeliveries;
  triggerStages: TriggerStages;
  sweep: SweepMemory;
  watch: Watch;
  catalogues: Catalogues;
  assessments: Assessments;
  audit: Audit;
  tokens: Tokens;
  erasures: Erasures;
  tombstones: Tombstones;
  directory: ConnectionDirectory;
  client: Client;
  temporal: TemporalConnection;
  breaker: TemporalBreaker;
  databaseUrl: string;
  close(): Promise<void>;
}

const refreshMs = 60_000;

/** Opens both lazily: the api starts, and takes what it can, while either is away. */
export async function openStores(
  config: Config,
  ring: KeyRing,
  log: Logger,
  /** Called with all connections whenever they were read. */
  read: (all: readonly Connection[]) => void,
): Promise<Stores> {
  if (config.databaseUrl === null) {
    throw new Error(
      'DATABASE_URL is not set. Set it, or run "npm start", which brings a database of its own.',
    );
  }
  if (config.temporal.address === null) {
    throw new Error(
      'TEMPORAL_ADDRESS is not set. Set it, or run "npm start", which brings a server of its own.',
    );
  }
  const database = openDatabase({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    connectTimeoutMs: config.storeTimeouts.connectMs,
    statementTimeoutMs: config.storeTimeouts.statementMs,
    log,
  });
  const temporal = await connectTemporal(config, ring);
  const connections = createConnections(database, ring);
  const secret = createHubSecret(database, ring, erasureSecret);
  return {
    connections,
    connectLinks: createConnectLinks(database, ring),
    connectAnswers: createConnectAnswers(database),
    grants: createGrants(database, ring),
    deliveries: createDeliveries(database, ring),
    tallies: createTallies(database),
    overflows: createOverflows(database),
    held: createHeldDeliveries(database),
    triggerStages: createTriggerStages(database),
    sweep: createSweepMemory(database),
    watch: createWatch(database),
    catalogues: createCatalogues(database),
    assessments: createAssessments(database, ring),
    audit: createAudit(database, ring),
    tokens: createTokens(database),
    erasures: createErasures(database, ring, secret),
    tombstones: createTombstones(database, secret),
    directory: createConnectionDirectory({
      connections,
      listenUrl: config.databaseUrl,
      log,
      refreshMs,
      read,
    }),
    client: temporal.client,
    temporal: temporal.connection,
    breaker: createBreaker({ client: temporal.client, deadlineMs: config.storeTimeouts.temporalMs }),
    databaseUrl: config.databaseUrl,
    close: async () => {
      await Promise.allSettled([database.close(), temporal.close()]);
    },
  };
}
