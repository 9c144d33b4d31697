/**
 * What the authorization server means by a refusal. It is an Auth0 tenant, which has one answer for a wrong client and
 * several for a code or refresh token that is dead; the two must not be taken for each other: the one is mended by the
 * hub's operator, the other only by the customer.
 */

export interface TokenError {
  /** Of a fixed form, so that it can be shown; null: none that could be read. */
  code: string | null;
  /** As it came, cut; never to be shown. */
  description: string;
}

/** No description that means something is longer; an expression is only ever put to this much. */
const readAtMost = 300;

const textIn = (body: unknown, ...names: string[]): string => {
  if (typeof body !== 'object' || body === null) return '';
  const found = names.map((name) => (body as Record<string, unknown>)[name]);
  return found.find((value) => typeof value === 'string') ?? '';
};

/** Auth0's form is `{error, error_description}`; the API in front of it has `{code, message}`. */
export function readTokenError(body: unknown): TokenError {
  const code = textIn(body, 'error', 'code');
  return {
    code: code.length <= 60 && /^[a-z_]+$/.test(code) ? code : null,
    description: textIn(body, 'error_description', 'description', 'message').slice(0, readAtMost),
  };
}

/**
 * Codes that mean it whatever is written beside them: the OAuth standard's own (RFC 6749, 5.2), and those by which a
 * person is wanted (OpenID Connect Core 3.1.2.6; Auth0 answers `mfa_required` to a refresh as well), which no repeat
 * brings about.
 */
const deadCodes = new Set([
  'invalid_grant',
  'invalid_refresh_token',
  'expired_token',
  'mfa_required',
  'login_required',
  'consent_required',
  'interaction_required',
]);

/** The client itself is refused; what is written beside them changes nothing. */
const clientCodes = new Set(['invalid_client', 'unsupported_grant_type', 'invalid_scope']);

const named = /\b(?:refresh[ _-]?tokens?|authorization[ _-]?codes?)\b/i;
const isNoGood =
  /\b(?:unknown|invalid|not valid|expired|revoked|reused|already used|malformed|not found|(?:does not|doesn['’]t) exist)\b/i;
const userIsGone =
  /\buser\b.{0,60}\b(?:blocked|deleted|disabled|deactivated|not found|(?:does not|doesn['’]t) exist)\b/i;
/** What the hub itself sent is wrong, although it may name the token: "Missing required parameter: refresh_token". */
const aboutTheRequest = /\b(?:missing|grant[ _]type|client[ _](?:id|secret|authentication|credentials))\b/i;

/**
 * Whether the code or refresh token is dead for good. Seen of Auth0 tenants beside `invalid_grant`: 403 `access_denied`
 * and `unauthorized_client` with "Unknown or invalid refresh token" or "refresh_token is invalid", and `unauthorized` with
 * "user is blocked". A wrong client secret is 401 `access_denied` "Unauthorized", a client that may not refresh 403
 * `unauthorized_client` "Grant type 'refresh_token' not allowed for the client": neither says anything of the token.
 */
export function isDeadGrant(status: number, { code, description }: TokenError): boolean {
  if (status < 400 || status >= 500 || status === 429) return false;
  if (code !== null && deadCodes.has(code)) return true;
  if (code !== null && clientCodes.has(code)) return false;
  if (aboutTheRequest.test(description)) return false;
  return (named.test(description) && isNoGood.test(description)) || userIsGone.test(description);
}
