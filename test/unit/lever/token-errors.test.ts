import fc from 'fast-check';
import { isDeadGrant, readTokenError } from '../../../lever/token-errors';

const isDead = (status: number, body: unknown): boolean => isDeadGrant(status, readTokenError(body));
const auth0 = (error: string, error_description?: string) => ({ error, error_description });

test.each([
  [403, auth0('invalid_grant', 'Unknown or invalid refresh token.')],
  [400, auth0('invalid_grant')],
  [403, auth0('invalid_grant', "The refresh_token was generated for a user who doesn't exist anymore.")],
  [403, auth0('access_denied', 'Unknown or invalid refresh token')],
  [401, auth0('access_denied', 'Unknown or invalid refresh token')],
  [403, auth0('unauthorized_client', 'refresh_token is invalid')],
  [403, auth0('unauthorized_client', 'Refresh token has been revoked')],
  [403, auth0('access_denied', 'The refresh token is expired')],
  [400, auth0('invalid_request', 'Invalid "refresh_token" in request.')],
  [403, auth0('access_denied', 'Invalid authorization code')],
  [403, auth0('unauthorized', 'user is blocked')],
  [403, auth0('access_denied', 'The user does not exist')],
  [403, auth0('mfa_required', 'Multifactor authentication required')],
  [403, auth0('login_required')],
  [403, { code: 'invalid_grant', message: 'Unknown or invalid refresh token.' }],
  [403, { code: 'Forbidden', message: 'Unknown or invalid refresh token.' }],
  [
    400,
    auth0(
      'access_denied',
      'The provided authorization grant or refresh token is invalid, expired, revoked, or was issued to another client.',
    ),
  ],
])('%i %j: the token is dead', (status, body) => {
  expect(isDead(status, body)).toBe(true);
});

test.each([
  // The client's fault, which the hub's operator mends.
  [401, auth0('access_denied', 'Unauthorized')],
  [403, auth0('access_denied', 'Unauthorized')],
  [401, auth0('invalid_client', 'Client authentication failed: refresh token of an unknown client')],
  [401, auth0('access_denied', 'Invalid client secret')],
  [403, auth0('unauthorized_client', "Grant type 'refresh_token' not allowed for the client.")],
  [403, auth0('unauthorized_client', "Grant type 'refresh_token' is invalid for the client.")],
  [403, auth0('access_denied', 'Client is not authorized to access resource server')],
  [400, auth0('invalid_request', 'Missing required parameter: refresh_token')],
  [400, auth0('invalid_request', 'Invalid request: refresh_token is missing')],
  // Nobody's fault, or no sense at all.
  [429, auth0('access_denied', 'Unknown or invalid refresh token')],
  [429, auth0('too_many_requests', 'Global limit has been reached')],
  [500, auth0('invalid_grant', 'Unknown or invalid refresh token.')],
  [503, 'busy'],
  [403, null],
  [403, '<html>'],
  [403, ['invalid_grant']],
  [403, { error: { error: 'invalid_grant' }, error_description: ['refresh token expired'] }],
])('%i %j: it says nothing about the token', (status, body) => {
  expect(isDead(status, body)).toBe(false);
});

test('shows a code of a fixed form, and nothing else', () => {
  expect(readTokenError(auth0('invalid_grant')).code).toBe('invalid_grant');
  for (const code of ['Dana Example', 'dana@example.com', 'x'.repeat(61), '', 7]) {
    expect(readTokenError({ error: code }).code).toBeNull();
  }
});

test('reads the longest nonsense at once', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('user ', 'refresh token ', '"', 'refresh_', "doesn't "),
      fc.nat({ max: 300_000 }),
      (word, times) => {
        const body = auth0('access_denied', word.repeat(times));
        expect(isDead(403, body)).toBe(false);
        expect(readTokenError(body).description.length).toBeLessThanOrEqual(300);
      },
    ),
    { numRuns: 30 },
  );
});
