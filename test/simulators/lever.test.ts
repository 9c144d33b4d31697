import { setTimeout as sleep } from 'node:timers/promises';
import { type LeverSimulator, startLeverSimulator } from '../../simulators/lever/server';
import type { LeverSimulatorOptions } from '../../simulators/lever/options';
import { remoteLeverAdmin } from '../../simulators/lever/remote';
import { SEED } from '../../simulators/lever/seed';
import { signWebhook } from '../../simulators/lever/webhooks/sign';
import { basic, leverClient, until, webhookReceiver } from './lever-client';

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

async function receiver(statuses: number[] = []) {
  const hooks = await webhookReceiver(statuses);
  stops.push(hooks.stop);
  return hooks;
}

const AS = `perform_as=${SEED.users.service}`;
const { assessment, review } = SEED.stages;

const newCandidate = (simulator: LeverSimulator, postingId: string = SEED.postings.storeManager) =>
  simulator.admin.addCandidate({ name: 'Dora Test', email: 'dora@example.com', postingId });

describe('opportunities', () => {
  test('a new one inherits tags in Lever’s order and shares the contact of its e-mail address', async () => {
    const { simulator, api } = await start();
    const first = newCandidate(simulator);
    const created = await api('POST', `/opportunities?${AS}`, {
      emails: ['Dora@Example.com'],
      tags: ['own'],
      postings: [SEED.postings.storeManager],
    });
    expect(created.status).toBe(201);
    expect(created.body.deduped).toBe(true);
    expect(created.body.data.tags).toEqual([
      'own',
      'POP-10002063-Leadership',
      'POP-INVITE-CANDIDATE',
      'Store Manager',
      'Retail',
      'Sales',
      'Lyon',
      'Full-time',
    ]);
    expect(created.body.data.contact).toBe(simulator.admin.candidate(first).contact);
    const found = await api(
      'GET',
      `/opportunities?email=DORA@example.com&posting_id=${SEED.postings.storeManager}`,
    );
    expect(found.body.data).toHaveLength(2);
  });

  test('writes answer with a blank contact, except where links are concerned; repeats change nothing', async () => {
    const { simulator, api } = await start();
    const id = newCandidate(simulator);
    const tagged = await api('POST', `/opportunities/${id}/addTags?${AS}`, { tags: ['x'] });
    expect(tagged.body.data).toMatchObject({ name: '', emails: [], links: [], headline: '' });
    expect(tagged.body.data).not.toHaveProperty('opportunityLocation');
    const again = await api('POST', `/opportunities/${id}/addTags?${AS}`, { tags: ['x'] });
    expect(again.body.data).toEqual(tagged.body.data);
    const linked = await api('POST', `/opportunities/${id}/addLinks?${AS}`, {
      links: ['https://a.example.com'],
    });
    expect(linked.body.data).toMatchObject({ name: 'Dora Test', links: ['https://a.example.com'] });
    const moved = await api('PUT', `/opportunities/${id}/stage?${AS}`, { stage: assessment });
    expect(moved.body.data).toMatchObject({ name: '', stage: assessment });
    const same = await api('PUT', `/opportunities/${id}/stage?${AS}`, { stage: assessment });
    expect(same.body.data.stageChanges).toEqual(moved.body.data.stageChanges);
    expect(moved.body.data.stageChanges.at(-1)).toMatchObject({
      toStageIndex: 5,
      userId: SEED.users.service,
    });
    const full = await api('GET', `/opportunities/${id}?expand=applications&expand=stage&include=name`);
    expect(full.body.data).toMatchObject({
      name: 'Dora Test',
      stage: { id: assessment, text: 'Assessment' },
    });
    expect(full.body.data.applications[0].posting).toBe(SEED.postings.storeManager);
    expect(Object.keys(full.body.data).sort()).toEqual(['applications', 'name', 'stage']);
  });

  test('filters narrow, renaming a posting swaps its tag, deleted ones are listed apart', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const since = admin.candidate(id).lastAdvancedAt + 1;
    await sleep(5);
    admin.moveCandidate(id, assessment);
    const entered = await api(
      'GET',
      `/opportunities?stage_id=${assessment}&advanced_at_start=${since}&archived=false`,
    );
    expect(entered.body.data.map((o: { id: string }) => o.id)).toEqual([id]);
    await api('POST', `/postings/${SEED.postings.storeManager}?${AS}`, {
      text: 'Head of Store',
      tags: ['late'],
    });
    expect(admin.candidate(id).tags).toContain('Head of Store');
    expect(admin.candidate(id).tags).not.toContain('Store Manager');
    expect(admin.candidate(id).tags).not.toContain('late');
    admin.delete(id);
    expect((await api('GET', `/opportunities/${id}`)).status).toBe(404);
    expect((await api('GET', '/opportunities/deleted')).body.data[0]).toMatchObject({ id });
  });

  test('paging tokens name the first item of the next page', async () => {
    const { api } = await start();
    const seen: string[] = [];
    let offset: string | undefined = '';
    while (offset !== undefined) {
      const page: Awaited<ReturnType<typeof api>> = await api(
        'GET',
        `/opportunities?limit=1${offset && `&offset=${encodeURIComponent(offset)}`}`,
      );
      if (offset) expect(decodeURIComponent(offset)).toContain(page.body.data[0].id);
      seen.push(page.body.data[0].id);
      offset = page.body.next;
    }
    expect(new Set(seen).size).toBe(4);
    expect((await api('GET', '/opportunities?offset=nonsense')).status).toBe(400);
  });

  test('faulty requests get Lever’s error body', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const anonymous = leverClient(simulator.apiUrl, 'Bearer nothing');
    admin.addApiKey({ key: 'narrow', scopes: ['opportunities:read:admin'], confidential: false });
    const narrow = leverClient(simulator.apiUrl, basic('narrow'));
    const answers = [
      await anonymous('GET', '/stages'),
      await narrow('POST', `/opportunities/${id}/notes`, { value: 'x' }),
      await api('GET', '/opportunities/unknown'),
      await api('PUT', `/opportunities/${id}/stage`, { stage: 'unknown' }),
      await api('GET', `/opportunities/${id}?expand=posting`),
      await api('POST', '/opportunities', { name: 'No user given' }),
      await api('POST', `/opportunities/${id}/addTags`, { tags: 'not a list' }),
      await api('GET', '/nowhere'),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([401, 403, 404, 404, 400, 400, 400, 404]);
    for (const { body } of answers)
      expect(body).toEqual({ code: expect.any(String), message: expect.any(String) });
    admin.configure({ performAs: 'required' });
    expect((await api('POST', `/opportunities/${id}/addTags`, { tags: ['x'] })).body.message).toBe(
      'Missing required parameter: perform_as',
    );
    const hidden = admin.addCandidate({ name: 'H', email: 'h@example.com', confidentiality: 'confidential' });
    expect((await narrow('GET', `/opportunities/${hidden}`)).status).toBe(403);
    expect((await api('GET', '/opportunities?confidentiality=all')).body.data).toHaveLength(6);
    expect((await api('GET', '/opportunities')).body.data).toHaveLength(5);
  });
});

describe('notes and files', () => {
  test('a repeated note stands there twice', async () => {
    const { simulator, api } = await start();
    const id = newCandidate(simulator);
    for (let i = 0; i < 2; i += 1)
      await api('POST', `/opportunities/${id}/notes?${AS}`, { value: 'Invited' });
    const notes = (await api('GET', `/opportunities/${id}/notes`)).body.data;
    expect(notes.map((note: { fields: { value: string }[] }) => note.fields[0]?.value)).toEqual([
      'Invited',
      'Invited',
    ]);
  });

  test('a file of 28 MiB is taken, processed and given back; a larger one than 30 MB is refused', async () => {
    const { simulator, api } = await start();
    const id = newCandidate(simulator);
    const upload = (bytes: Buffer<ArrayBuffer>) => {
      const form = new FormData();
      form.set('file', new File([bytes], 'report.pdf'));
      return api('POST', `/opportunities/${id}/files?${AS}`, form);
    };
    const bytes = Buffer.alloc(28 * 1024 * 1024, 'report\r\n--x');
    const uploaded = await upload(bytes);
    expect(uploaded.status).toBe(201);
    expect(uploaded.body.data).toMatchObject({ name: 'report.pdf', ext: '.pdf', size: bytes.length });
    const [file] = await until(
      () => simulator.admin.candidate(id).files,
      (files) => files[0]?.status === 'processed',
    );
    const download = await fetch(file!.downloadUrl, {
      headers: { authorization: basic(SEED.apiKey) },
    });
    expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await upload(Buffer.alloc(31 * 1024 * 1024))).status).toBe(413);
    expect((await api('DELETE', `/opportunities/${id}/files/${file!.id}?${AS}`)).status).toBe(204);
  });
});

describe('rate and faults', () => {
  test('the bucket holds 20; more at once is refused, and it can be lifted', async () => {
    const { admin, api } = await start({ retryAfter: true });
    const { rate } = admin.behaviour();
    expect(rate).toEqual({ perSecond: 10, burst: 20 });
    // All but stopped, so that the count does not depend on how fast this machine is.
    admin.configure({ rate: { perSecond: 0.001, burst: 20 } });
    const burst = () => Promise.all(Array.from({ length: 30 }, () => api('GET', '/stages')));
    const refused = (await burst()).filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(10);
    expect(refused[0]!.body).toEqual({ code: 'TooManyRequests', message: expect.any(String) });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(0);
    admin.configure({ rate: false });
    expect((await burst()).every((answer) => answer.status === 200)).toBe(true);
  });

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
});

describe('webhooks', () => {
  test('the signature is that of the test vector', () => {
    const token = 'a1b2c3d4e5f60718293a4b5c6d7e8f901a2b3c4d5e6f7081';
    expect(signWebhook('0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778', token, 1767225600123)).toBe(
      '087c9ced4502d928d87b59fcf5bbc0352f31df6e932c86f72d14c5f90c393a38',
    );
  });

  test('nothing is sent before the Super Admin switches the event group on', async () => {
    const { simulator, admin, api } = await start();
    const hooks = await receiver();
    const made = await api('POST', '/webhooks', { url: hooks.url, event: 'candidateStageChange' });
    expect(made.body.data.configuration.signatureToken).toMatch(/^[0-9a-f]{48}$/);
    expect((await api('GET', '/webhooks')).body.data[0].configuration).not.toHaveProperty('signatureToken');
    const id = newCandidate(simulator);
    admin.moveCandidate(id, assessment);
    expect(admin.deliveries()).toEqual([]);
    admin.setWebhooksEnabled(true, 'candidateStageChange');
    admin.moveCandidate(id, review, { silent: true });
    await api('PUT', `/opportunities/${id}/stage?${AS}`, { stage: assessment });
    const [frame] = await until(hooks.frames, (frames) => frames.length === 1);
    expect(frame!['data']).toEqual({
      opportunityId: id,
      contactId: admin.candidate(id).contact,
      candidateId: id,
      fromStageId: review,
      toStageId: assessment,
    });
    expect(frame!['signature']).toBe(
      signWebhook(
        made.body.data.configuration.signatureToken,
        String(frame!['token']),
        Number(frame!['triggeredAt']),
      ),
    );
    expect((await api('DELETE', `/webhooks/${made.body.data.id}`)).status).toBe(204);
  });

  test('retries send the same bytes until a 2xx, 3xx being a failure; Rerun repeats them or signs anew', async () => {
    const { simulator, admin } = await start({ webhooksEnabled: true, webhookRetryDelaysMs: [10, 20, 30] });
    const hooks = await receiver([500, 302]);
    const webhook = admin.addWebhook({ url: hooks.url, event: 'candidateStageChange' });
    admin.moveCandidate(newCandidate(simulator), assessment);
    const [delivery] = await until(
      () => admin.deliveries(),
      (all) => all[0]?.state === 'delivered',
    );
    expect(delivery!.attempts.map((attempt) => attempt.status)).toEqual([500, 302, 200]);
    expect(new Set(hooks.bodies)).toEqual(new Set([delivery!.body]));

    const rerun = await admin.rerun(delivery!.id);
    expect(rerun).toMatchObject({ state: 'delivered', copyOf: delivery!.id, body: delivery!.body });
    const fresh = JSON.parse((await admin.rerun(delivery!.id, { freshToken: true })).body);
    const original = JSON.parse(delivery!.body);
    expect(fresh.token).not.toBe(original.token);
    expect(fresh.data).toEqual(original.data);
    expect(fresh.signature).toBe(signWebhook(webhook.signatureToken!, fresh.token, fresh.triggeredAt));

    await admin.ping(webhook.id);
    const ping = hooks.frames().at(-1)!;
    expect([ping['data'], 'id' in ping]).toEqual([{}, false]);
  });

  test('after the last retry a delivery has failed; faults forge, double, delay or lose', async () => {
    const { simulator, admin } = await start({ webhooksEnabled: true, webhookRetryDelaysMs: [1] });
    const hooks = await receiver([503, 503]);
    const { signatureToken } = admin.addWebhook({ url: hooks.url, event: 'candidateStageChange' });
    const id = newCandidate(simulator);
    admin.moveCandidate(id, assessment);
    await until(
      () => admin.deliveries(),
      (all) => all[0]?.state === 'failed',
    );
    admin.clearDeliveries();
    hooks.bodies.length = 0;

    admin.webhookFault({ kind: 'lost' });
    admin.moveCandidate(id, review);
    admin.webhookFault({ kind: 'duplicate', copies: 2 });
    admin.webhookFault({ kind: 'forged-data', data: { opportunityId: 'somebody else' } });
    admin.webhookFault({ kind: 'missing-id' });
    admin.moveCandidate(id, assessment);
    await until(hooks.frames, (frames) => frames.length === 3);
    expect(new Set(hooks.bodies).size).toBe(1);
    const [forged] = hooks.frames();
    expect(forged).toMatchObject({ data: { opportunityId: 'somebody else' } });
    expect(forged).not.toHaveProperty('id');
    const sign = (frame: Record<string, unknown>) =>
      signWebhook(signatureToken!, String(frame['token']), Number(frame['triggeredAt']));
    expect(forged!['signature']).toBe(sign(forged!));

    admin.webhookFault({ kind: 'delay', ms: 150 });
    admin.moveCandidate(id, review);
    admin.webhookFault({ kind: 'wrong-signature' });
    admin.moveCandidate(id, SEED.stages.offer);
    const [, , , early, late] = await until(hooks.frames, (frames) => frames.length === 5);
    expect(early).toMatchObject({ data: { toStageId: 'offer' } });
    expect(early!['signature']).not.toBe(sign(early!));
    expect(late).toMatchObject({ data: { toStageId: review } });
  });

  test('archiving, hiring, deleting and other origins', async () => {
    const { simulator, admin, api } = await start({ webhooksEnabled: true });
    const hooks = await receiver();
    const conditions = { origins: ['applied'] };
    for (const event of ['candidateArchiveChange', 'candidateHired', 'candidateDeleted']) {
      await api('POST', '/webhooks', { url: hooks.url, event, configuration: { conditions } });
    }
    const sourced = admin.addCandidate({ name: 'S', email: 's@example.com', origin: 'sourced' });
    admin.archive(sourced);
    const id = newCandidate(simulator);
    admin.archive(id);
    admin.hire(id);
    admin.delete(id);
    const frames = await until(hooks.frames, (all) => all.length === 4);
    expect(frames.map((frame) => frame['event']).sort()).toEqual([
      'candidateArchiveChange',
      'candidateArchiveChange',
      'candidateDeleted',
      'candidateHired',
    ]);
    for (const frame of frames) expect(frame['data']).toMatchObject({ opportunityId: id });
  });
});

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
