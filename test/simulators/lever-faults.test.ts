import { SEED } from '../../simulators/lever/seed';
import { basic, leverClient } from './lever-client';
import { AS, newCandidate, start } from './lever-testkit';

/** The faults that can be armed on routes; those of webhooks are in lever-webhooks.test.ts. */
describe('faults of routes', () => {
  test('after a timeout or a lost connection the write has taken place; the log tells what was tried', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const path = '/opportunities/:id/notes';
    const post = () =>
      api('POST', `/opportunities/${id}/notes`, { value: 'x' }).then(
        (answer) => answer.status,
        () => 0,
      );
    const notes = () => admin.candidate(id).notes.length;
    admin.fault({ method: 'POST', path, kind: 'timeout-after', ms: 50 });
    expect([await post(), notes()]).toEqual([0, 1]);
    admin.fault({ method: 'POST', path, kind: 'drop-after' });
    expect([await post(), notes()]).toEqual([0, 2]);
    admin.fault({ method: 'POST', path, kind: 'status-after', status: 500 });
    expect([await post(), notes()]).toEqual([500, 3]);
    admin.fault({ method: 'POST', path, kind: 'drop-before' });
    expect([await post(), notes()]).toEqual([0, 3]);
    admin.fault({ method: 'POST', path, kind: 'status', status: 503, skip: 1 });
    expect([await post(), await post(), await post(), notes()]).toEqual([201, 503, 201, 5]);
    admin.fault({ path, kind: 'slow-body', ms: 30 });
    expect((await api('GET', `/opportunities/${id}/notes`)).body.data).toHaveLength(5);
    expect(admin.pendingFaults()).toEqual([]);
    const logged = admin.requests({ method: 'POST', path });
    expect(logged.map((entry) => entry.status)).toEqual([null, null, 500, null, 201, 503, 201]);
    expect(logged[0]).toMatchObject({
      credential: SEED.apiKey,
      body: { value: 'x' },
      fault: 'timeout-after',
    });
  });

  test('a stale offset meets later pages only', async () => {
    const { simulator, admin, api } = await start();
    for (let count = 0; count < 2; count += 1) newCandidate(simulator);
    admin.fault({ path: '/opportunities', kind: 'stale-offset' });
    const first = await api('GET', '/opportunities?limit=1');
    expect(first.status).toBe(200);
    const later = `/opportunities?limit=1&offset=${encodeURIComponent(String(first.body.next))}`;
    expect(await api('GET', later)).toMatchObject({
      status: 400,
      body: { code: 'BadRequestError', message: 'Invalid offset token' },
    });
    expect((await api('GET', later)).status).toBe(200);
  });

  test.each([
    { status: 429, retryAfter: 2, code: 'TooManyRequests', header: ['retry-after', '2'] },
    { status: 500, code: 'InternalServerError', header: ['retry-after', null] },
    { status: 503, code: 'ServiceUnavailable', header: ['retry-after', null] },
    { status: 408, code: 'RequestTimeout', header: ['retry-after', null] },
    {
      status: 301,
      location: 'https://elsewhere.example.com/v1/stages',
      code: 'Http301',
      header: ['location', 'https://elsewhere.example.com/v1/stages'],
    },
  ] as const)('$status is answered once, then the route works again', async ({ code, header, ...fault }) => {
    const { admin, api } = await start();
    admin.fault({ path: '/stages', method: 'get', kind: 'status', ...fault });
    expect((await api('GET', '/tags')).status).toBe(200);
    const refused = await api('GET', '/stages');
    expect([refused.status, refused.body.code, refused.headers.get(header[0])]).toEqual([
      fault.status,
      code,
      header[1],
    ]);
    expect((await api('GET', '/stages')).status).toBe(200);
  });

  test('a delayed answer comes after the others, a slow body in two parts; cleared faults are forgotten', async () => {
    const { simulator, admin, api } = await start();
    admin.fault({ path: '/stages', kind: 'delay', ms: 1_000 });
    const order: string[] = [];
    await Promise.all([
      api('GET', '/stages').then(() => order.push('delayed')),
      api('GET', '/tags').then(() => order.push('other')),
    ]);
    expect(order).toEqual(['other', 'delayed']);
    expect(admin.requests({ path: '/stages' })[0]).toMatchObject({ status: 200, fault: 'delay' });
    admin.fault({ path: '/stages', kind: 'slow-body', ms: 500 });
    const answer = await fetch(`${simulator.apiUrl}/stages`, {
      headers: { authorization: basic(SEED.apiKey) },
    });
    const parts: Uint8Array[] = [];
    for await (const part of answer.body!) parts.push(part);
    expect(parts.length).toBeGreaterThan(1);
    expect(JSON.parse(Buffer.concat(parts).toString('utf8')).data).toHaveLength(8);
    admin.fault({ path: '/stages', kind: 'drop-before' });
    admin.clearFaults();
    expect(admin.pendingFaults()).toEqual([]);
    await api('GET', '/stages');
    expect(admin.requests({ path: '/stages' }).at(-1)).not.toHaveProperty('fault');
  });

  test('OAuth routes can be hit as well', async () => {
    const { simulator, admin } = await start();
    admin.fault({ path: '/oauth/token', kind: 'status', status: 503 });
    const call = () => fetch(`${simulator.authUrl}/oauth/token`, { method: 'POST' });
    expect((await call()).status).toBe(503);
    expect((await call()).status).toBe(403);
  });
});

test('the log tells method, path, query, body, credential and answer of each request', async () => {
  const { simulator, admin } = await start();
  const { clientId } = SEED.app;
  const { access_token: token } = admin.grant({ clientId, scope: ['opportunities:write:admin'] });
  const [grant] = admin.grants();
  const id = newCandidate(simulator);
  const oauthApi = leverClient(simulator.apiUrl, `Bearer ${token}`);
  await oauthApi('POST', `/opportunities/${id}/addTags?${AS}`, { tags: ['x'] });
  await oauthApi('GET', '/stages');
  await leverClient(simulator.apiUrl, 'Bearer unknown')('GET', '/stages');
  expect(admin.requests()).toMatchObject([
    {
      method: 'POST',
      path: `/v1/opportunities/${id}/addTags`,
      query: { perform_as: SEED.users.service },
      body: { tags: ['x'] },
      credential: grant!.id,
      status: 200,
    },
    { method: 'GET', path: '/v1/stages', body: null, credential: grant!.id, status: 403 },
    { credential: null, status: 401 },
  ]);
  const [first] = admin.requests();
  expect(admin.requests({ after: first!.seq })).toHaveLength(2);
  expect(admin.requests({ credential: grant!.id, status: 403 })).toHaveLength(1);
});

test('requestHistory: the log forgets its oldest requests', async () => {
  const { admin, api } = await start({ requestHistory: 10, rate: false });
  for (let i = 0; i < 25; i += 1) await api('GET', `/tags?number=${i}`);
  const kept = admin.requests();
  expect(kept.length).toBeLessThan(13);
  expect(kept.at(-1)!.query).toEqual({ number: '24' });
  expect((await start()).admin.behaviour().requestHistory).toBe(50_000);
});
