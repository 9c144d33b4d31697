import { activityInfo } from '@temporalio/activity';
import type { Connection } from '../domain/connection';
import { connectionReasonText, reasonOf } from '../domain/connection-reasons';
import { FulcrumError } from '../domain/errors';
import { provenBy, refusalsToImpair } from '../domain/impairment';
import { isOutOfPatience, nextProbeAt, whyGivenUp } from '../domain/refused-access';
import type { LeverClient } from '../lever/client';
import type { ActivityDeps } from './deps';
import { connectionOf } from './deps';

/**
 * The way to Lever (decision 0010). A refused refresh token ends a connection at once. A 401 alone does not: from then on one
 * request at a time asks whether Lever takes the access again, everything else waits, and only when the patience is over
 * the connection is called disconnected.
 */

/** Neither disconnected nor disabled; spares Lever the calls of one that is known to be cut off. */
async function connected(deps: ActivityDeps, id: string): Promise<Connection> {
  const known = await connectionOf(deps, id);
  if (!isCutOff(known)) return known;
  // It may be back since this process last heard of it, and whoever is woken by that looks once.
  await deps.directory.refresh().catch(() => undefined);
  const fresh = await connectionOf(deps, id);
  if (!isCutOff(fresh)) return fresh;
  if (fresh.status === 'disabled' && fresh.endsRuns) {
    throw new FulcrumError('connection.ended', `The connection ${id} is disabled.`);
  }
  throw new FulcrumError('connection.disconnected', `The connection ${id} is ${fresh.status}.`);
}

const isCutOff = ({ status }: Connection): boolean => status === 'disconnected' || status === 'disabled';

/** A connection that may be used now, as somebody who asks nothing of Lever himself has to know. */
export async function usableConnection(deps: ActivityDeps, id: string): Promise<Connection> {
  const connection = await connected(deps, id);
  if (connection.refusedSince !== null) throw waiting();
  return connection;
}

/** An impaired connection is tried this often by one of those who wait for it. */
const probeEveryMs = 15 * 60_000;

/**
 * A connection under which somebody may be invited. One that is impaired is tried now and then by whoever proves by it that
 * it is mended.
 * @throws FulcrumError `connection.disconnected`, `connection.ended`, `connection.impaired`, `lever.unavailable`
 */
export async function invitingConnection(
  deps: ActivityDeps,
  id: string,
  activity: string,
): Promise<Connection> {
  const connection = await usableConnection(deps, id);
  if (connection.status !== 'impaired') return connection;
  const isProof = provenBy(activity).some(
    (scope) => (connection.refusals[scope]?.length ?? 0) >= refusalsToImpair,
  );
  if (isProof && (await deps.connections.claimProbe(id, probeEveryMs))) return connection;
  throw new FulcrumError(
    'connection.impaired',
    `The connection is impaired: ${connection.statusReason === null ? 'see its status' : connectionReasonText(connection.statusReason)}`,
  );
}

/** Calls Lever; a refusal of the access is dealt with as this file says. */
export const callLever = <T>(
  deps: ActivityDeps,
  connectionId: string,
  request: (lever: LeverClient, connection: Connection) => Promise<T>,
): Promise<T> =>
  withGrant(deps, connectionId, (connection) => request(deps.leverFor(connection), connection));

/** Runs what needs the connection's grant. @throws FulcrumError `lever.unavailable` while Lever refuses it */
export async function withGrant<T>(
  deps: ActivityDeps,
  connectionId: string,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connected(deps, connectionId);
  if (connection.refusedSince !== null) await comeBack(deps, connection, connection.refusedSince);
  const triedAt = Date.now();
  try {
    return await use(connection);
  } catch (error) {
    if (!(error instanceof FulcrumError)) throw error;
    if (error.code === 'connection.disconnected') throw await ended(deps, connectionId, triedAt, error);
    if (error.code === 'lever.unauthorized') throw await refused(deps, connection, triedAt, error);
    throw error;
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

const waiting = (): FulcrumError =>
  new FulcrumError(
    'lever.unavailable',
    'Lever refuses access that it accepted before. One request at a time checks whether it is accepted again; this one waits.',
  );

const renewed = (cause: unknown): FulcrumError =>
  new FulcrumError(
    'lever.unavailable',
    'The connection was given a new grant while the old one was refused; retrying with the new one.',
    { cause },
  );

/** The access is known to be gone. What to throw. */
async function ended(
  deps: ActivityDeps,
  id: string,
  triedAt: number,
  cause: FulcrumError,
): Promise<FulcrumError> {
  const reason = reasonOf('access_refused');
  const became = await deps.refusedAccess.disconnect(id, { reason, triedAt, isFinal: true });
  deps.forgetGrant(id);
  await deps.directory.refresh();
  return became === 'renewed' ? renewed(cause) : cause;
}

/** A request was answered with 401. What to throw. */
async function refused(
  deps: ActivityDeps,
  connection: Connection,
  triedAt: number,
  cause: FulcrumError,
): Promise<FulcrumError> {
  const { id } = connection;
  const at = Date.now();
  const became = await deps.refusedAccess.note(id, { at, triedAt, leaseUntil: at + deps.longestCallMs });
  deps.forgetGrant(id);
  await deps.directory.refresh();
  if (became === 'renewed') return renewed(cause);
  if (became === 'known') {
    return connected(deps, id).then(waiting, (error: unknown) => {
      if (error instanceof FulcrumError) return error;
      throw error;
    });
  }
  deps.log.warn(
    { connectionId: id },
    'Lever refuses the access of a connection; it is asked again and again',
  );
  try {
    await comeBackWithProbe(deps, connection, at);
  } catch (error) {
    return error instanceof FulcrumError ? error : waiting();
  }
  return refusedAlone(deps, cause);
}

/**
 * Lever takes the access and refuses this one request. A server of Lever's that is in trouble may do so for a while, an
 * access that lacks a permission for good.
 */
function refusedAlone(deps: ActivityDeps, { message, detail }: FulcrumError): FulcrumError {
  const waited = Date.now() - activityInfo().scheduledTimestampMs;
  return waited < deps.refusal.patienceMs
    ? new FulcrumError('lever.unavailable', message, { detail })
    : new FulcrumError(
        'lever.forbidden',
        `${message}. Lever accepts the access for other requests, so a permission is probably missing`,
        { detail },
      );
}

/** Returns when Lever takes the access again. @throws FulcrumError `lever.unavailable`, `connection.disconnected` */
async function comeBack(deps: ActivityDeps, connection: Connection, refusedSince: number): Promise<void> {
  const now = Date.now();
  if (!(await deps.refusedAccess.takeProbe(connection.id, now, now + deps.longestCallMs))) throw waiting();
  await comeBackWithProbe(deps, connection, refusedSince);
}

/** For whoever holds the probe. */
async function comeBackWithProbe(
  deps: ActivityDeps,
  connection: Connection,
  refusedSince: number,
): Promise<void> {
  const outcome = await probe(deps, connection, refusedSince);
  if (outcome === 'refused') throw waiting();
  if (outcome === 'ended') {
    throw new FulcrumError('connection.disconnected', `The connection ${connection.id} was disconnected.`);
  }
  await deps.refusedAccess.restore(connection.id, { paused: connection.settings['paused'] === true });
  await deps.directory.refresh();
  deps.log.info({ connectionId: connection.id }, 'Lever takes the access of a connection again');
}

/**
 * Asks Lever whether it takes the access; for whoever holds the probe of a refused connection.
 * - `ended`: the connection is disconnected now, be it that the refresh token is dead or the patience over
 * @throws FulcrumError when Lever's answer says nothing about the access
 */
export async function probe(
  deps: ActivityDeps,
  connection: Connection,
  refusedSince: number,
): Promise<'taken' | 'refused' | 'ended'> {
  const { id } = connection;
  const triedAt = Date.now();
  const postpone = (): Promise<void> =>
    deps.refusedAccess.postponeProbe(id, nextProbeAt(refusedSince, Date.now(), deps.refusal));
  try {
    await deps.leverFor(connection).probe();
    return 'taken';
  } catch (error) {
    const code = error instanceof FulcrumError ? error.code : 'internal';
    // It is known to Lever, then; what it may not do is another matter.
    if (code === 'lever.forbidden') return 'taken';
    if (code === 'connection.disconnected') {
      const known = await ended(deps, id, triedAt, error as FulcrumError);
      if (known !== error) throw known;
      return 'ended';
    }
    await postpone();
    if (code !== 'lever.unauthorized') throw error;
    if (!isOutOfPatience(refusedSince, Date.now(), deps.refusal)) return 'refused';
    const reason = reasonOf('access_doubted', whyGivenUp(refusedSince, deps.refusal));
    const became = await deps.refusedAccess.disconnect(id, { reason, triedAt, isFinal: false });
    deps.forgetGrant(id);
    await deps.directory.refresh();
    if (became === 'renewed') throw renewed(error);
    if (became === 'disconnected') deps.log.warn({ connectionId: id }, connectionReasonText(reason));
    return 'ended';
  }
}
