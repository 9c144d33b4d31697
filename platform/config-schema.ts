import { z } from 'zod';
import { duration } from '../domain/durations';
import { byTodaysNames, nameAsGiven } from './config-former-names';
import { productionErrors } from './config-production';
import { KeyRingError, parseKeyRing } from './crypto/keyring';
import { familyOf, parseCidr } from './http/cidr';
import { logLevels } from './log';

/** The environment variables (decision 0024), with their defaults and what may stand in them. */

/**
 * The vendors that variables are read for: id → root of its API where no variable names another, '' for none. Platform
 * knows no vendor by name; who starts the hub brings the registry's.
 */
export type VendorRoots = Readonly<Record<string, string>>;

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && value <= most, { message: `must be from ${least} to ${most}` });

const port = whole(0, 65_535);

/** A root to which paths are appended. */
const rootUrl = z
  .url({ protocol: /^https?$/, message: 'must be an address like https://host/path', abort: true })
  .refine((text) => !/[?#]|^https?:\/\/[^/]*@/i.test(text), {
    message: 'must be an address like https://host/path: without user name and password, ? and #',
  })
  .transform((text) => text.replace(/(?<!\/)\/+$/, ''));

const databaseUrl = z.string().refine((text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text), {
  message: 'must be an address like postgres://user:password@host:5432/database',
});

const keyRing = z.string().superRefine((text, context) => {
  try {
    parseKeyRing(text);
  } catch (error) {
    const message = error instanceof KeyRingError ? error.message : 'cannot be read';
    context.addIssue({ code: 'custom', message });
  }
});

const token = z
  .string()
  .min(16, 'must have 16 characters at least; make one with: openssl rand -base64 32')
  // Others start, and then no request can carry them.
  .regex(/^[!-~]*$/, 'must have no spaces and only ASCII characters');

const networks = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .superRefine((parts, context) => {
    for (const part of parts.filter((text) => parseCidr(text) === null)) {
      context.addIssue({ code: 'custom', message: `"${part}" is not a network like 10.0.0.0/8 or ::1/128` });
    }
  });

const orHowMany = 'or how many proxies there are, e.g. 1';

/** How many proxies stand in front, or the networks they are in. */
const proxies = z.string().transform((text, context): number | string[] => {
  if (/^\d+$/.test(text.trim())) {
    const hops = Number(text);
    if (hops <= 10) return hops;
    context.addIssue({ code: 'custom', message: 'must be from 0 to 10 proxies, or their networks' });
    return z.NEVER;
  }
  const parsed = networks.safeParse(text);
  for (const { message } of parsed.error?.issues ?? []) {
    context.addIssue({ code: 'custom', message: `${message}, ${orHowMany}` });
  }
  if (!parsed.success) return z.NEVER;
  for (const network of parsed.data.filter((each) => parseCidr(each)?.bits === 0)) {
    const message = `"${network}" is everybody: anyone could then claim to be anyone. Name the networks of your proxies, ${orHowMany}`;
    context.addIssue({ code: 'custom', message });
  }
  return parsed.data.length === 0 ? 0 : parsed.data;
});

const general = z.object({
  // A slip of the pen must not switch off what production asks for. "test" is what Jest sets.
  NODE_ENV: z
    .enum(['development', 'production', 'test'], { message: 'must be development or production' })
    .default('development'),
  HOST: z
    .string()
    .refine((text) => familyOf(text) !== null, {
      message: 'must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them',
    })
    .optional(),
  PORT: port.default(8080),
  PUBLIC_URL: rootUrl.optional(),
  // Read by `productionErrors` alone.
  ALLOW_HTTP_PUBLIC_URL: z.enum(['true', 'false'], { message: 'must be true or false' }).optional(),
  TRUST_PROXY: proxies.default(0),
  DATABASE_URL: databaseUrl.optional(),
  MIGRATION_DATABASE_URL: databaseUrl.optional(),
  DATABASE_POOL_SIZE: whole(1, 1000).default(10),
  DATABASE_CONNECT_TIMEOUT: duration.default(2_000),
  DATABASE_STATEMENT_TIMEOUT: duration.default(5_000),
  TEMPORAL_TIMEOUT: duration.default(2_000),
  DATA_DIR: z.string().default('.fulcrum'),
  TEMPORAL_UI_URL: rootUrl.optional(),
  TEMPORAL_CLI: z.string().optional(),
  FULCRUM_KEYS: keyRing.optional(),
  FULCRUM_ADDRESS_KEYS: keyRing.optional(),
  FULCRUM_OPERATOR_TOKEN: token.optional(),
  METRICS_TOKEN: token.optional(),
  // Hosts: Lever's developer documentation and its OAuth page.
  LEVER_API_URL: rootUrl.default('https://api.lever.co/v1'),
  LEVER_AUTH_URL: rootUrl.default('https://auth.lever.co'),
  // With its slash at the end: without it Lever's consent page offers no permissions.
  LEVER_AUDIENCE: z.string().default('https://api.lever.co/v1/'),
  LEVER_SANDBOX_API_URL: rootUrl.default('https://api.sandbox.lever.co/v1'),
  LEVER_SANDBOX_AUTH_URL: rootUrl.default('https://sandbox-lever.auth0.com'),
  LEVER_SANDBOX_AUDIENCE: z.string().default('https://api.sandbox.lever.co/v1/'),
  OUTBOUND_ALLOW: networks.default([]),
  LOG_LEVEL: z.enum(logLevels, { message: `must be one of ${logLevels.join(', ')}` }).default('info'),
  METRICS_PORT: port.optional(),
  RECONCILE_INTERVAL: duration.default(600_000),
  GRANT_REFRESH_AFTER: duration.default(30 * 86_400_000),
  LEVER_PATIENCE: duration.default(900_000),
  LEVER_PROBE_INTERVAL: duration.default(3_600_000),
  LEVER_PROBE_FOR: duration.default(7 * 86_400_000),
  SWEEP_INTERVAL: duration.default(45_000),
  SWEEP_LIMIT_ROWS: whole(1, 1_000_000).default(20),
  SWEEP_LIMIT_PERCENT: whole(1, 100).default(5),
  HTTP_TIMEOUT: duration.default(10_000),
  UNCLEAR_RETRY_DELAY: duration.default(15_000),
  LEVER_LAG: duration.default(120_000),
  POLL_INTERVAL_MIN: duration.default(3_600_000),
  POLL_INTERVAL_MAX: duration.default(86_400_000),
  RESULT_LOOKS_WITHIN: duration.default(600_000),
  RESULT_PATIENCE: duration.default(86_400_000),
  WORKER_MAX_WORKFLOW_TASKS: whole(2, 10_000).default(40),
  WORKER_MAX_ACTIVITIES: whole(1, 10_000).default(100),
  WORKER_MAX_CACHED_WORKFLOWS: whole(0, 100_000).default(1000),
  WORKER_BUNDLE_PATH: z.string().optional(),
  // Lever allows ten requests per second and account.
  WORKER_LEVER_RATE: whole(0, 1000).default(10),
  WORKER_RETRY_INITIAL: duration.default(1_000),
  WORKER_RETRY_MAX: duration.default(300_000),
  WORKER_START_TO_CLOSE: duration.default(30_000),
  RECORD_RETENTION_DAYS: whole(1, 3650).default(90),
  REFUSED_RETENTION_DAYS: whole(1, 400).default(7),
  IGNORED_RETENTION_DAYS: whole(1, 400).default(30),
  HELD_RETENTION_DAYS: whole(1, 400).default(90),
  DISABLED_CREDENTIALS_DAYS: whole(1, 3650).default(30),
});

const vendorShape = (roots: VendorRoots): Record<string, z.ZodType<string | undefined>> =>
  Object.fromEntries(
    Object.entries(roots).flatMap(([vendor, root]) => {
      const name = vendor.toUpperCase();
      return [
        [`${name}_BASE_URL`, rootUrl.default(root)],
        ...['', '_SANDBOX'].flatMap((environment) => [
          [`${name}${environment}_LEVER_CLIENT_ID`, z.string().optional()],
          [`${name}${environment}_LEVER_CLIENT_SECRET`, z.string().optional()],
        ]),
      ];
    }),
  ) as Record<string, z.ZodType<string | undefined>>;

type General = z.output<typeof general>;
export type Environment = General & { vendorVariables: Record<string, string | undefined> };

type VariableErrors = [name: string, message: string][];

/** What shows in which variables are there at all. */
function missingErrors(given: Record<string, string>, vendorVariables: readonly string[]): VariableErrors {
  const faults = productionErrors(given);
  for (const idName of vendorVariables.filter((name) => name.endsWith('_CLIENT_ID'))) {
    const secretName = idName.replace(/_ID$/, '_SECRET');
    if ((given[idName] === undefined) !== (given[secretName] === undefined)) {
      faults.push([idName, `belongs together with ${secretName}: set both or none`]);
    }
  }
  return faults;
}

/** What only shows when values are held against each other. */
function conflictErrors(env: General): VariableErrors {
  const faults: VariableErrors = [];
  if (env.METRICS_TOKEN !== undefined && env.METRICS_TOKEN === env.FULCRUM_OPERATOR_TOKEN) {
    faults.push(['METRICS_TOKEN', 'must not be FULCRUM_OPERATOR_TOKEN, which opens everything']);
  }
  if (env.FULCRUM_KEYS !== undefined && env.FULCRUM_ADDRESS_KEYS !== undefined) {
    // A row and an address name their key by its id alone.
    const sealing = parseKeyRing(env.FULCRUM_KEYS);
    for (const { id, key } of parseKeyRing(env.FULCRUM_ADDRESS_KEYS).all) {
      const same = sealing.find(id);
      if (same !== null && !same.key.equals(key))
        faults.push(['FULCRUM_ADDRESS_KEYS', `the key "${id}" is another one than in FULCRUM_KEYS`]);
    }
  }
  if (env.MIGRATION_DATABASE_URL !== undefined && env.DATABASE_URL === undefined) {
    faults.push(['MIGRATION_DATABASE_URL', 'belongs to DATABASE_URL, which is not set: set both or none']);
  }
  if (env.POLL_INTERVAL_MIN < 100) {
    faults.push(['POLL_INTERVAL_MIN', 'must be at least 100ms, or the vendor would be asked without pause']);
  }
  if (env.POLL_INTERVAL_MIN > env.POLL_INTERVAL_MAX) {
    faults.push(['POLL_INTERVAL_MIN', 'must not be longer than POLL_INTERVAL_MAX']);
  }
  if (env.RESULT_LOOKS_WITHIN > env.RESULT_PATIENCE) {
    faults.push(['RESULT_LOOKS_WITHIN', 'must not be longer than RESULT_PATIENCE']);
  }
  // Lever ends a grant that was not refreshed for 90 days; a refresh that fails needs days to be tried again.
  if (env.GRANT_REFRESH_AFTER < 1_000 || env.GRANT_REFRESH_AFTER > 80 * 86_400_000) {
    faults.push([
      'GRANT_REFRESH_AFTER',
      'must be from 1s to 80d: Lever ends access that is not used for 90 days',
    ]);
  }
  if (env.LEVER_PROBE_INTERVAL < 1_000) {
    faults.push(['LEVER_PROBE_INTERVAL', 'must be at least 1s, the least that Temporal counts in']);
  }
  // Temporal's Schedules know whole seconds.
  if (env.SWEEP_INTERVAL < 1_000) faults.push(['SWEEP_INTERVAL', 'must be at least 1s']);
  // Otherwise a second attempt of an activity could overlap the first one's request (decision 0008).
  if (env.HTTP_TIMEOUT >= env.WORKER_START_TO_CLOSE) {
    faults.push(['HTTP_TIMEOUT', 'must be shorter than WORKER_START_TO_CLOSE']);
  }
  return faults;
}

/** All checks in one schema, so that a single parse reports every fault. */
export const environmentSchema = (roots: VendorRoots) =>
  z.record(z.string(), z.string()).transform((variables, context): Environment => {
    const given = byTodaysNames(variables);
    const shape = vendorShape(roots);
    const main = general.safeParse(given);
    const vendors = z.object(shape).safeParse(given);
    const faults: VariableErrors = [main, vendors]
      .flatMap((result) => result.error?.issues ?? [])
      .map((issue) => [issue.path.join('.'), issue.message]);
    faults.push(
      ...missingErrors(given, Object.keys(shape)),
      ...(main.success ? conflictErrors(main.data) : []),
    );
    for (const [name, message] of faults) {
      context.addIssue({ code: 'custom', path: [nameAsGiven(variables, name)], message });
    }
    if (!main.success || !vendors.success) return z.NEVER;
    return { ...main.data, vendorVariables: vendors.data };
  });

interface VendorEnvironment {
  baseUrl: string;
  leverClients: { production?: { id: string; secret: string }; sandbox?: { id: string; secret: string } };
}

/** The vendors' variables as one record. */
export function vendorEnvironments(env: Environment, roots: VendorRoots): Record<string, VendorEnvironment> {
  const variables = env.vendorVariables;
  const clientOf = (prefix: string): { id: string; secret: string } | null => {
    const id = variables[`${prefix}_LEVER_CLIENT_ID`];
    const secret = variables[`${prefix}_LEVER_CLIENT_SECRET`];
    return id === undefined || secret === undefined ? null : { id, secret };
  };
  return Object.fromEntries(
    Object.keys(roots).map((vendor): [string, VendorEnvironment] => {
      const name = vendor.toUpperCase();
      const production = clientOf(name);
      const sandbox = clientOf(`${name}_SANDBOX`);
      return [
        vendor,
        {
          baseUrl: variables[`${name}_BASE_URL`] ?? '',
          leverClients: { ...(production && { production }), ...(sandbox && { sandbox }) },
        },
      ];
    }),
  );
}
