import { type LeverSimulator, startLeverSimulator } from '../../simulators/lever/server';
import type { LeverSimulatorOptions } from '../../simulators/lever/options';
import { remoteLeverAdmin } from '../../simulators/lever/remote';
import { SEED } from '../../simulators/lever/seed';
import { leverClient } from './lever-client';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options: LeverSimulatorOptions = {}) {
  const simulator = await startLeverSimulator(options);
  stops.push(() => simulator.stop());
  const api = leverClient(simulator.apiUrl);
  return { simulator, admin: simulator.admin, api };
}

const { assessment } = SEED.stages;

describe('OAuth', () => {
  const redirectUri = 'http://localhost:9999/connect/callback';
  const { clientId, clientSecret } = SEED.app;

  const token = async (simulator: LeverSimulator, fields: Record<string, string>) => {
    const answer = await fetch(`${simulator.authUrl}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...fields }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, string> };
  };
  const refresh = (simulator: LeverSimulator, refreshToken: string) =>
    token(simulator, { grant_type: 'refresh_token', refresh_token: refreshToken });

  /** Opens the consent page and presses a button on it. */
  async function consent(
    simulator: LeverSimulator,
    decision: 'accept' | 'deny',
    user: string = SEED.users.superAdmin,
  ) {
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: 'code',
      state: 's1',
      audience: `${simulator.apiUrl}/`,
      scope: 'offline_access stages:read:admin',
    });
    const page = await (await fetch(`${simulator.authUrl}/authorize?${query}`)).text();
    expect(page).toContain('Read stages');
    const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ request, user, decision });
    const answer = await fetch(`${simulator.authUrl}/authorize`, {
      method: 'POST',
      body,
      redirect: 'manual',
    });
    return { status: answer.status, location: new URL(answer.headers.get('location') ?? 'http://nowhere') };
  }

  test('consent, single-use code, scoped token, expiry, revocation', async () => {
    const { simulator, admin } = await start();
    const denied = await consent(simulator, 'deny');
    expect(denied.location.searchParams.get('error')).toBe('access_denied');
    expect((await consent(simulator, 'accept', SEED.users.recruiter)).status).toBe(403);
    const code = (await consent(simulator, 'accept')).location.searchParams.get('code') ?? '';
    const exchange = () =>
      token(simulator, { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
    const granted = await exchange();
    expect(granted).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
    expect(await exchange()).toMatchObject({ status: 403, body: { error: 'invalid_grant' } });

    const api = leverClient(simulator.apiUrl, `Bearer ${granted.body['access_token']}`);
    expect((await api('GET', '/stages')).status).toBe(200);
    expect((await api('GET', '/postings')).status).toBe(403);
    admin.advanceClock(3_600_000);
    expect((await api('GET', '/stages')).status).toBe(401);
    const renewed = await refresh(simulator, granted.body['refresh_token']!);
    const later = leverClient(simulator.apiUrl, `Bearer ${renewed.body['access_token']}`);
    admin.configure({ revokeMode: 'at-expiry' });
    admin.revoke();
    expect((await later('GET', '/stages')).status).toBe(200);
    admin.configure({ revokeMode: 'at-once' });
    expect((await later('GET', '/stages')).status).toBe(401);
    expect(await refresh(simulator, renewed.body['refresh_token']!)).toMatchObject({ status: 403 });
  });

  test('rotation modes, idle limit, wrong secret', async () => {
    const { simulator, admin } = await start();
    const grant = () => admin.grant({ clientId, scope: ['offline_access'] }).refresh_token!;
    const strict = grant();
    const next = (await refresh(simulator, strict)).body['refresh_token']!;
    expect((await refresh(simulator, strict)).status).toBe(403);
    expect((await refresh(simulator, next)).status).toBe(403);
    admin.configure({ tokenMode: 'rotate-leeway', leewaySeconds: 30 });
    const lenient = grant();
    await refresh(simulator, lenient);
    expect((await refresh(simulator, lenient)).status).toBe(200);
    admin.advanceClock(60_000);
    expect((await refresh(simulator, lenient)).status).toBe(403);
    admin.configure({ tokenMode: 'reusable' });
    const reusable = grant();
    await refresh(simulator, reusable);
    expect((await refresh(simulator, reusable)).status).toBe(200);
    admin.advanceClock(91 * 86_400_000);
    expect((await refresh(simulator, reusable)).status).toBe(403);
    expect(
      (await token(simulator, { grant_type: 'refresh_token', refresh_token: 'x', client_secret: 'y' }))
        .status,
    ).toBe(401);
  });
});

describe('pages and control', () => {
  test('a person adds, moves and archives a candidate; all text is escaped', async () => {
    const { simulator, admin, api } = await start();
    const form = (path: string, fields: Record<string, string>) =>
      fetch(`${simulator.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      });
    const added = await form('/candidates', {
      name: '<b>Eve</b>',
      email: 'eve@example.com',
      posting: SEED.postings.storeManager,
      stage: 'applicant-new',
    });
    const path = added.headers.get('location') ?? '';
    const id = path.split('/').at(-1) ?? '';
    await form(`${path}/stage`, { stage: assessment });
    await form(`${path}/archive`, { reason: SEED.reasons.withdrew });
    expect(admin.candidate(id)).toMatchObject({
      stage: assessment,
      archived: { reason: SEED.reasons.withdrew },
    });
    await api('POST', `/opportunities/${id}/addLinks`, { links: ['javascript:alert(1)'] });
    const page = await (await fetch(`${simulator.url}${path}`)).text();
    expect(page).toContain('&lt;b&gt;Eve');
    expect(page).not.toContain('href="javascript');
    await form('/settings/integrations/events/candidateStageChange', { enabled: 'true' });
    await form(`/postings/${SEED.postings.storeClerk}`, { text: 'Store Clerk', tags: 'a, b' });
    expect((await api('GET', `/postings/${SEED.postings.storeClerk}`)).body.data.tags).toEqual(['a', 'b']);
    for (const address of [
      '/',
      '/candidates/new',
      '/postings',
      '/settings/integrations',
      '/settings/authorized-apps',
    ]) {
      expect((await fetch(`${simulator.url}${address}`)).status).toBe(200);
    }
    expect((await form('/candidates', { name: '', email: 'x', posting: '', stage: '' })).status).toBe(400);
    expect((await fetch(`${simulator.url}/candidates/unknown`)).status).toBe(404);
  });

  test('another process drives it by the same calls', async () => {
    const { simulator, admin } = await start();
    const remote = remoteLeverAdmin(simulator.url);
    const id = await remote.addCandidate({ name: 'Finn', email: 'finn@example.com' });
    await remote.moveCandidate(id, assessment);
    expect((await remote.candidate(id)).stage).toBe(assessment);
    await remote.fault({ path: '*', kind: 'status', status: 500 });
    expect(admin.pendingFaults()).toHaveLength(1);
    await expect(remote.moveCandidate(id, 'unknown')).rejects.toThrow('stages unknown was not found');
    await expect(remote.configure({ nonsense: 1 } as never)).rejects.toThrow('400');
  });
});
