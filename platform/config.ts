import type { z } from 'zod';
import type { Environment, VendorRoots } from './config-schema';
import { environmentSchema, vendorEnvironments } from './config-schema';
import type { TemporalConfig } from './config-temporal';
import { temporalErrors, temporalOf } from './config-temporal';
import type { LogLevel } from './log';

/**
 * The one place that reads the environment (decision 0024): parsed once, every fault reported at once, frozen, and
 * handed on.
 */

export interface LeverHosts {
  /** Root of the API, ending in `/v1`. */
  readonly apiUrl: string;
  /** Host before `/authorize` and `/oauth/token`. */
  readonly authUrl: string;
  readonly audience: string;
}

export interface OAuthClient {
  readonly id: string;
  readonly secret: string;
}

export interface VendorConfig {
  /**
   * Root of the vendor's API; empty where none is asked (Upwage posts to us) or where each connection names its
   * own (standard).
   */
  readonly baseUrl: string;
  /** The vendor's own OAuth app at Lever, per Lever environment. */
  readonly leverClients: { readonly production?: OAuthClient; readonly sandbox?: OAuthClient };
}

export interface Config {
  readonly nodeEnv: 'development' | 'production' | 'test';
  /** Where api listens; null: on every address of the machine. */
  readonly host: string | null;
  readonly port: number;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** Whose X-Forwarded-For is believed: that of so many proxies in front, or of proxies in these networks; 0: nobody's. */
  readonly trustProxy: number | readonly string[];
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Of the role that owns the tables, for migrations alone; null: `databaseUrl`. */
  readonly migrationDatabaseUrl: string | null;
  readonly databasePoolSize: number;
  /** How long the hub waits for its stores before it counts them as away, in milliseconds. */
  readonly storeTimeouts: {
    readonly connectMs: number;
    readonly statementMs: number;
    /** One call to Temporal while somebody waits for the answer. */
    readonly temporalMs: number;
  };
  readonly dataDir: string;
  readonly temporal: TemporalConfig;
  readonly temporalCli?: string;
  /** The key ring as written; null in development, where one is generated (`development-keys.ts`). */
  readonly keys: string | null;
  /** The ring of the addresses that others call, as written; null: that of {@link keys}. */
  readonly addressKeys: string | null;
  readonly operatorToken: string | null;
  /** Opens api's metrics and nothing else; null: the operator's token does. */
  readonly metricsToken: string | null;
  readonly lever: { readonly production: LeverHosts; readonly sandbox: LeverHosts };
  /** By the vendor's id. */
  readonly vendors: Readonly<Record<string, VendorConfig>>;
  readonly outboundAllow: readonly string[];
  readonly logLevel: LogLevel;
  /** Null: metrics are served by api alone. */
  readonly metricsPort: number | null;
  readonly reconcileIntervalMs: number;
  /** Age at which the tokens of a quiet connection are refreshed. */
  readonly grantRefreshAfterMs: number;
  /** What follows from a Lever that answers 401 to access that is not known to be gone. */
  readonly refusal: {
    readonly patienceMs: number;
    readonly probeEveryMs: number;
    readonly probeForMs: number;
  };
  readonly sweep: {
    readonly intervalMs: number;
    /** More rows than this, or than this percentage of the open ones, are not closed without a person. */
    readonly limitRows: number;
    readonly limitPercent: number;
  };
  readonly httpTimeoutMs: number;
  readonly unclearRetryDelayMs: number;
  /** How long Lever may take to show what it told of, or what was made there. */
  readonly leverLagMs: number;
  readonly pollIntervalMinMs: number;
  readonly pollIntervalMaxMs: number;
  /** A result that does not show yet is looked for several times within this time, then at the pace of polling. */
  readonly resultLooksWithinMs: number;
  /** … and after this long Lever is told without it. */
  readonly resultPatienceMs: number;
  readonly worker: {
    readonly maxConcurrentWorkflowTasks: number;
    readonly maxConcurrentActivities: number;
    readonly maxCachedWorkflows: number;
    /** A prebuilt workflow bundle; null: bundled at start. */
    readonly bundlePath: string | null;
    /** Requests to one Lever account per second; 0 lifts the limit. */
    readonly leverRatePerSecond: number;
  };
  readonly retry: {
    readonly initialIntervalMs: number;
    readonly maxIntervalMs: number;
    readonly startToCloseMs: number;
  };
  readonly keptDays: {
    /** Assessments and their timelines, after they closed. */
    readonly assessments: number;
    /** Messages that were refused. */
    readonly refused: number;
    /** Messages from which nothing followed. */
    readonly ignored: number;
    /** Messages that wait for a person or for Temporal. */
    readonly waiting: number;
    /** Credentials of a connection, after it was disabled. */
    readonly credentials: number;
  };
}

/** Everything that is wrong with the configuration. The message lists it all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * @param vendorRoots the vendors to read variables for, and where each is called by default
 * @throws ConfigError with every fault at once
 */
export function loadConfig(env: NodeJS.ProcessEnv, vendorRoots: VendorRoots): Config {
  // An empty line in an .env file means "not set".
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '').trim() !== ''),
  );
  const parsed = environmentSchema(vendorRoots).safeParse(given);
  const temporal = temporalOf(given);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.map(faultOf)),
    ...(typeof temporal === 'string' ? [temporal] : temporalErrors(given, temporal)),
  ];
  if (!parsed.success || typeof temporal === 'string' || faults.length > 0) throw new ConfigError(faults);
  return deepFreeze(configOf(parsed.data, temporal, vendorRoots));
}

const faultOf = (issue: z.core.$ZodIssue): string => `${issue.path.join('.')}: ${issue.message}`;

function configOf(env: Environment, temporal: TemporalConfig, vendorRoots: VendorRoots): Config {
  return {
    nodeEnv: env.NODE_ENV,
    host: env.HOST ?? (env.NODE_ENV === 'production' ? null : '127.0.0.1'),
    port: env.PORT,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    trustProxy: env.TRUST_PROXY,
    databaseUrl: env.DATABASE_URL ?? null,
    migrationDatabaseUrl: env.MIGRATION_DATABASE_URL ?? null,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    storeTimeouts: {
      connectMs: env.DATABASE_CONNECT_TIMEOUT,
      statementMs: env.DATABASE_STATEMENT_TIMEOUT,
      temporalMs: env.TEMPORAL_TIMEOUT,
    },
    dataDir: env.DATA_DIR,
    temporal,
    ...(env.TEMPORAL_CLI !== undefined && { temporalCli: env.TEMPORAL_CLI }),
    keys: env.FULCRUM_KEYS ?? null,
    addressKeys: env.FULCRUM_ADDRESS_KEYS ?? null,
    operatorToken: env.FULCRUM_OPERATOR_TOKEN ?? null,
    metricsToken: env.METRICS_TOKEN ?? null,
    lever: {
      production: { apiUrl: env.LEVER_API_URL, authUrl: env.LEVER_AUTH_URL, audience: env.LEVER_AUDIENCE },
      sandbox: {
        apiUrl: env.LEVER_SANDBOX_API_URL,
        authUrl: env.LEVER_SANDBOX_AUTH_URL,
        audience: env.LEVER_SANDBOX_AUDIENCE,
      },
    },
    vendors: vendorEnvironments(env, vendorRoots),
    outboundAllow: env.OUTBOUND_ALLOW,
    logLevel: env.LOG_LEVEL,
    metricsPort: env.METRICS_PORT ?? null,
    reconcileIntervalMs: env.RECONCILE_INTERVAL,
    grantRefreshAfterMs: env.GRANT_REFRESH_AFTER,
    refusal: {
      patienceMs: env.LEVER_PATIENCE,
      probeEveryMs: env.LEVER_PROBE_INTERVAL,
      probeForMs: env.LEVER_PROBE_FOR,
    },
    sweep: {
      intervalMs: env.SWEEP_INTERVAL,
      limitRows: env.SWEEP_LIMIT_ROWS,
      limitPercent: env.SWEEP_LIMIT_PERCENT,
    },
    httpTimeoutMs: env.HTTP_TIMEOUT,
    unclearRetryDelayMs: env.UNCLEAR_RETRY_DELAY,
    leverLagMs: env.LEVER_LAG,
    pollIntervalMinMs: env.POLL_INTERVAL_MIN,
    pollIntervalMaxMs: env.POLL_INTERVAL_MAX,
    resultLooksWithinMs: env.RESULT_LOOKS_WITHIN,
    resultPatienceMs: env.RESULT_PATIENCE,
    worker: {
      maxConcurrentWorkflowTasks: env.WORKER_MAX_WORKFLOW_TASKS,
      maxConcurrentActivities: env.WORKER_MAX_ACTIVITIES,
      maxCachedWorkflows: env.WORKER_MAX_CACHED_WORKFLOWS,
      bundlePath: env.WORKER_BUNDLE_PATH ?? null,
      leverRatePerSecond: env.WORKER_LEVER_RATE,
    },
    retry: {
      initialIntervalMs: env.WORKER_RETRY_INITIAL,
      maxIntervalMs: env.WORKER_RETRY_MAX,
      startToCloseMs: env.WORKER_START_TO_CLOSE,
    },
    keptDays: {
      assessments: env.RECORD_RETENTION_DAYS,
      refused: env.REFUSED_RETENTION_DAYS,
      ignored: env.IGNORED_RETENTION_DAYS,
      waiting: env.HELD_RETENTION_DAYS,
      credentials: env.DISABLED_CREDENTIALS_DAYS,
    },
  };
}

function deepFreeze<T>(value: T): T {
  // Bytes of certificates cannot be frozen, and need not be.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
