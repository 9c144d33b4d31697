import type { z } from 'zod';
import type { ConnectionDirectory } from '../db/connection-directory';
import type { Assessments } from '../db/repositories/assessments';
import type { Catalogues } from '../db/repositories/catalogues';
import type { Claims } from '../db/repositories/claims';
import type { Connections } from '../db/repositories/connections';
import type { Files } from '../db/repositories/files';
import type { Grants } from '../db/repositories/grants';
import type { RefusedAccess } from '../db/repositories/refused-access';
import type { Tombstones } from '../db/repositories/tombstones';
import type { Connection } from '../domain/connection';
import { findStage } from '../domain/connection';
import { FulcrumError } from '../domain/errors';
import type { VendorId } from '../domain/ids';
import type { RecordBatch } from '../domain/records';
import type { RefusalTimes } from '../domain/refused-access';
import type { PolicyInput, ResultWait } from '../domain/run-policy';
import type { CommonSettings } from '../domain/settings/schema';
import type { LeverClient } from '../lever/client';
import type { KeyRing } from '../platform/crypto/keyring';
import type { HttpClient } from '../platform/http/client';
import type { Downloads } from '../platform/http/download';
import type { Logger } from '../platform/log';
import type { AnyInvitingVendor, AnyVendor, VendorCall } from '../vendors/define';
import { isInviting } from '../vendors/define';

/** What the activities touch; composed in `workers/`. */
export interface ActivityDeps {
  directory: ConnectionDirectory;
  connections: Connections;
  assessments: Assessments;
  claims: Claims;
  files: Files;
  catalogues: Pick<Catalogues, 'get'>;
  tombstones: Pick<Tombstones, 'opportunities' | 'addRun' | 'isErasedReference'>;
  leverFor: (connection: Connection) => LeverClient;
  /** The connection's grant is read anew before it is next used. */
  forgetGrant: (connectionId: string) => void;
  /** Has Lever give a new pair of tokens, whatever the age of the present one. */
  refreshGrant: (connectionId: string) => Promise<void>;
  grants: Pick<Grants, 'ageing' | 'lives'>;
  refusedAccess: RefusedAccess;
  refusal: RefusalTimes;
  /** Longest attempt of one activity: whoever holds a probe is done by then. */
  longestCallMs: number;
  vendor: (id: VendorId) => AnyVendor;
  vendorBaseUrl: (id: VendorId) => string;
  /** Requests to one vendor, by whose id they are counted. */
  httpTo: (vendor: VendorId) => HttpClient;
  /** For addresses that come from outside: it passes the outbound guard. */
  guardedHttpTo: (vendor: VendorId) => HttpClient;
  /** Files from outside, likewise guarded. */
  downloads: Downloads;
  ring: KeyRing;
  /** Makes the addresses that vendors call. */
  addressRing: KeyRing;
  /** How vendors reach the hub, without a slash at the end. */
  publicUrl: string;
  /** How often a vendor is asked for news. */
  polling: NonNullable<PolicyInput['poll']>;
  /** How long Lever may take to show what has just happened there. */
  leverLagMs: number;
  /** How long a result that does not show is waited for. */
  resultWait: ResultWait;
  /** So long the other side may still be at work on a request whose answer never came. */
  unclearRetryDelayMs: number;
  log: Logger;
}

/**
 * The connection as the process knows it, asked for again when it is not known yet.
 * @throws FulcrumError `connection.missing`
 */
export async function connectionOf(deps: ActivityDeps, id: string): Promise<Connection> {
  const known = deps.directory.byId(id);
  if (known !== null) return known;
  await deps.directory.refresh();
  const fresh = deps.directory.byId(id);
  if (fresh !== null) return fresh;
  if (deps.directory.isUnreadable(id)) {
    const todo = `put its key back at the end of FULCRUM_KEYS, or connect the customer anew`;
    throw new FulcrumError('store.unavailable', `The connection ${id} cannot be read: ${todo}.`);
  }
  throw new FulcrumError('connection.missing', `There is no connection ${id}.`);
}

/** A connection as an activity uses it from there on: its settings are parsed once, by its vendor's own schema. */
export interface SetUp<Vendor extends AnyVendor = AnyVendor> {
  connection: Connection;
  vendor: Vendor;
  settings: CommonSettings;
}

/** @throws FulcrumError `connection.misconfigured` */
export function setUpOf(deps: Pick<ActivityDeps, 'vendor'>, connection: Connection): SetUp {
  const vendor = deps.vendor(connection.vendor);
  const parsed = vendor.settings.safeParse(connection.settings);
  if (parsed.success) return { connection, vendor, settings: parsed.data };
  throw new FulcrumError(
    'connection.misconfigured',
    `The settings of ${connection.id} cannot be read any more: ${namesOf(parsed.error)}.`,
    { detail: { part: 'settings' } },
  );
}

/** The fields that are wrong, without what stands in them. */
const namesOf = (error: z.ZodError): string =>
  [...new Set(error.issues.map(({ path }) => String(path[0] ?? 'as a whole')))].join(', ');

/** @throws FulcrumError `vendor.unsupported` where nobody is invited, because the vendor begins its runs itself */
export function invitingSetUp({ vendor, ...rest }: SetUp): SetUp<AnyInvitingVendor> {
  if (isInviting(vendor)) return { vendor, ...rest };
  throw new FulcrumError('vendor.unsupported', `${vendor.label} begins its runs itself: nobody is invited.`);
}

/**
 * As much of the settings as can still be read: what the schema refuses is left out. For what has to be said in Lever even
 * though the settings are broken.
 */
export function readableSetUpOf(deps: Pick<ActivityDeps, 'vendor'>, connection: Connection): SetUp {
  const vendor = deps.vendor(connection.vendor);
  return { connection, vendor, settings: readableSettings(vendor, connection) };
}

function readableSettings(vendor: AnyVendor, connection: Connection): CommonSettings {
  let given: Record<string, unknown> = connection.settings;
  for (;;) {
    const parsed = vendor.settings.safeParse(given);
    if (parsed.success) return parsed.data;
    const wrong = new Set(
      parsed.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [String(issue.path[0])],
      ),
    );
    const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
    if (Object.keys(rest).length === Object.keys(given).length) return vendor.settings.parse({});
    given = rest;
  }
}

/** Everything a request to the vendor of this connection may use. */
export function vendorCall(
  deps: ActivityDeps,
  { connection, vendor, settings }: SetUp,
): VendorCall<unknown, CommonSettings> {
  const { id: connectionId } = connection;
  const credentials = vendor.credentials.safeParse(deps.directory.secretsOf(connectionId).credentials);
  if (!credentials.success) {
    throw new FulcrumError(
      'connection.misconfigured',
      `The credentials of ${connectionId} cannot be read any more: ${namesOf(credentials.error)}.`,
      { detail: { part: 'credentials' } },
    );
  }
  return {
    connectionId,
    credentials: credentials.data,
    settings,
    ...(vendor.baseUrlOf === undefined
      ? { baseUrl: deps.vendorBaseUrl(vendor.id), http: deps.httpTo(vendor.id) }
      : { baseUrl: vendor.baseUrlOf(credentials.data), http: deps.guardedHttpTo(vendor.id) }),
  };
}

export const stageResolver =
  (connection: Connection) =>
  (idOrName: string): string | null =>
    findStage(connection.stages, idOrName)?.id ?? null;

/**
 * Writes what rode along; false when it could not be written. Never fails: what the activity was sent for must not be
 * repeated because the database was away (decision 0014).
 */
export async function writeBestEffort(deps: ActivityDeps, batch: RecordBatch | null): Promise<boolean> {
  if (batch === null) return true;
  try {
    await deps.assessments.write(batch);
    return true;
  } catch (error) {
    const code = error instanceof FulcrumError ? error.code : 'internal';
    deps.log.warn({ code, assessmentId: batch.run.assessmentId }, 'records could not ride along');
    return false;
  }
}
