import type { JobmaOptions, JobmaSimulator } from '../../simulators/jobma/server';
import { defaultAccount, startJobmaSimulator } from '../../simulators/jobma/server';
import { until } from '../helpers/until';
import type { Json } from './smg-testkit';
import { called, partner } from './smg-testkit';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(options: JobmaOptions = {}): Promise<JobmaSimulator> {
  const simulator = await startJobmaSimulator({ callbackRetries: [], ...options });
  stops.push(() => simulator.stop());
  return simulator;
}

const api = async (
  { apiUrl }: JobmaSimulator,
  method: string,
  path: string,
  body?: Json,
  token = defaultAccount.accessToken,
): Promise<{ status: number; body: Json }> => {
  const answer = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Json };
};

const wish = (change: Json = {}): Json => ({
  interview_template_id: '101',
  job_id: '45',
  job_code: 'asm-1',
  job_title: 'Store <b>Clerk</b>',
  candidate: { first_name: 'Ada', last_name: 'Lovelace', phone: '', email: 'ada@example.com' },
  ...change,
});
const invite = (jobma: JobmaSimulator, change?: Json) => api(jobma, 'POST', '/interviews', wish(change));

/** A page's forms are sent as a browser would. */
const send = (url: string, fields: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

describe('the API of the Jobma simulator', () => {
  test('lists kits, makes an interview, shows it', async () => {
    const jobma = await start();
    expect((await api(jobma, 'GET', '/interview-templates')).body['interview_templates']).toContainEqual({
      id: '101',
      name: 'Retail first interview',
    });
    const made = await invite(jobma);
    expect(made).toMatchObject({ status: 201, body: { interview_link: expect.any(String) as string } });
    const token = String(made.body['interview_token']);
    expect((await api(jobma, 'GET', `/interviews/${token}`)).body).toMatchObject({
      interview_token: token,
      job_code: 'asm-1',
      status: 'pending',
      results_url: null,
      score: null,
      rating: null,
      decision: null,
    });
    expect(jobma.admin.mailbox({ to: 'ADA@example.com' })).toEqual([
      expect.objectContaining({ link: made.body['interview_link'], applicationId: token }),
    ]);
  });

  test('refuses as Jobma does', async () => {
    const jobma = await start();
    const wrong = await api(jobma, 'POST', '/interviews', wish(), 'another');
    expect(wrong).toEqual({ status: 401, body: { error: 1, message: 'Invalid token' } });
    expect((await invite(jobma, { interview_template_id: '999' })).status).toBe(404);
    expect((await invite(jobma, { candidate: { first_name: 'Ada', email: 'nobody' } })).status).toBe(422);
    expect((await api(jobma, 'GET', '/interviews/it_0')).status).toBe(404);
    const made = await invite(jobma);
    const again = await invite(jobma, { job_code: 'asm-2' });
    expect(again).toMatchObject({ status: 409, body: { ...made.body, error: 1 } });
    expect((await invite(jobma, { interview_template_id: '102' })).status).toBe(201);
    jobma.admin.complete(String(made.body['interview_token']));
    expect((await invite(jobma)).status).toBe(201);
    const unreadable = await fetch(`${jobma.apiUrl}/interviews`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(unreadable.status).toBe(400);
  });

  test('faults: status with Retry-After, lost request, lost answer', async () => {
    const jobma = await start();
    const operation = 'POST /interviews';
    jobma.admin.fault({ kind: 'http', operation, status: 429, retryAfterSeconds: 9 });
    const busy = await fetch(`${jobma.apiUrl}/interviews`, { method: 'POST' });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '9']);
    jobma.admin.fault({ kind: 'lost-request', operation });
    await expect(invite(jobma)).rejects.toThrow();
    expect(jobma.admin.applications()).toEqual([]);
    jobma.admin.fault({ kind: 'lost-answer', operation });
    await expect(invite(jobma)).rejects.toThrow();
    expect(jobma.admin.applications()).toHaveLength(1);
    expect(jobma.admin.requests({ operation }).map(({ status, faults }) => [status, faults])).toEqual([
      [429, ['http']],
      [null, ['lost-request']],
      [null, ['lost-answer']],
    ]);
    expect(() => jobma.admin.fault({ kind: 'http', operation: 'POST /nowhere', status: 500 })).toThrow();
    expect(jobma.admin.faults()).toEqual([]);
  });
});

describe('callbacks of the Jobma simulator', () => {
  test('are PUT with the receiver’s own token, and repeated until they are taken', async () => {
    const hub = await partner(503, 200);
    const jobma = await start({ callbackRetries: [10, 10] });
    const token = String((await invite(jobma, { callback_url: `${hub.url}/k` })).body['interview_token']);
    jobma.admin.complete(token, { score: 80 });
    await called(hub, 2);
    expect(hub.calls[0]).toMatchObject({
      method: 'PUT',
      path: '/k',
      headers: { authorization: `Bearer ${defaultAccount.webhookToken}` },
    });
    expect(JSON.parse(hub.calls[1]?.body ?? '')).toEqual({
      status: 'completed',
      results_url: jobma.admin.application(token).resultsUrl,
    });
    await until(
      'both are on record',
      () => jobma.admin.callbacks(),
      ({ length }) => length === 2,
    );
    expect(jobma.admin.callbacks().map(({ outcome }) => outcome)).toEqual(['retry', 'done']);
  });

  test('faults: lost, wrong token, duplicate, held back behind the next one', async () => {
    const hub = await partner(200);
    const jobma = await start();
    const token = String((await invite(jobma, { callback_url: hub.url })).body['interview_token']);
    jobma.admin.fault({ kind: 'lost-callback' });
    jobma.admin.complete(token);
    jobma.admin.fault({ kind: 'wrong-signature' });
    jobma.admin.resend(token);
    await called(hub, 1);
    expect(hub.calls[0]?.headers.authorization).not.toContain(defaultAccount.webhookToken);
    jobma.admin.fault({ kind: 'duplicate-callback', copies: 2 });
    jobma.admin.resend(token);
    await called(hub, 4);
    jobma.admin.fault({ kind: 'held-callback' });
    jobma.admin.resend(token);
    jobma.admin.evaluate(token, { decision: 'rejected' });
    await called(hub, 6);
    expect(hub.calls.slice(4).map(({ body }) => (JSON.parse(body) as Json)['status'])).toEqual([
      'rejected',
      'completed',
    ]);
  });
});

describe('the pages of the Jobma simulator', () => {
  test('lead a candidate from the e-mail to the thank-you, once', async () => {
    const hub = await partner(200);
    const jobma = await start();
    await invite(jobma, { callback_url: hub.url });
    const mailbox = await (await fetch(`${jobma.url}/mailbox/1`)).text();
    const [link = ''] = /http:[^"]+\/interview\/[^"]+/.exec(mailbox) ?? [];
    const welcome = await (await fetch(link)).text();
    expect(welcome).toContain('Store &lt;b&gt;Clerk&lt;/b&gt;');
    expect((await send(`${link}/start`)).headers.get('location')).toContain('/questions');
    const incomplete = await send(`${link}/submit`, { q1: 'I am Ada.', q2: 'Perhaps' });
    expect(incomplete.status).toBe(422);
    expect(await incomplete.text()).toContain('These are still missing');
    const done = await send(`${link}/submit`, { q1: 'I am Ada.', q2: 'Often' });
    expect(done.headers.get('location')).toContain('/thank-you');
    await called(hub, 1);
    expect((await fetch(link)).status).toBe(410);
    expect((await fetch(`${jobma.url}/interview/unknown`)).status).toBe(404);

    // The results open without a login; an evaluation is told.
    const [{ resultsUrl } = { resultsUrl: '' }] = jobma.admin.applications();
    expect(await (await fetch(resultsUrl)).text()).toContain('I am Ada.');
    await send(resultsUrl, { rating: '4', decision: 'approved' });
    await called(hub, 2);
    expect(await (await fetch(resultsUrl)).text()).toContain('approved, rated 4 of 5');
    expect(await (await fetch(jobma.url)).text()).toContain('ada@example.com');
  });

  test('let a candidate say no, and a recruiter make a kit', async () => {
    const jobma = await start();
    const made = await invite(jobma);
    expect((await send(`${String(made.body['interview_link'])}/decline`)).status).toBe(200);
    expect(jobma.admin.applications()).toMatchObject([{ status: 'rejected' }]);
    expect((await send(`${jobma.url}/kits`, { name: '', questions: '' })).status).toBe(422);
    await send(`${jobma.url}/kits`, { name: 'Drivers', questions: 'Do you drive?\n\nSince when?' });
    const kit = jobma.admin.kits().at(-1);
    expect(kit).toMatchObject({ name: 'Drivers', questions: [{ id: 'q1' }, { text: 'Since when?' }] });
    expect((await invite(jobma, { interview_template_id: kit?.id })).status).toBe(201);
  });
});

describe('the Lever integration of the Jobma simulator', () => {
  const lever = '/integrations/lever';
  const page = async (address: string): Promise<[number, string]> => {
    const answer = await fetch(address);
    return [answer.status, await answer.text()];
  };

  test('says so where it does not know its partner, or the partner refuses', async () => {
    const jobma = await start();
    expect((await page(`${jobma.url}/integrations`))[1]).toContain(`<a href="${lever}">Lever</a>`);
    expect(await page(`${jobma.url}${lever}`)).toEqual([503, expect.stringContaining('was not told where')]);
    const hub = await partner(422);
    const access = { token: 't', customer: 'Acme', lever: { apiUrl: hub.url, apiKey: 'k' } };
    jobma.admin.joinPartner({ apiUrl: hub.url, ...access });
    expect(await page(`${jobma.url}${lever}`)).toEqual([502, expect.stringContaining('GET /connections')]);
    const refused = await send(`${jobma.url}${lever}/connect`, { user: 'admin' });
    expect([refused.status, await refused.text()]).toEqual([
      502,
      expect.stringContaining('POST /connect-links'),
    ]);
    expect(hub.calls.at(-1)).toMatchObject({ headers: { authorization: 'Bearer t' } });
    // Nobody but an admin gets so far.
    expect((await send(`${jobma.url}${lever}/connect`, { user: 'member' })).status).toBe(403);
    expect(hub.calls).toHaveLength(2);
  });

  test('ends the token and the callbacks when an admin deletes it', async () => {
    const hub = await partner(200);
    const jobma = await start();
    const token = String((await invite(jobma, { callback_url: hub.url })).body['interview_token']);
    expect((await send(`${jobma.url}${lever}/delete`, { user: 'member' })).status).toBe(403);
    expect((await api(jobma, 'GET', `/interviews/${token}`)).status).toBe(200);
    expect((await send(`${jobma.url}${lever}/delete`, { user: 'admin' })).status).toBe(303);
    expect((await api(jobma, 'GET', `/interviews/${token}`)).status).toBe(401);
    jobma.admin.complete(token);
    jobma.admin.clear();
    const next = String((await invite(jobma, { callback_url: hub.url })).body['interview_token']);
    jobma.admin.complete(next);
    await until('it is on record', () => jobma.admin.callbacks()[0]);
    expect(jobma.admin.callbacks().map(({ applicationId }) => applicationId)).toEqual([next]);
  });

  test('lists its own interviews apart from those sent by hand', async () => {
    const jobma = await start();
    await invite(jobma, { callback_url: 'http://127.0.0.1:9/unused' });
    jobma.admin.inviteByHand({ email: 'by.hand@example.com', kitId: '101' });
    const [, all] = await page(jobma.url);
    const [, fromLever] = await page(`${jobma.url}/integrations/interviews/lever`);
    for (const text of [all, fromLever]) expect(text).toContain('ada@example.com');
    expect(all).toContain('by.hand@example.com');
    expect(fromLever).not.toContain('by.hand@example.com');
  });
});

test('another process can drive the Jobma simulator', async () => {
  const jobma = await start();
  const id = String((await invite(jobma)).body['interview_token']);
  const control = async (method: string, path: string, body?: Json): Promise<[number, Json]> => {
    const answer = await fetch(`${jobma.url}/_control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return [answer.status, text.startsWith('{') ? (JSON.parse(text) as Json) : {}];
  };
  expect(await control('GET', '/applications?email=ada@example.com')).toMatchObject([
    200,
    { data: [{ id }] },
  ]);
  expect((await control('POST', '/applications/it_0/complete'))[0]).toBe(404);
  expect((await control('POST', `/applications/${id}/complete`, { score: 900 }))[0]).toBe(400);
  expect(await control('POST', `/applications/${id}/complete`, { score: 90 })).toMatchObject([
    200,
    { score: 90 },
  ]);
  expect((await control('POST', `/applications/${id}/expire`))[0]).toBe(409);
  expect((await control('POST', '/faults', { kind: 'lost-callback' }))[0]).toBe(201);
  expect(await control('GET', '/faults')).toMatchObject([200, { data: [{ remaining: 1 }] }]);
  expect((await control('DELETE', '/faults'))[0]).toBe(204);
  expect((await control('POST', '/faults', { kind: 'rain' }))[0]).toBe(400);
  expect((await control('POST', '/clear'))[0]).toBe(204);
  expect(await control('GET', '/mailbox')).toMatchObject([200, { data: [] }]);
  expect((await control('GET', '/weather'))[0]).toBe(404);
});
