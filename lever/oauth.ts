import { z } from 'zod';
import type { LeverGrant } from '../domain/connection';
import { FulcrumError } from '../domain/errors';
import { HttpFault } from '../platform/http/client';
import type { HttpAnswer, HttpClient } from '../platform/http/client';
import { retryAfterMs } from '../platform/http/retry-after';

/** One OAuth app at Lever: each vendor has its own, and sandbox and production are apart (lever-api: tokens do not cross). */
export interface OAuthApp {
  /** `…/oauth/token` of the connection's environment. */
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
}

export type OAuthGrant = LeverGrant & { kind: 'oauth' };

/** Lever no longer takes this refresh token. It may be revoked, or merely have been used by somebody else before us. */
export class InvalidGrant extends Error {
  override readonly name = 'InvalidGrant';
}

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  /** A new one with each refresh; the old one counts as spent. */
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().nullish(),
});
const tokenError = z.looseObject({ error: z.string() });
/** What Lever states for access tokens; used where an answer names no life time. */
const accessTokenSeconds = 3_600;

/**
 * Trades the refresh token for a new pair. Whoever calls stores the pair before using it.
 * @throws InvalidGrant when the refresh token is dead
 * @throws FulcrumError `lever.unavailable` when it can be tried again, as also for a wrong client secret: that is the
 * hub's own fault, which its operator mends, and no reason to give a customer's runs up
 */
export async function refreshGrant(
  http: HttpClient,
  app: OAuthApp,
  grant: OAuthGrant,
  now: number,
): Promise<OAuthGrant> {
  const answer = await ask(http, app, {
    grant_type: 'refresh_token',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    refresh_token: grant.refreshToken,
  });
  if (answer.status !== 200) throw refusal(answer, now);
  const parsed = tokenAnswer.safeParse(bodyOf(answer));
  if (!parsed.success) {
    throw new FulcrumError('lever.unexpected', "Lever's answer to the refresh of a token cannot be read");
  }
  const { access_token, refresh_token, expires_in } = parsed.data;
  return {
    kind: 'oauth',
    accessToken: access_token,
    refreshToken: refresh_token ?? grant.refreshToken,
    expiresAt: now + (expires_in ?? accessTokenSeconds) * 1_000,
  };
}

async function ask(http: HttpClient, app: OAuthApp, form: Record<string, string>): Promise<HttpAnswer> {
  try {
    return await http.request({
      method: 'POST',
      url: app.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
    });
  } catch (fault) {
    if (!(fault instanceof HttpFault)) throw fault;
    throw new FulcrumError('lever.unavailable', "Lever's authorization server did not answer", {
      detail: { fault: fault.kind },
      cause: fault,
    });
  }
}

/** Lever's authorization server answers in Auth0's shape: `{"error", "error_description"}`. */
function refusal(answer: HttpAnswer, now: number): Error {
  const parsed = tokenError.safeParse(bodyOf(answer));
  const error = parsed.success && /^[a-z_]{1,60}$/.test(parsed.data.error) ? parsed.data.error : null;
  if (error === 'invalid_grant') return new InvalidGrant('the refresh token is no longer accepted');
  const wait = retryAfterMs(answer.headers['retry-after'], now);
  const detail = { status: answer.status, route: 'POST /oauth/token', leverCode: error };
  if (answer.status === 429) {
    return new FulcrumError('lever.rate_limited', "Lever's authorization server asks to wait", {
      detail,
      ...(wait !== undefined && { retryAfterMs: wait }),
    });
  }
  return new FulcrumError(
    'lever.unavailable',
    answer.status < 500
      ? `Lever refused the hub's own OAuth client (${error ?? answer.status}): check the vendor's Lever client id and secret`
      : `Lever's authorization server answered ${answer.status}; it is tried again later`,
    { detail },
  );
}

function bodyOf(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return null;
  }
}
