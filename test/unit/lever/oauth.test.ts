import { accountIdOf, authorizeUrl, exchangeCode, InvalidGrant, refreshGrant } from '../../../lever/oauth';
import { createHttpClient } from '../../../platform/http/client';
import type { LocalServer } from './local-server';
import { startLocalServer } from './local-server';

const http = createHttpClient({ timeoutMs: 5_000, userAgent: 'fulcrum-test' });
let server: LocalServer;
beforeEach(async () => {
  server = await startLocalServer();
});
afterEach(() => server.close());
afterAll(() => http.close());

const app = () => ({ tokenUrl: `${server.url}/oauth/token`, clientId: 'client', clientSecret: 'demo' });
const request = { code: 'the-code', redirectUri: 'https://hub.example/connect/callback', scopes: ['a', 'b'] };
const exchange = () => exchangeCode(http, app(), request, 1_000);

const jwt = (claims: unknown): string =>
  ['{"alg":"HS512"}', JSON.stringify(claims)]
    .map((part) => Buffer.from(part).toString('base64url'))
    .concat('signature')
    .join('.');

test('the consent page is asked for with everything that Lever wants', () => {
  const url = new URL(
    authorizeUrl({
      authUrl: 'https://auth.lever.co',
      clientId: 'client',
      redirectUri: 'https://hub.example/connect/callback',
      state: 'a state',
      audience: 'https://api.lever.co/v1',
      scopes: ['offline_access', 'stages:read:admin'],
    }),
  );
  expect(`${url.origin}${url.pathname}`).toBe('https://auth.lever.co/authorize');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'client',
    redirect_uri: 'https://hub.example/connect/callback',
    response_type: 'code',
    state: 'a state',
    audience: 'https://api.lever.co/v1/',
    scope: 'offline_access stages:read:admin',
    prompt: 'consent',
  });
});

describe('trading a code in', () => {
  const tokens = { access_token: 'opaque', refresh_token: 'r1', token_type: 'Bearer', expires_in: 60 };

  test('sends a form and answers grant, scopes and account', async () => {
    const access_token = jwt({ 'https://oauth.lever.co/accountId': 'account-1' });
    server.replies.push({ body: { ...tokens, access_token, scope: 'offline_access a' } });
    expect(await exchange()).toEqual({
      grant: {
        kind: 'oauth',
        accessToken: access_token,
        refreshToken: 'r1',
        expiresAt: 61_000,
        scopes: ['offline_access', 'a'],
      },
      scopes: ['offline_access', 'a'],
      leverAccountId: 'account-1',
    });
    expect(server.seen[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(server.seen[0]?.body))).toEqual({
      grant_type: 'authorization_code',
      client_id: 'client',
      client_secret: 'demo',
      code: 'the-code',
      redirect_uri: 'https://hub.example/connect/callback',
    });
  });

  test('an answer without scopes granted all that was asked; one without a refresh token is no grant', async () => {
    server.replies.push({ body: tokens }, { body: { ...tokens, refresh_token: undefined } });
    expect(await exchange()).toMatchObject({ scopes: ['offline_access', 'a', 'b'], leverAccountId: null });
    expect(await exchange()).toMatchObject({ grant: null, scopes: ['a', 'b'] });
  });

  test.each([
    [{ status: 403, body: { error: 'invalid_grant' } }, null, /authorization code is not accepted/],
    [{ status: 401, body: { error: 'access_denied' } }, 'lever.unavailable', /client id and secret/],
    [{ status: 429, headers: { 'retry-after': '7' } }, 'lever.rate_limited', /asks to wait/],
    [{ status: 502, body: 'busy' }, 'lever.unavailable', /answered 502/],
    [{ status: 200, body: '<html>' }, 'lever.unexpected', /authorization code cannot be read/],
    [{ drop: true }, 'lever.unavailable', /did not answer/],
  ])('a refusal is told by its kind: %j', async (reply, code, message) => {
    server.replies.push(reply);
    const error: unknown = await exchange().catch((thrown: unknown) => thrown);
    if (code === null) expect(error).toBeInstanceOf(InvalidGrant);
    else expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(message);
    expect(JSON.stringify(error) + (error as Error).message).not.toMatch(/the-code|demo/);
  });

  test('a refreshed grant still knows what was granted', async () => {
    server.replies.push({ body: { ...tokens, refresh_token: 'r2' } });
    const before = { kind: 'oauth', refreshToken: 'r1', accessToken: null, expiresAt: null } as const;
    expect(await refreshGrant(http, app(), { ...before, scopes: ['a'] }, 0)).toMatchObject({
      refreshToken: 'r2',
      scopes: ['a'],
    });
    expect(await refreshGrant(http, app(), before, 0)).not.toHaveProperty('scopes');
  });
});

test.each([
  ['opaque', null],
  ['', null],
  ['a.b.c', null],
  [jwt({}), null],
  [jwt(null), null],
  [jwt({ 'https://oauth.lever.co/accountId': 7 }), null],
  [jwt({ 'https://oauth.lever.co/accountId': "x'; drop" }), null],
  [jwt({ 'https://oauth.lever.co/accountId': 'account-1' }), 'account-1'],
])('the account of the token %s', (token, accountId) => {
  expect(accountIdOf(token)).toBe(accountId);
});
