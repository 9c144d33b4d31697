import { describeScope } from '../../simulators/lever/auth/scopes';
import { SEED } from '../../simulators/lever/seed';
import type { LeverSimulator } from '../../simulators/lever/server';
import { basic, leverClient } from './lever-client';
import { formSender, newCandidate, receiver, start, tokenCaller } from './lever-testkit';

const DAY_MS = 86_400_000;
const redirectUri = 'http://localhost:9999/connect/callback';
const { clientId } = SEED.app;

const refresh = (simulator: LeverSimulator, refreshToken: string) =>
  tokenCaller(simulator)({ grant_type: 'refresh_token', refresh_token: refreshToken });
const exchange = (simulator: LeverSimulator, code: string, uri = redirectUri) =>
  tokenCaller(simulator)({ grant_type: 'authorization_code', code, redirect_uri: uri });

/** What a browser is sent to in order to ask for access. */
const authorize = (simulator: LeverSimulator, change: Record<string, string> = {}) => {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    state: 's1',
    audience: `${simulator.apiUrl}/`,
    scope: 'offline_access stages:read:admin',
    ...change,
  });
  return fetch(`${simulator.authUrl}/authorize?${query}`, { redirect: 'manual' });
};

/** Opens the consent page and presses a button on it. */
async function consent(
  simulator: LeverSimulator,
  decision: 'accept' | 'deny' = 'accept',
  user: string = SEED.users.superAdmin,
) {
  const page = await (await authorize(simulator)).text();
  const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const answer = await formSender(simulator)('/authorize', { request, user, decision });
  return { status: answer.status, location: new URL(answer.headers.get('location') ?? 'http://nowhere') };
}

async function consentedCode(simulator: LeverSimulator): Promise<string> {
  const { location } = await consent(simulator);
  expect(location.searchParams.get('state')).toBe('s1');
  return location.searchParams.get('code') ?? '';
}

describe('consent', () => {
  test('tells the permissions in words; deny and other roles lead nowhere', async () => {
    const { simulator } = await start();
    const page = await (await authorize(simulator)).text();
    for (const words of [
      'Fulcrum',
      'Read stages',
      'Keep access while nobody is signed in',
      'Accept',
      'Deny',
    ]) {
      expect(page).toContain(words);
    }
    const denied = await consent(simulator, 'deny');
    expect(Object.fromEntries(denied.location.searchParams)).toEqual({
      state: 's1',
      error: 'access_denied',
      error_description: 'User did not authorize the request',
    });
    expect((await consent(simulator, 'accept', SEED.users.recruiter)).status).toBe(403);
  });

  test('a wrong audience offers only offline_access; unknown apps and addresses, and missing fields, are refused', async () => {
    const { simulator } = await start({
      apps: [{ ...SEED.app, name: 'Strict', redirectUris: [redirectUri] }],
    });
    for (const audience of [simulator.apiUrl, 'https://api.example.com/v1/']) {
      const page = await (await authorize(simulator, { audience })).text();
      expect(page).toContain('offline_access');
      expect(page).not.toContain('Read stages');
    }
    const refused = [
      await authorize(simulator, { client_id: 'unknown' }),
      await authorize(simulator, { redirect_uri: 'http://localhost:9999/other' }),
      await authorize(simulator, { response_type: 'token' }),
      await authorize(simulator, { state: '' }),
    ];
    expect(refused.map((answer) => answer.status)).toEqual([400, 400, 400, 400]);
  });

  test('switch consent: the page is always shown, or only when there is something to ask', async () => {
    const { simulator, admin } = await start();
    admin.grant({ clientId, scope: ['offline_access', 'stages:read:admin'] });
    expect((await authorize(simulator)).status).toBe(200);
    admin.configure({ consent: 'when-needed' });
    const silent = await authorize(simulator);
    const code = new URL(silent.headers.get('location')!).searchParams.get('code') ?? '';
    expect([silent.status, (await exchange(simulator, code)).status]).toEqual([302, 200]);
    expect((await authorize(simulator, { prompt: 'consent' })).status).toBe(200);
    expect((await authorize(simulator, { scope: 'offline_access tags:read:admin' })).status).toBe(200);
    admin.revoke();
    expect((await authorize(simulator)).status).toBe(200);
  });

  test('every documented scope has words', () => {
    const both =
      'contact feedback feedback_templates files forms form_templates groups interviews notes opportunities panels permissions postings requisitions requisition_fields roles users webhooks';
    const readOnly =
      'applications archive_reasons audit_events diversity_surveys eeo_responses eeo_responses_pii offers referrals resumes sources stages tags tasks';
    const scopes = [
      'offline_access',
      'confidential:access:admin',
      'uploads:write:admin',
      ...both.split(' ').flatMap((name) => [`${name}:read:admin`, `${name}:write:admin`]),
      ...readOnly.split(' ').map((name) => `${name}:read:admin`),
    ];
    expect(scopes.filter((scope) => describeScope(scope) === undefined)).toEqual([]);
    const unknown = ['stages:write:admin', 'uploads:read:admin', 'stages:read', 'nonsense:read:admin'];
    expect(unknown.filter((scope) => describeScope(scope) !== undefined)).toEqual([]);
  });
});

describe('tokens', () => {
  test('a code is good once, for ten minutes, and for its own redirect_uri', async () => {
    const { simulator, admin } = await start();
    const code = await consentedCode(simulator);
    expect(await exchange(simulator, code)).toMatchObject({
      status: 200,
      body: { token_type: 'Bearer', expires_in: 3600, scope: 'offline_access stages:read:admin' },
    });
    expect(await exchange(simulator, code)).toMatchObject({ status: 403, body: { error: 'invalid_grant' } });
    const other = await consentedCode(simulator);
    expect((await exchange(simulator, other, 'http://localhost:9999/elsewhere')).status).toBe(403);
    const late = await consentedCode(simulator);
    admin.advanceClock(600_001);
    expect((await exchange(simulator, late)).status).toBe(403);
    admin.configure({ codeLifeSeconds: 7200 });
    const patient = await consentedCode(simulator);
    admin.advanceClock(3_600_000);
    expect((await exchange(simulator, patient)).status).toBe(200);
  });

  test('no offline_access, no refresh token; a wrong secret is refused', async () => {
    const { simulator, admin } = await start();
    expect(admin.grant({ clientId, scope: ['stages:read:admin'] })).not.toHaveProperty('refresh_token');
    const wrong = { grant_type: 'refresh_token', refresh_token: 'x', client_secret: 'y' };
    expect(await tokenCaller(simulator)(wrong)).toMatchObject({
      status: 401,
      body: { error: 'access_denied' },
    });
  });

  test('an access token reaches what its scopes name, for an hour', async () => {
    const { simulator, admin } = await start();
    const { access_token: token } = admin.grant({ clientId, scope: ['stages:read:admin'] });
    const api = leverClient(simulator.apiUrl, `Bearer ${token}`);
    expect((await api('GET', '/stages')).status).toBe(200);
    expect((await api('GET', '/postings')).status).toBe(403);
    admin.configure({ scopes: 'ignored' });
    expect((await api('GET', '/postings')).status).toBe(200);
    admin.advanceClock(3_600_000);
    expect((await api('GET', '/stages')).status).toBe(401);
  });

  test('switches accessTokenLifeSeconds, leewaySeconds: how long a token and a spent refresh token live', async () => {
    const { simulator, admin } = await start({ accessTokenLifeSeconds: 60, tokenMode: 'rotate-leeway' });
    const grant = admin.grant({ clientId, scope: ['offline_access', 'stages:read:admin'] });
    expect(grant.expires_in).toBe(60);
    const api = leverClient(simulator.apiUrl, `Bearer ${grant.access_token}`);
    expect((await api('GET', '/stages')).status).toBe(200);
    await refresh(simulator, grant.refresh_token!);
    admin.advanceClock(60_000);
    expect((await api('GET', '/stages')).status).toBe(401);
    admin.configure({ leewaySeconds: 90 });
    expect((await refresh(simulator, grant.refresh_token!)).status).toBe(200);
    admin.configure({ leewaySeconds: 30 });
    expect((await refresh(simulator, grant.refresh_token!)).status).toBe(403);
  });

  test('a token of the other environment is refused with 403, switch accessTokens: opaque ones with 401', async () => {
    const [{ simulator }, other] = [await start(), await start()];
    const grant = () => other.admin.grant({ clientId, scope: ['stages:read:admin'] }).access_token;
    const call = (token: string) => leverClient(simulator.apiUrl, `Bearer ${token}`)('GET', '/stages');
    const jwt = grant();
    expect(jwt.split('.')).toHaveLength(3);
    const claims = JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString('utf8'));
    expect(Object.keys(claims)).toEqual(
      expect.arrayContaining([
        'https://oauth.lever.co/userId',
        'https://oauth.lever.co/accountId',
        'iss',
        'exp',
      ]),
    );
    const refused = await call(jwt);
    expect([refused.status, refused.body.message]).toEqual([403, 'No matching signing key was found']);
    other.admin.configure({ accessTokens: 'opaque' });
    expect((await call(grant())).status).toBe(401);
  });

  test.each([
    { mode: 'rotate-strict', again: 403, newer: 403 },
    { mode: 'rotate-leeway', again: 200, newer: 200 },
    { mode: 'reusable', again: 200, newer: 200 },
  ] as const)(
    'switch tokenMode $mode: a spent token again answers $again',
    async ({ mode, again, newer }) => {
      const { simulator, admin } = await start({ tokenMode: mode });
      const first = admin.grant({ clientId, scope: ['offline_access'] }).refresh_token!;
      const next = (await refresh(simulator, first)).body['refresh_token']!;
      expect(next).not.toBe(first);
      expect((await refresh(simulator, first)).status).toBe(again);
      expect((await refresh(simulator, next)).status).toBe(newer);
      admin.advanceClock(31_000);
      expect((await refresh(simulator, first)).status).toBe(mode === 'reusable' ? 200 : 403);
    },
  );

  test('a refresh token dies after 90 idle days, and after a year however it is used', async () => {
    const { simulator, admin } = await start();
    let token = admin.grant({ clientId, scope: ['offline_access'] }).refresh_token!;
    for (let days = 80; days <= 320; days += 80) {
      admin.advanceClock(80 * DAY_MS);
      token = (await refresh(simulator, token)).body['refresh_token']!;
    }
    admin.advanceClock(46 * DAY_MS);
    expect(await refresh(simulator, token)).toMatchObject({ status: 403, body: { error: 'invalid_grant' } });
    const idle = admin.grant({ clientId, scope: ['offline_access'] }).refresh_token!;
    admin.advanceClock(90 * DAY_MS + 1000);
    expect((await refresh(simulator, idle)).status).toBe(403);
  });

  test('switch deadTokenError: what a dead refresh token is called; a wrong secret is called the same as before', async () => {
    const { simulator, admin } = await start();
    const { refresh_token: token } = admin.grant({ clientId, scope: ['offline_access'] });
    admin.revoke();
    const wrong = { grant_type: 'refresh_token', refresh_token: token ?? '', client_secret: 'y' };
    for (const [deadTokenError, error_description] of [
      ['access_denied', 'Unknown or invalid refresh token'],
      ['unauthorized_client', 'refresh_token is invalid'],
    ] as const) {
      admin.configure({ deadTokenError });
      expect(await refresh(simulator, token ?? '')).toMatchObject({
        status: 403,
        body: { error: deadTokenError, error_description },
      });
      expect(await tokenCaller(simulator)(wrong)).toMatchObject({
        status: 401,
        body: { error: 'access_denied', error_description: 'Unauthorized' },
      });
    }
  });

  test('switches invalidGrantStatus and oauthErrorBody', async () => {
    const { simulator, admin } = await start();
    expect(await refresh(simulator, 'x')).toEqual({
      status: 403,
      body: { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' },
    });
    admin.configure({ invalidGrantStatus: 400, oauthErrorBody: 'lever' });
    expect(await refresh(simulator, 'x')).toEqual({
      status: 400,
      body: { code: 'invalid_grant', message: 'Unknown or invalid refresh token.' },
    });
  });
});

describe('revoked access', () => {
  test('switch revokeMode: calls fail at once, or when the token runs out; refreshing fails in both', async () => {
    const { simulator, admin } = await start({ revokeMode: 'at-expiry' });
    const grant = admin.grant({ clientId, scope: ['offline_access', 'stages:read:admin'] });
    const api = leverClient(simulator.apiUrl, `Bearer ${grant.access_token}`);
    admin.revoke();
    expect((await api('GET', '/stages')).status).toBe(200);
    expect((await refresh(simulator, grant.refresh_token!)).status).toBe(403);
    admin.configure({ revokeMode: 'at-once' });
    expect((await api('GET', '/stages')).status).toBe(401);
  });

  test.each([
    { mode: 'keep', sent: 3 },
    { mode: 'stop', sent: 2 },
  ] as const)(
    'switch webhooksAfterRevoke $mode: $sent of three deliveries are sent',
    async ({ mode, sent }) => {
      const { simulator, admin } = await start({ webhooksEnabled: true, webhooksAfterRevoke: mode });
      const hooks = await receiver();
      const grant = () => admin.grant({ clientId, scope: ['webhooks:write:admin'] });
      const api = leverClient(simulator.apiUrl, `Bearer ${grant().access_token}`);
      await api('POST', '/webhooks', { url: hooks.url, event: 'candidateStageChange' });
      const id = newCandidate(simulator);
      admin.moveCandidate(id, SEED.stages.assessment);
      admin.revoke();
      admin.moveCandidate(id, SEED.stages.review);
      grant();
      admin.moveCandidate(id, SEED.stages.offer);
      await hooks.received(sent);
      expect(admin.deliveries()).toHaveLength(sent);
    },
  );
});

test('an API key works with its own permissions only', async () => {
  const { simulator, admin } = await start();
  admin.addApiKey({ key: 'narrow', scopes: ['stages:read:admin'], confidential: false });
  const api = leverClient(simulator.apiUrl, basic('narrow'));
  expect((await api('GET', '/stages')).status).toBe(200);
  expect((await api('GET', '/tags')).status).toBe(403);
  admin.removeApiKey('narrow');
  expect((await api('GET', '/stages')).status).toBe(401);
});
