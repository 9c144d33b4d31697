import type { Connection } from '../domain/connection';
import type { Config } from '../platform/config';
import { addressRingOf, hubKeys } from '../platform/development-keys';
import { createHttpClient } from '../platform/http/client';
import { metered } from '../platform/http/metered';
import type { Logger } from '../platform/log';
import { createMetrics, type Metrics } from '../platform/metrics';
import { deleteSchedule, ensureSchedule } from '../platform/temporal/schedules';
import { isInviting } from '../vendors/define';
import { vendor } from '../vendors/registry';
import type { AppDeps } from './app';
import { composeConnect } from './connect/compose';
import { createVendorCatalogue } from './connections/catalogue';
import { createLeverAccount } from './connections/lever-account';
import { createMendWatch } from './connections/mend-watch';
import { createAddressRenewal } from './connections/new-addresses';
import { createReconciling } from './connections/reconciling';
import { createConnectionService } from './connections/service';
import type { ConnectionStore } from './connections/store';
import { createWebhookUpkeep } from './connections/webhook-upkeep';
import { composeIngress } from './ingress/compose';
import { createLookAgain } from './ingress/look-again';
import type { RowLimits } from './ingress/row-budget';
import { defaultLimits, type Limits } from './limits';
import { withClient } from './middleware/client-address';
import { prepareStores } from './preparation';
import { createRunActions } from './runs/actions';
import { createRunGateway } from './runs/gateway';
import { openStores, type Stores } from './stores';
import { createTokenLookup } from './tokens/lookup';
import { createGauges } from './watch';

export interface ComposeOptions {
  limits?: Partial<Limits>;
  /** Serve the codec to whoever has this in the address: only with the embedded dev server. */
  codecTicket?: string;
  /** How many rows messages may make of which nothing follows. */
  rowLimits?: RowLimits;
  /** Shared with the other parts of a process; default: a set of its own. */
  metrics?: Metrics;
}

/** The api put together, not yet listening. */
export interface ApiParts {
  app: AppDeps;
  /** Prepares the stores as far as they are there, and starts the loops. */
  start(): Promise<void>;
  /** Ends the loops, writes what waits in memory, closes the stores. */
  stop(): Promise<void>;
}

export async function composeApi(config: Config, log: Logger, options: ComposeOptions): Promise<ApiParts> {
  const { ring, operatorToken } = hubKeys(config);
  const addressRing = addressRingOf(config, ring);
  const metrics = options.metrics ?? createMetrics({ processMetrics: true });
  let revived: (connection: Connection, options?: { look?: boolean }) => void = () => undefined;
  let settleAddresses = (): void => undefined;
  let stillHeld = (): Promise<ReadonlySet<string>> => Promise.resolve(new Set());
  // Runs may find out that a connection is mended, in another process.
  const mended = createMendWatch(
    (connection) => revived(connection),
    () => stillHeld(),
  );
  const stores = await openStores(config, ring, log, (all) => {
    mended(all);
    if (all.some(({ addressKey }) => addressKey === null)) settleAddresses();
  });
  const { directory, assessments, deliveries } = stores;
  const runs = createRunGateway(stores.client, stores.breaker, log);
  const { rowLimits } = options;
  const ingress = composeIngress({ stores, runs, vendor, timing: config.retry, metrics, log, rowLimits });
  const addresses = { publicUrl: config.publicUrl, addressRing };
  const audit = withClient((entry) => stores.audit.append(entry));

  const reconciling = createReconciling({
    connections: () => directory.all(),
    isUnreadable: (id) => directory.isUnreadable(id),
    triggerStages: stores.triggerStages,
    vendor,
    ensure: (definition) => stores.breaker.run(() => ensureSchedule(stores.client, definition)),
    remove: (scheduleId) => stores.breaker.run(() => deleteSchedule(stores.client, scheduleId)),
    intervalMs: config.reconcileIntervalMs,
    timing: config.retry,
    log,
  });

  /** What goes on after its answer was given; the stores are closed only behind it. */
  const background = new Set<Promise<unknown>>();
  const inBackground = (connectionId: string, what: string, work: () => Promise<unknown>): void => {
    const working: Promise<unknown> = work()
      .catch((error: unknown) => log.warn({ connectionId, err: error }, what))
      .finally(() => background.delete(working));
    background.add(working);
  };
  // Neither must hold up the answer, and the runs look by themselves within the hour (decision 0010).
  revived = ({ id }, options) =>
    inBackground(id, 'could not wake all runs', () =>
      Promise.all([runs.wake(id, options), ingress.held.resume(id, Date.now())]),
    );
  settleAddresses = () =>
    inBackground('all', 'could not settle which key makes callback addresses', () =>
      stores.connections.settleAddressKey(addressRing.first.id),
    );
  stillHeld = () =>
    stores.held.stranded().catch((error: unknown) => {
      log.warn({ err: error }, 'could not ask what is held for connections that are active again');
      return new Set<string>();
    });
  const connectionDeps = {
    ...addresses,
    store: connectionStore(stores),
    account: createLeverAccount(stores.client, stores.breaker),
    catalogue: createVendorCatalogue(stores.client, stores.breaker),
    unclearDelayMs: config.unclearRetryDelayMs,
    vendor,
    changed: (connection: Connection) => reconciling.changed(connection),
    revived,
    ended: (id: string) => inBackground(id, 'could not end all runs', () => runs.end(id)),
  };
  const service = createConnectionService(connectionDeps);

  const upkeep = createWebhookUpkeep({
    connections: () => (directory.isWarm() ? directory.all() : null),
    checkWebhooks: (id, signal) =>
      stores.temporal.withAbortSignal(signal, () => service.checkWebhooks(id, signal)),
    log,
  });

  const http = createHttpClient({ timeoutMs: config.httpTimeoutMs, userAgent: 'fulcrum' });
  const connect = composeConnect({
    config,
    // Links and codes lie with customers, and outlive the keys that seal rows.
    ring: addressRing,
    links: stores.connectLinks,
    answers: stores.connectAnswers,
    service,
    vendor,
    http: metered(http, 'lever', (target, outcome, seconds) => {
      metrics.outbound.inc({ target, outcome });
      metrics.outboundSeconds.observe({ target }, seconds);
    }),
    audit,
    log,
  });

  const gauges = createGauges({
    read: () => stores.watch.read(),
    failingTasks: () => runs.countFailing(),
    metrics,
    log,
  });

  const app: AppDeps = {
    log,
    answered: (source, status, seconds) =>
      metrics.ingressSeconds.observe({ source, status: String(status) }, seconds),
    find: createTokenLookup(operatorToken, stores.tokens, log),
    audit,
    metricsToken: config.metricsToken,
    trustProxy: typeof config.trustProxy === 'number' ? config.trustProxy : [...config.trustProxy],
    limits: { ...defaultLimits, ...options.limits },
    health: {
      checks: {
        database: () => stores.connections.list({ limit: 1 }),
        temporal: () => stores.breaker.run(() => stores.temporal.workflowService.getSystemInfo({})),
        snapshot: async () => {
          if (!directory.isWarm()) throw new Error('no connection was read yet');
        },
      },
      found: (store, isUp) => metrics.storeUp.set({ store }, isUp ? 1 : 0),
      metrics: {
        contentType: metrics.registry.contentType,
        metrics: async () => {
          await gauges.refresh();
          metrics.unreadable.set({ kind: 'connection' }, directory.unreadable().length);
          return metrics.registry.metrics();
        },
      },
    },
    openApi: { publicUrl: config.publicUrl },
    webhooks: {
      intake: ingress.intake,
      heard: ingress.heard,
      isWarm: () => directory.isWarm(),
      connectionByKey: (key) => directory.byKey(key),
      isUnreadable: (key) => directory.isUnreadable(key),
      lookAgain: createLookAgain(() => directory.refresh()),
      signatureTokensOf: (id) => directory.secretsOf(id).signatureTokens,
    },
    callbacks: {
      intake: ingress.intake,
      addressRing,
      isWarm: () => directory.isWarm(),
      connectionById: (id) => directory.byId(id),
      isUnreadable: (id) => directory.isUnreadable(id),
      credentialsOf: (id) => directory.secretsOf(id).credentials,
      vendor,
    },
    pushedCatalogues: { keep: stores.catalogues.put, audit },
    codec: {
      ring,
      audit,
      uiOrigin: config.temporal.uiUrl === undefined ? null : new URL(config.temporal.uiUrl).origin,
      ticket: options.codecTicket ?? null,
    },
    connect: connect.pages,
    connectLinks: {
      ...connect.links,
      list: (filter, reach) => stores.connectLinks.list({ ...given(filter), reach }),
    },
    connections: {
      ...addresses,
      service,
      list: (filter, reach) => stores.connections.list({ ...given(filter), reach }),
      renewAddresses: createAddressRenewal(connectionDeps),
      grantLives: (ids) => stores.grants.lives(ids),
    },
    assessments: {
      list: (filter, reach) => assessments.list({ ...given(filter), reach }),
      get: (id, reach) => assessments.get(id, reach),
      timeline: (id) => assessments.timeline(id),
      actions: createRunActions(stores.client),
      isDisabled: (id) => directory.byId(id)?.status === 'disabled',
    },
    deliveries: {
      list: (filter, reach) => deliveries.list({ ...given(filter), reach }),
      get: (id, reach) => deliveries.get(id, reach),
      body: (id) => deliveries.body(id),
      tallies: (filter, reach) => stores.tallies.list({ ...given(filter), reach }),
      replay: ingress.replay,
    },
    held: { held: ingress.held, connection: service.get },
    sweep: { memory: stores.sweep },
    tokens: {
      tokens: stores.tokens,
      list: (filter, reach) => stores.tokens.list({ ...given(filter), reach }),
      vendorOf: async (id) => (await stores.connections.get(id))?.vendor ?? null,
    },
    auditLines: { list: (filter, reach) => stores.audit.list({ ...given(filter), reach }) },
    people: {
      erasures: stores.erasures,
      connections: () => directory.all(),
      canWithdraw: (id) => {
        const served = vendor(id);
        return isInviting(served) && served.requests.cancel !== undefined;
      },
      start: (erasureId) => runs.erase({ erasureId, timing: config.retry }),
    },
  };

  let stopPreparing = (): void => undefined;
  return {
    app,
    start: async () => {
      const preparation = prepareStores(stores, config, log);
      stopPreparing = preparation.stop;
      await preparation.ready;
      ingress.drainer.start();
      reconciling.start();
      upkeep.start();
    },
    stop: async () => {
      stopPreparing();
      await upkeep.stop();
      await reconciling.stop();
      await ingress.drainer.stop();
      await Promise.all(background);
      await ingress.outbox.flush();
      await ingress.tally.flush();
      if (ingress.outbox.size() > 0) {
        log.warn(
          { records: ingress.outbox.size() },
          'the database is away: delivery records are lost with this process',
        );
      }
      await http.close();
      await directory.stop();
      await stores.close();
    },
  };
}

const connectionStore = ({ connections, grants, directory }: Stores): ConnectionStore => ({
  insert: connections.insert,
  get: connections.get,
  update: connections.update,
  secrets: connections.secrets,
  changeSecrets: connections.changeSecrets,
  withRegistrationLock: connections.withRegistrationLock,
  abandon: connections.remove,
  replaceGrant: grants.replace,
  restoreGrant: (id, stored) => (stored === null ? grants.remove(id) : grants.restore(id, stored)),
  removeGrant: grants.remove,
  mend: connections.mend,
  refresh: () => directory.refresh(),
});

type Given<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out what was not given, for callees that tell "absent" from "undefined". */
const given = <T extends object>(filter: T): Given<T> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Given<T>;
