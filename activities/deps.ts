import type { ConnectionDirectory } from '../db/connection-directory';
import type { Catalogues } from '../db/repositories/catalogues';
import type { Assessments } from '../db/repositories/assessments';
import type { Claims } from '../db/repositories/claims';
import type { Connections } from '../db/repositories/connections';
import type { Files } from '../db/repositories/files';
import type { Grants } from '../db/repositories/grants';
import type { Connection } from '../domain/connection';
import { FulcrumError } from '../domain/errors';
import type { VendorId } from '../domain/ids';
import type { PolicyInput, ResultWait } from '../domain/lifecycle';
import type { RecordBatch } from '../domain/records';
import { findStage } from '../domain/connection';
import type { CommonSettings } from '../domain/settings';
import type { LeverClient } from '../lever/client';
import type { KeyRing } from '../platform/crypto/keyring';
import type { HttpClient } from '../platform/http/client';
import type { Downloads } from '../platform/http/download';
import type { Logger } from '../platform/log';
import type { AnyVendor, VendorCall } from '../vendors/define';

/** What the activities touch; composed in `workers/`. */
export interface ActivityDeps {
  directory: ConnectionDirectory;
  connections: Connections;
  assessments: Assessments;
  claims: Claims;
  files: Files;
  catalogues: Pick<Catalogues, 'get'>;
  leverFor: (connection: Connection) => LeverClient;
  /** The connection's grant is read anew before it is next used. */
  forgetGrant: (connectionId: string) => void;
  /** Has Lever give a new pair of tokens, whatever the age of the present one. */
  refreshGrant: (connectionId: string) => Promise<void>;
  grants: Pick<Grants, 'ageing' | 'lives'>;
  vendor: (id: VendorId) => AnyVendor;
  vendorBaseUrl: (id: VendorId) => string;
  http: HttpClient;
  /** For addresses that come from outside: it passes the outbound guard. */
  guardedHttp: HttpClient;
  /** Files from outside, likewise guarded. */
  downloads: Downloads;
  ring: KeyRing;
  /** How vendors reach the hub, without a slash at the end. */
  publicUrl: string;
  /** How often a vendor is asked for news. */
  polling: NonNullable<PolicyInput['poll']>;
  /** How long a result that does not show is waited for. */
  resultWait: ResultWait;
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
  throw new FulcrumError('connection.missing', `There is no connection ${id}.`);
}

/** A connection that may be used; spares Lever the calls of one that is known to be cut off (design D9). */
export async function usableConnection(deps: ActivityDeps, id: string): Promise<Connection> {
  const connection = await connectionOf(deps, id);
  if (connection.status === 'disconnected' || connection.status === 'disabled') {
    throw new FulcrumError('connection.disconnected', `The connection ${id} is ${connection.status}.`);
  }
  return connection;
}

/** Calls Lever, and marks the connection when Lever no longer takes its grant (design D9). */
export const callLever = <T>(
  deps: ActivityDeps,
  connectionId: string,
  request: (lever: LeverClient, connection: Connection) => Promise<T>,
): Promise<T> =>
  withGrant(deps, connectionId, (connection) => request(deps.leverFor(connection), connection));

/** Runs what needs the connection's grant, and marks the connection when Lever no longer takes it (design D9). */
export async function withGrant<T>(
  deps: ActivityDeps,
  connectionId: string,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await usableConnection(deps, connectionId);
  const triedAt = Date.now();
  try {
    return await use(connection);
  } catch (error) {
    if (!(error instanceof FulcrumError) || error.code !== 'connection.disconnected') throw error;
    const reason = 'Lever no longer accepts the access that was granted. Connect again.';
    const became = await deps.connections.disconnect(connectionId, reason, triedAt);
    deps.forgetGrant(connectionId);
    await deps.directory.refresh();
    if (became !== 'renewed') throw error;
    throw new FulcrumError(
      'lever.unavailable',
      'The connection was given a new grant while the old one was refused; tried again with the new one.',
      { cause: error },
    );
  }
}

/**
 * Calls Lever for a person who sets the connection up. A grant that is only being tried, and one that is given back, are
 * used whatever the connection's status, and a refusal of them says nothing about the status: the person hears of it.
 */
export async function tryLever<T>(
  deps: ActivityDeps,
  connectionId: string,
  request: (lever: LeverClient) => Promise<T>,
): Promise<T> {
  const connection = await connectionOf(deps, connectionId);
  deps.forgetGrant(connectionId);
  return request(deps.leverFor(connection));
}

/** The settings as the vendor's own schema reads them. @throws FulcrumError `connection.misconfigured` */
export function settingsOf(vendor: AnyVendor, connection: Connection): CommonSettings {
  const parsed = vendor.settings.safeParse(connection.settings);
  if (parsed.success) return parsed.data;
  throw new FulcrumError(
    'connection.misconfigured',
    `The settings of ${connection.id} cannot be read any more.`,
  );
}

/** Everything a request to the vendor of this connection may use. */
export async function vendorCall(
  deps: ActivityDeps,
  vendor: AnyVendor,
  connectionId: string,
): Promise<VendorCall<unknown, CommonSettings>> {
  const connection = await connectionOf(deps, connectionId);
  const credentials = vendor.credentials.safeParse(deps.directory.secretsOf(connectionId).credentials);
  if (!credentials.success) {
    throw new FulcrumError(
      'connection.misconfigured',
      `The credentials of ${connectionId} cannot be read any more.`,
    );
  }
  return {
    connectionId,
    credentials: credentials.data,
    settings: settingsOf(vendor, connection),
    ...(vendor.baseUrlOf === undefined
      ? { baseUrl: deps.vendorBaseUrl(vendor.id), http: deps.http }
      : { baseUrl: vendor.baseUrlOf(credentials.data), http: deps.guardedHttp }),
  };
}

export const stageResolver =
  (connection: Connection) =>
  (idOrName: string): string | null =>
    findStage(connection.stages, idOrName)?.id ?? null;

/**
 * Writes what rode along; false when it could not be written. Never fails: what the activity was sent for must not be
 * repeated because the database was away (design D13).
 */
export async function ride(deps: ActivityDeps, batch: RecordBatch | null): Promise<boolean> {
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
