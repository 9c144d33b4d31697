import { randomBytes, randomUUID } from 'node:crypto';
import type { Connection, LeverGrant } from '../../domain/connection';
import { reasonOf } from '../../domain/connection-reasons';
import type { ConnectionStatus } from '../../domain/connection-status';
import type { ErrorCode } from '../../domain/errors';
import { FulcrumError } from '../../domain/errors';
import { InputError } from '../middleware/problem';
import type { LeverGrantInput, NewConnection } from './input';
import { mergeSettings } from './settings';

/** Status of a connection that is fit for use, as its settings want it. */
const statusWhen = (paused: boolean): Pick<Connection, 'status' | 'statusReason'> => ({
  status: paused ? 'paused' : 'active',
  statusReason: paused ? reasonOf('paused_by_operator') : null,
});

/** The same for one whose access Lever has just taken. */
export const statusOfTaken = (
  paused: boolean,
): Pick<Connection, 'status' | 'statusReason' | 'refusedSince'> => ({
  ...statusWhen(paused),
  refusedSince: null,
});

/** The unguessable part of a webhook's address. */
export const newWebhookKey = (): string => randomBytes(24).toString('base64url');

/** A new connection, before anything about it was checked at Lever. */
export function newDraft(
  input: Pick<NewConnection, 'vendor' | 'customer' | 'environment' | 'settings'>,
): Connection {
  const now = Date.now();
  return {
    id: `con_${randomUUID().replaceAll('-', '')}`,
    key: newWebhookKey(),
    vendor: input.vendor,
    customer: input.customer,
    environment: input.environment,
    // Paused until everything about it was checked: a creation that is cut off starts nothing.
    status: 'paused',
    statusReason: reasonOf('being_set_up'),
    settings: mergeSettings({}, input.settings),
    leverAccountId: null,
    performAs: null,
    stages: [],
    webhooks: [],
    webhookProblem: null,
    lastHeardAt: null,
    firstHeardAt: null,
    refusedSince: null,
    endsRuns: false,
    refusals: {},
    trouble: null,
    addressKey: null,
    addressGeneration: 0,
    formerAddresses: [],
    createdAt: now,
    updatedAt: now,
  };
}

export const grantOf = (given: LeverGrantInput): LeverGrant =>
  'apiKey' in given
    ? { kind: 'apiKey', apiKey: given.apiKey }
    : { kind: 'oauth', refreshToken: given.refreshToken, accessToken: null, expiresAt: null };

/** Why a connection whose consent is there cannot start yet, for people. It lies in the database in plain text. */
export function correctionOf(error: FulcrumError): string {
  if (error instanceof InputError) {
    return `the settings have to be corrected: ${error.errors.map(({ message }) => message).join('; ')}`;
  }
  if (error.code === 'connection.misconfigured') return error.message;
  return `Lever could not be asked (${error.message}): have the settings checked again with PATCH or resume`;
}

/**
 * Lever refuses what every connection needs and every consent includes: it is the account itself. No address of the API
 * tells an account's plan, so this refusal is how it shows.
 */
export const refusedAccount = (error: unknown): unknown =>
  error instanceof FulcrumError && error.code === 'lever.forbidden'
    ? new FulcrumError(
        'connection.misconfigured',
        'Lever does not let the hub into this account (403). The integration works on accounts of the plans LeverTRM and LeverTRM for Enterprise only: have the plan changed at Lever, then try again. If the account has one of them, the API key lacks the permission to read stages and users',
        { cause: error },
      )
    : error;

/**
 * A fault that passes, for whoever waits for the answer: what they asked for is not done, and nobody does it later.
 * @param words say so, and what to do
 */
export const notDone = (error: unknown, words: string): unknown =>
  error instanceof FulcrumError && error.retryable
    ? new FulcrumError(error.code, `${error.message.replace(/\.$/, '')}. ${words}`, {
        detail: error.detail,
        ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
        cause: error,
      })
    : error;

/** Pausing and resuming leave a connection alone that has a deeper reason not to be active. */
export const statusAfter = (
  present: ConnectionStatus,
  paused: boolean,
): Partial<Pick<Connection, 'status' | 'statusReason'>> =>
  present === 'active' || present === 'paused' ? statusWhen(paused) : {};

const refusalsOfGrants = new Set<ErrorCode>(['connection.disconnected', 'lever.unauthorized']);

/** Lever's refusal of a grant that was just given is a fault of the input, not of the connection. */
export const refusedGrant = (error: unknown): unknown =>
  error instanceof FulcrumError && refusalsOfGrants.has(error.code)
    ? new FulcrumError(
        'connection.misconfigured',
        'Lever does not accept this API key or refresh token for this environment. Give a valid one.',
        { cause: error },
      )
    : error;
