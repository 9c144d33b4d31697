import { createHmac } from 'node:crypto';
import type { SerandOptions, SerandSimulator } from '../../simulators/serand/server';
import { defaultAccount, startSerandSimulator } from '../../simulators/serand/server';
import { until } from '../helpers/until';
import type { Json } from './smg-testkit';
import { called, partner } from './smg-testkit';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(options: SerandOptions = {}): Promise<SerandSimulator> {
  const simulator = await startSerandSimulator({ callbackRetries: [], ...options });
  stops.push(() => simulator.stop());
  return simulator;
}

const api = async (
  { apiUrl }: SerandSimulator,
  method: string,
  path: string,
  body?: Json,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Json }> => {
  const answer = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${defaultAccount.apiKey}`,
      'content-type': 'application/json',
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Json };
};

const wish = (change: Json = {}): Json => ({
  assessment_id: 'asm_general',
  external_id: 'asm-1',
  candidate: { first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' },
  expires_in_days: 14,
  ...change,
});
const invite = (serand: SerandSimulator, change?: Json, headers?: Record<string, string>) =>
  api(serand, 'POST', '/invitations', wish(change), headers);
const code = (answer: { body: Json }): unknown => (answer.body['error'] as Json)['code'];

const send = (url: string, fields: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

describe('the API of the Serand simulator', () => {
  test('invites, shows, reminds, cancels', async () => {
    const serand = await start();
    const made = await invite(serand);
    expect(made).toMatchObject({ status: 201, body: { external_id: 'asm-1', status: 'invited' } });
    const path = `/invitations/${String(made.body['id'])}`;
    expect((await api(serand, 'POST', `${path}/resend`)).status).toBe(200);
    expect(serand.admin.mailbox({ to: 'ada@example.com' })).toHaveLength(2);
    expect((await api(serand, 'POST', `${path}/cancel`)).body).toMatchObject({ status: 'cancelled' });
    expect((await api(serand, 'GET', path)).body).toMatchObject({ status: 'cancelled' });
    expect((await api(serand, 'POST', `${path}/cancel`)).status).toBe(409);
    expect((await api(serand, 'POST', `${path}/resend`)).status).toBe(410);
    expect((await fetch(String(made.body['invite_url']))).status).toBe(410);
  });

  test('knows a repeated request by its key, and another by its candidate', async () => {
    const serand = await start();
    const key = { 'idempotency-key': 'k-1' };
    const made = await invite(serand, {}, key);
    expect(await invite(serand, {}, key)).toEqual(made);
    const other = await invite(serand, { external_id: 'asm-2' }, { 'idempotency-key': 'k-2' });
    expect(other).toMatchObject({ status: 409, body: { invitation: { external_id: 'asm-1' } } });
    expect(code(other)).toBe('already_invited');
    expect(serand.admin.mailbox()).toHaveLength(1);
  });

  test('refuses as the contract says', async () => {
    const serand = await start();
    const stranger = await invite(serand, {}, { authorization: 'Bearer another' });
    expect([stranger.status, code(stranger)]).toEqual([401, 'unauthorized']);
    expect(code(await invite(serand, { assessment_id: 'asm_leaders' }))).toBe('assessment_not_found');
    const candidate = { first_name: 'Ada', last_name: 'Test', email: 'nobody' };
    expect(code(await invite(serand, { candidate }))).toBe('invalid_email');
    expect((await invite(serand, { candidate: {} })).status).toBe(422);
    expect((await api(serand, 'GET', '/invitations/inv_0')).status).toBe(404);
  });

  test('lists assessments by posting, in pages', async () => {
    const questions = [{ id: 'q1', text: 'Why?' }];
    const assessments = Array.from({ length: 60 }, (_, index) => ({
      id: `asm_${index}`,
      name: `Assessment ${index}`,
      atsId: index === 55 ? 'post-1' : null,
      isDefault: false,
      status: 'live' as const,
      questions,
    }));
    const serand = await start({ assessments });
    const first = await api(serand, 'GET', '/assessments');
    const second = await api(serand, 'GET', `/assessments?cursor=${String(first.body['next_cursor'])}`);
    expect([first.body['data'], second.body['data']].map((data) => (data as Json[]).length)).toEqual([
      50, 10,
    ]);
    expect(second.body['next_cursor']).toBeNull();
    expect((await api(serand, 'GET', '/assessments?ats_id=post-1')).body['data']).toMatchObject([
      { id: 'asm_55', ats_id: 'post-1' },
    ]);
  });
});

test('callbacks of the Serand simulator are signed and repeated', async () => {
  const hub = await partner(500, 200);
  const serand = await start({ callbackRetries: [10] });
  const id = String((await invite(serand, { callback_url: hub.url })).body['id']);
  serand.admin.complete(id);
  await called(hub, 2);
  const { headers, body } = hub.calls[1] as (typeof hub.calls)[number];
  const [, time = '', signature] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['serand-signature'])) ?? [];
  const expected = createHmac('sha256', defaultAccount.webhookSecret).update(`${time}.${body}`).digest('hex');
  expect(signature).toBe(expected);
  const told = JSON.parse(body) as Json;
  expect(told).toMatchObject({
    id: headers['serand-event-id'],
    type: 'invitation.completed',
    data: { invitation_id: id, external_id: 'asm-1', status: 'completed', scores: { overall: 76 } },
  });
  // The repeat is the same event; sent again on purpose it is a new one.
  expect((JSON.parse(hub.calls[0]?.body ?? '') as Json)['id']).toBe(told['id']);
  serand.admin.fault({ kind: 'wrong-signature' });
  serand.admin.resend(id);
  await called(hub, 3);
  const forged = hub.calls[2] as (typeof hub.calls)[number];
  expect((JSON.parse(forged.body) as Json)['id']).not.toBe(told['id']);
  const [, at = '', wrong] = /^t=(\d+),v1=(\w+)$/.exec(String(forged.headers['serand-signature'])) ?? [];
  expect(wrong).not.toBe(
    createHmac('sha256', defaultAccount.webhookSecret).update(`${at}.${forged.body}`).digest('hex'),
  );
});

describe('the pages of the Serand simulator', () => {
  test('lead a candidate from the e-mail to the thank-you, and a recruiter to the profile', async () => {
    const hub = await partner(200);
    const serand = await start();
    const made = await invite(serand, { callback_url: hub.url });
    const profile = String(made.body['profile_url']);
    expect(await (await fetch(profile)).text()).toContain('has not completed');
    const [{ link } = { link: '' }] = serand.admin.mailbox();
    expect(await (await fetch(link)).text()).toContain('Welcome, Ada');
    await send(`${link}/start`);
    await called(hub, 1);
    expect(serand.admin.applications()).toMatchObject([{ status: 'started' }]);
    await send(`${link}/submit`, { q1: 'Fully', q2: 'Partly', q3: 'Trust' });
    await called(hub, 2);
    const shown = await (await fetch(profile)).text();
    for (const heading of ['Results', 'Skills', 'Personality', 'Cultural fit'])
      expect(shown).toContain(heading);
    expect((await send(`${link}/decline`)).status).toBe(410);
  });

  test('link an assessment to a posting once it is complete and saved', async () => {
    const serand = await start();
    const page = `${serand.url}/assessments/asm_leaders`;
    expect(await (await fetch(page)).text()).toContain('ATS ID');
    await send(page, { ats_id: ' post-1 ', complete: 'yes' });
    const listed = (await api(serand, 'GET', '/assessments?ats_id=post-1')).body['data'];
    expect(listed).toMatchObject([{ id: 'asm_leaders', status: 'live' }]);
    await send(page, { ats_id: '', complete: '' });
    expect(serand.admin.assessments()[1]).toMatchObject({ atsId: null, status: 'draft' });
    expect((await fetch(`${serand.url}/assessments/nothing`)).status).toBe(404);
  });
});

describe('what customers ask the simulated Serand for', () => {
  const page = async (serand: SerandSimulator, path: string): Promise<string> =>
    (await fetch(`${serand.url}${path}`)).text();
  const mails = (serand: SerandSimulator) =>
    serand.admin.mailbox({ to: 'alex.admin@customer.example.com' }).map(({ link }) => link);

  test('a connection, by an admin of an active account; the staff answers with a link', async () => {
    const serand = await start();
    const ask = async (user: string): Promise<number> =>
      (await send(`${serand.url}/integrations/lever/connect`, { user })).status;
    expect(await ask('member')).toBe(403);
    serand.admin.setAccountActive(false);
    expect(await ask('admin')).toBe(403);
    serand.admin.setAccountActive(true);
    expect(await page(serand, '/desk')).toContain('Nobody has asked for anything');
    expect(await ask('admin')).toBe(200);
    expect((await send(`${serand.url}/desk/req_1`, { link: 'nowhere' })).status).toBe(422);
    expect((await send(`${serand.url}/desk/req_9`, { link: 'https://hub.example/x' })).status).toBe(404);
    expect(mails(serand)).toEqual([]);
    expect((await send(`${serand.url}/desk/req_1`, { link: 'https://hub.example/x' })).status).toBe(303);
    expect(mails(serand)).toEqual(['https://hub.example/x']);
    expect(await page(serand, '/desk')).not.toContain('Send the link');
    expect((await send(`${serand.url}/integrations/lever/other`, { user: 'admin' })).status).toBe(404);
  });

  test('the end of it: the key is worthless, and nobody is called back', async () => {
    const hub = await partner(200);
    const serand = await start();
    const id = String((await invite(serand, { callback_url: hub.url })).body['id']);
    await send(`${serand.url}/integrations/lever/remove`, { user: 'admin' });
    expect((await api(serand, 'GET', `/invitations/${id}`)).status).toBe(200);
    await send(`${serand.url}/desk/req_1`);
    expect(await page(serand, '/integrations/lever')).toContain('Your connection with Lever was removed');
    const refused = await api(serand, 'GET', `/invitations/${id}`);
    expect([refused.status, code(refused)]).toEqual([401, 'unauthorized']);
    serand.admin.complete(id);
    serand.admin.clear();
    const next = String((await invite(serand, { callback_url: hub.url })).body['id']);
    serand.admin.complete(next);
    await until('it is on record', () => serand.admin.callbacks()[0]);
    expect(serand.admin.callbacks().map(({ applicationId }) => applicationId)).toEqual([next]);
  });
});
