import { z } from 'zod';
import type { LeverGrant } from '../domain/connection';
import { FulcrumError } from '../domain/errors';
import type { HttpAnswer, HttpClient } from '../platform/http/client';
import { HttpError } from '../platform/http/client';
import { retryAfterMs } from '../platform/http/retry-after';
import { grantedScopes } from './scopes';
import { isDeadGrant, readTokenError } from './token-errors';

/** One OAuth app at Lever: each vendor has its own, and sandbox and production are apart (lever-api 1). */
export interface OAuthApp {
  /** `…/oauth/token` of the connection's environment. */
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
}

export type OAuthGrant = LeverGrant & { kind: 'oauth' };

/** What a customer's Super Admin answered on Lever's consent page, once its code was traded in. */
export interface Consent {
  /** Null when Lever gave no refresh token: without one the access would end within the hour. */
  grant: OAuthGrant | null;
  /** What was granted; it may be less than what was asked for. */
  scopes: string[];
  /** Which account it is, where the token happens to tell. */
  leverAccountId: string | null;
}

/** Lever no longer takes this code or refresh token. It may be revoked, or merely have been used before us: see `token-errors.ts`. */
export class InvalidGrant extends Error {
  override readonly name = 'InvalidGrant';
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  /** A new one with each refresh; the old one counts as spent. */
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.coerce.number().positive().nullish(),
  scope: z.string().nullish(),
});
/** What Lever states for access tokens; used where an answer names no life time. */
const accessTokenSeconds = 3_600;

/**
 * The address of Lever's consent page (lever-api 2.1). The audience needs its trailing slash: without it the page
 * offers no permission but `offline_access`.
 */
export function authorizeUrl(request: {
  /** Host before `/authorize`. */
  authUrl: string;
  clientId: string;
  /** Must equal one that is registered for the app. */
  redirectUri: string;
  /** Comes back unchanged with the answer. */
  state: string;
  audience: string;
  scopes: readonly string[];
}): string {
  const { authUrl, clientId, redirectUri, state, audience, scopes } = request;
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    state,
    audience: audience.endsWith('/') ? audience : `${audience}/`,
    scope: scopes.join(' '),
    // Otherwise a second consent, e.g. after permissions were added, is passed over in silence.
    prompt: 'consent',
  });
  return `${authUrl}/authorize?${query}`;
}

/**
 * Trades the code of a consent for its tokens. Codes work once, so it is never repeated; after any failure the customer
 * consents again.
 * @param request the redirect address and the scopes that {@link authorizeUrl} was given
 * @throws InvalidGrant when the code is spent, too old or not for this app
 * @throws FulcrumError as {@link refreshGrant}
 */
export async function exchangeCode(
  http: HttpClient,
  app: OAuthApp,
  request: { code: string; redirectUri: string; scopes: readonly string[] },
  now: number,
): Promise<Consent> {
  const answer = await ask(http, app, {
    grant_type: 'authorization_code',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    code: request.code,
    redirect_uri: request.redirectUri,
  });
  const tokens = readTokens(answer, 'authorization code', now);
  const { access_token, refresh_token } = tokens;
  const scopes = grantedScopes(tokens.scope ?? null, request.scopes, Boolean(refresh_token));
  return {
    grant: refresh_token ? { ...grantFrom(tokens, refresh_token, now), scopes } : null,
    scopes,
    leverAccountId: accountIdOf(access_token),
  };
}

const accountClaim = z.object({ 'https://oauth.lever.co/accountId': z.string().regex(/^[\w-]{1,64}$/) });

/**
 * The Lever account that an access token is for: a claim of the JWT that Lever's documentation shows. Null where the
 * token cannot be read: a client is promised no more than an opaque text.
 */
export function accountIdOf(accessToken: string): string | null {
  const [, claims] = accessToken.split('.');
  if (claims === undefined) return null;
  try {
    const parsed = accountClaim.safeParse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data['https://oauth.lever.co/accountId'] : null;
  } catch {
    return null;
  }
}

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
  const tokens = readTokens(answer, 'refresh token', now);
  return {
    ...grantFrom(tokens, tokens.refresh_token ?? grant.refreshToken, now),
    ...(grant.scopes !== undefined && { scopes: grant.scopes }),
  };
}

type Tokens = z.output<typeof tokenAnswer>;

/** @param given what was traded in, for words about a refusal */
function readTokens(answer: HttpAnswer, given: 'authorization code' | 'refresh token', now: number): Tokens {
  if (answer.status !== 200) throw refusal(answer, given, now);
  const parsed = tokenAnswer.safeParse(bodyOf(answer));
  if (parsed.success) return parsed.data;
  throw new FulcrumError('lever.unexpected', `Lever's answer to the ${given} cannot be read`);
}

const grantFrom = (tokens: Tokens, refreshToken: string, now: number): OAuthGrant => ({
  kind: 'oauth',
  accessToken: tokens.access_token,
  refreshToken,
  expiresAt: now + (tokens.expires_in ?? accessTokenSeconds) * 1_000,
});

async function ask(http: HttpClient, app: OAuthApp, form: Record<string, string>): Promise<HttpAnswer> {
  try {
    return await http.request({
      method: 'POST',
      url: app.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(form).toString(),
    });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw new FulcrumError('lever.unavailable', "Lever's authorization server did not answer", {
      detail: { fault: error.kind },
      cause: error,
    });
  }
}

function refusal(answer: HttpAnswer, given: string, now: number): Error {
  const { status } = answer;
  const refused = readTokenError(bodyOf(answer));
  if (isDeadGrant(status, refused)) return new InvalidGrant(`the ${given} is not accepted`);
  const wait = retryAfterMs(answer.headers['retry-after'], now);
  const detail = { status, route: 'POST /oauth/token', leverCode: refused.code };
  if (status === 429) {
    return new FulcrumError('lever.rate_limited', "Lever's authorization server asks to wait", {
      detail,
      ...(wait !== undefined && { retryAfterMs: wait }),
    });
  }
  return new FulcrumError(
    'lever.unavailable',
    status < 500
      ? `Lever refused the hub's own OAuth client (${refused.code ?? status}): check the vendor's Lever client id and secret`
      : `Lever's authorization server answered ${status}`,
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
