import { randomBytes, randomUUID } from 'node:crypto';
import type { Connection, ConnectionStatus, LeverGrant } from '../../domain/connection';
import { FulcrumError } from '../../domain/errors';
import { InputError } from '../middleware/problem';
import type { LeverGrantInput, NewConnection } from './input';
import { mergeSettings } from './settings';

/** Status of a connection that is fit for use, as its settings want it. */
export const statusWhen = (paused: boolean): Pick<Connection, 'status' | 'statusReason'> => ({
  status: paused ? 'paused' : 'active',
  statusReason: paused ? 'paused by an operator' : null,
});

/** A new connection, before anything about it was checked at Lever. */
export function newDraft(
  input: Pick<NewConnection, 'vendor' | 'customer' | 'environment' | 'settings'>,
): Connection {
  const now = Date.now();
  return {
    id: `con_${randomUUID().replaceAll('-', '')}`,
    key: randomBytes(24).toString('base64url'),
    vendor: input.vendor,
    customer: input.customer,
    environment: input.environment,
    // Paused until everything about it was checked: a creation that is cut off starts nothing.
    status: 'paused',
    statusReason: 'being set up',
    settings: mergeSettings({}, input.settings),
    leverAccountId: null,
    performAs: null,
    stages: [],
    webhooks: [],
    webhookProblem: null,
    lastHeardAt: null,
    firstHeardAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

export const grantOf = (given: LeverGrantInput): LeverGrant =>
  'apiKey' in given
    ? { kind: 'apiKey', apiKey: given.apiKey }
    : { kind: 'oauth', refreshToken: given.refreshToken, accessToken: null, expiresAt: null };

/**
 * Why a connection whose consent is there cannot start yet, for people. An InputError's own words may name a person
 * (the service user), and the reason lies in the database in plain text: for such a field only its name is told.
 */
export function correctionOf(error: FulcrumError): string {
  if (!(error instanceof InputError))
    return `to be checked again, Lever could not be asked: ${error.message}`;
  const words = error.errors.map(({ path, message }) =>
    path.endsWith('.serviceUserEmail')
      ? 'the Lever account has no active user with the e-mail address in serviceUserEmail'
      : message,
  );
  return `the settings have to be corrected: ${words.join('; ')}`;
}

/** Pausing and resuming leave a connection alone that has a deeper reason not to be active. */
export const statusAfter = (
  present: ConnectionStatus,
  paused: boolean,
): Partial<Pick<Connection, 'status' | 'statusReason'>> =>
  present === 'active' || present === 'paused' ? statusWhen(paused) : {};

/** Lever's refusal of a grant that was just given is a fault of the input, not of the connection. */
export const refusedGrant = (error: unknown): unknown =>
  error instanceof FulcrumError && error.code === 'connection.disconnected'
    ? new FulcrumError(
        'connection.misconfigured',
        'Lever does not accept this API key or refresh token for this environment. Give a valid one.',
        { cause: error },
      )
    : error;
