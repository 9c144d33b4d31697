import { createHmac } from 'node:crypto';
import type { AssessFirstOptions, AssessFirstSimulator } from '../../simulators/assessfirst/server';
import { defaultAccount, startAssessFirstSimulator } from '../../simulators/assessfirst/server';
import { until } from '../helpers/until';
import { called, partner } from './smg-testkit';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function start(options: AssessFirstOptions = {}): Promise<AssessFirstSimulator> {
  const simulator = await startAssessFirstSimulator(options);
  stops.push(() => simulator.stop());
  return simulator;
}

const model = (simulator: AssessFirstSimulator, name: string): string =>
  simulator.admin.models().find((one) => one.name === name)?.uuid ?? '';

interface Asked {
  status: number;
  body: { data: Record<string, unknown>; errors?: Record<string, unknown>; error?: string };
  headers: Headers;
}

async function ask(
  simulator: AssessFirstSimulator,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  token = defaultAccount.token,
): Promise<Asked> {
  const answer = await fetch(`${simulator.apiUrl}${path}`, {
    method,
    headers: { 'af-token': token, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Asked['body'], headers: answer.headers };
}

const candidate = { email: 'ada@example.com', firstname: 'Ada', lastname: 'Test' };

async function invite(simulator: AssessFirstSimulator, more: Record<string, unknown> = {}) {
  const answer = await ask(simulator, 'POST', '/candidate/send-invitation', { ...candidate, ...more });
  expect(answer.status).toBe(201);
  return answer.body.data as { candidate_uuid: string; invitation_uuid: string; invitation_url: string };
}

const resultsOf = async (
  simulator: AssessFirstSimulator,
  ids: { candidate_uuid: string; invitation_uuid: string },
) =>
  (
    await ask(
      simulator,
      'GET',
      `/candidate/${ids.candidate_uuid}/results?invitation_uuid=${ids.invitation_uuid}`,
    )
  ).body.data;

describe('the API', () => {
  it('knows only its token', async () => {
    const simulator = await start();
    expect(await ask(simulator, 'GET', '/predictive-models', undefined, 'old')).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    });
    expect((await ask(simulator, 'GET', '/predictive-models')).body.data).toContainEqual(
      expect.objectContaining({ name: 'web designer', is_public: 0 }),
    );
  });

  it('refuses a body that is no JSON, names wrong fields, and knows its models', async () => {
    const simulator = await start();
    const invitation = '/candidate/send-invitation';
    const broken = await fetch(`${simulator.apiUrl}${invitation}`, {
      method: 'POST',
      headers: { 'af-token': defaultAccount.token, 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
    const wrong = await ask(simulator, 'POST', invitation, { ...candidate, email: 'ada', lastname: '' });
    expect(wrong.status).toBe(422);
    expect(Object.keys(wrong.body.errors ?? {})).toEqual(['email', 'lastname']);
    const unknown = await ask(simulator, 'POST', invitation, { ...candidate, predictive_model_uuid: 'x' });
    expect(unknown.status).toBe(404);
    expect((await ask(simulator, 'GET', '/candidate/nobody/results')).status).toBe(404);
    expect(simulator.admin.mailbox()).toEqual([]);
  });

  it('invites one person once to each model, under one account', async () => {
    const simulator = await start();
    const first = await invite(simulator, { external_id: 'a-1' });
    const again = await ask(simulator, 'POST', '/candidate/send-invitation', {
      ...candidate,
      email: 'ADA@example.com',
    });
    expect(again).toMatchObject({
      status: 409,
      body: { data: { invitation_uuid: first.invitation_uuid, candidate_uuid: first.candidate_uuid } },
    });
    expect(again.body.data).not.toHaveProperty('external_id');
    const other = await invite(simulator, { predictive_model_uuid: model(simulator, 'Sales') });
    expect(other.candidate_uuid).toBe(first.candidate_uuid);
    expect(await resultsOf(simulator, first)).toMatchObject({ external_id: 'a-1', predictive_model: null });
    expect(await resultsOf(simulator, other)).toMatchObject({
      external_id: null,
      predictive_model: { name: 'Sales' },
    });
    simulator.admin.decline(first.invitation_uuid);
    await invite(simulator, { external_id: 'a-2' });
  });

  it('names the key of the first invitation where that is switched on', async () => {
    const simulator = await start({ duplicateNamesKey: true });
    await invite(simulator, { external_id: 'a-1' });
    const again = await ask(simulator, 'POST', '/candidate/send-invitation', candidate);
    expect(again.body.data).toMatchObject({ external_id: 'a-1' });
  });

  it('takes a hundred requests a minute where the rate is kept', async () => {
    const simulator = await start({ rate: true });
    for (let taken = 0; taken < 100; taken += 1) {
      expect((await ask(simulator, 'GET', '/predictive-models')).status).toBe(200);
    }
    const refused = await ask(simulator, 'GET', '/predictive-models');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('scores what a model demands, and nothing without one', async () => {
    const simulator = await start();
    const { admin } = simulator;
    const alone = await invite(simulator);
    admin.complete(alone.invitation_uuid);
    expect(await resultsOf(simulator, alone)).toMatchObject({ status: 'completed', scores: null });

    const scored = await invite(simulator, { predictive_model_uuid: model(simulator, 'Customer service') });
    admin.answer(scored.invitation_uuid, 'swipe');
    expect(await resultsOf(simulator, scored)).toMatchObject({
      status: 'in_progress',
      scores: { global: null, swipe: expect.any(Number), drive: null },
      assessments: { swipe: { status: 'completed' }, drive: { status: 'not_started' } },
    });
    admin.answer(scored.invitation_uuid, 'drive');
    const results = await resultsOf(simulator, scored);
    expect(results).toMatchObject({
      status: 'completed',
      scores: { global: expect.any(Number), brain: null },
    });
    expect((results['reports'] as { type: string }[]).map(({ type }) => type)).toEqual([
      'swipe',
      'drive',
      'adequacy',
    ]);
  });

  it('has a PDF for each report, with the token and behind the link', async () => {
    const simulator = await start();
    const ids = await invite(simulator, { predictive_model_uuid: model(simulator, 'Sales') });
    const path = `${simulator.apiUrl}/candidate/${ids.candidate_uuid}/reports/adequacy`;
    const headers = { 'af-token': defaultAccount.token };
    expect((await fetch(path, { headers })).status).toBe(404);
    simulator.admin.complete(ids.invitation_uuid);
    expect((await fetch(path)).status).toBe(401);
    const { reports } = await resultsOf(simulator, ids);
    for (const report of [
      await fetch(path, { headers }),
      await fetch((reports as { url: string }[])[0]?.url ?? ''),
    ]) {
      expect(report.headers.get('content-type')).toBe('application/pdf');
      const text = Buffer.from(await report.arrayBuffer()).toString('latin1');
      expect(text).toMatch(/^%PDF-1\.4\n[^]*Candidate: Ada Test[^]*%%EOF\n$/);
      // The table of objects is where the end says it is.
      const at = Number(/startxref\n(\d+)/.exec(text)?.[1]);
      expect(text.slice(at, at + 4)).toBe('xref');
    }
  });
});

describe('webhooks', () => {
  it('tell each step, signed', async () => {
    const simulator = await start();
    const hub = await partner();
    const ids = await invite(simulator, { external_id: 'a-1', callback_url: hub.url });
    for (const name of ['swipe', 'drive', 'brain'] as const)
      simulator.admin.answer(ids.invitation_uuid, name);
    await called(hub, 6);
    const told = hub.calls.map(
      ({ body }) => JSON.parse(body) as { event: string; data: { assessment: string } },
    );
    expect(told.map(({ event, data }) => `${event} ${data.assessment}`).sort()).toEqual([
      'candidate.completed null',
      'invitation.accepted null',
      'invitation.sent null',
      'questionnaire.completed brain',
      'questionnaire.completed drive',
      'questionnaire.completed swipe',
    ]);
    for (const { headers, body, method } of hub.calls) {
      expect(method).toBe('POST');
      const [, time = '', given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['af-signature'])) ?? [];
      const expected = createHmac('sha256', defaultAccount.webhookSecret)
        .update(`${time}.${body}`)
        .digest('hex');
      expect(given).toBe(expected);
    }
  });

  it('are repeated three times, then given up', async () => {
    const simulator = await start({ callbackRetries: [5, 5, 5], events: ['candidate.completed'] });
    const hub = await partner(503);
    const ids = await invite(simulator, { callback_url: hub.url });
    simulator.admin.complete(ids.invitation_uuid);
    await called(hub, 4);
    await until(
      'they are on record',
      () => simulator.admin.callbacks(),
      ({ length }) => length === 4,
    );
    expect(new Set(hub.calls.map(({ body }) => body)).size).toBe(1);
  });
});

describe('the pages', () => {
  const html = async (url: string): Promise<string> => (await (await fetch(url)).text()).replace(/\s+/g, ' ');
  const send = (url: string, fields: Record<string, string> = {}): Promise<Response> =>
    fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  const answers = {
    swipe: { 'swipe-1': 'I decide quickly', 'swipe-2': 'I like to lead', 'swipe-3': 'I keep to a plan' },
    drive: { 'drive-1': 'Fully', 'drive-2': 'Rather', 'drive-3': 'A little' },
    brain: { 'brain-1': '30', 'brain-2': 'Oak' },
    voice: { 'voice-1': 'I like <wood>.' },
  };

  it('lead a candidate from the e-mail to the end', async () => {
    const simulator = await start();
    await invite(simulator, { predictive_model_uuid: model(simulator, 'Store manager') });
    const [mail] = simulator.admin.mailbox({ to: candidate.email });
    const link = mail?.link ?? '';
    expect(await html(`${simulator.url}/mailbox`)).toContain('You are invited');
    expect(await html(link)).toContain('4 questionnaires');
    expect(await (await send(`${link}/accept`)).text()).toContain('SWIPE: your personality');
    const incomplete = await send(`${link}/swipe`, {
      'swipe-1': 'I decide quickly',
      'swipe-2': 'something else',
    });
    expect(incomplete.status).toBe(422);
    expect(await incomplete.text()).toContain('These are still missing');
    for (const [name, fields] of Object.entries(answers)) {
      expect(await html(`${link}/${name}`)).toContain('<form');
      await send(`${link}/${name}`, fields);
    }
    expect(await html(link)).toContain('Thank you');
    const [application] = simulator.admin.applications();
    expect(application).toMatchObject({ status: 'completed', missing: [] });
    expect(await html(application?.profileUrl ?? '')).toContain('Global fit');
    expect(await html(simulator.url)).toContain('Ada Test');
    // Over is over.
    expect(await (await send(`${link}/swipe`, answers.swipe)).text()).toContain('Thank you');
  });

  it('let a candidate decline', async () => {
    const simulator = await start();
    const { invitation_url: link, invitation_uuid: id } = await invite(simulator);
    expect(await (await send(`${link}/decline`)).text()).toContain('You have declined');
    expect(simulator.admin.application(id).status).toBe('declined');
    expect(await (await send(`${link}/accept`)).text()).toContain('You have declined');
  });

  it('say so when a link is wrong or no longer valid', async () => {
    const simulator = await start();
    const { invitation_url: link, invitation_uuid: id } = await invite(simulator);
    expect((await fetch(`${simulator.url}/invitation/nothing`)).status).toBe(404);
    simulator.admin.expire(id);
    expect((await fetch(link)).status).toBe(410);
    expect(() => simulator.admin.complete(id)).toThrow('is expired');
  });

  it('show a recruiter which tag means which model', async () => {
    const simulator = await start();
    const shown = await html(`${simulator.url}/models`);
    expect(shown).toContain('🦄 web designer');
    expect(shown).toContain('🦄✨ Sales');
  });
});

describe('the page of the Lever integration', () => {
  const lever = '/settings/integrations/lever';
  const press = (simulator: AssessFirstSimulator, path: string, fields: Record<string, string>) =>
    fetch(`${simulator.url}${path}`, { method: 'POST', body: new URLSearchParams(fields) });

  it('is told nothing without a partner', async () => {
    const simulator = await start();
    expect((await fetch(`${simulator.url}${lever}`)).status).toBe(503);
    expect((await press(simulator, `${lever}/activate`, { user: 'admin' })).status).toBe(503);
  });

  it('needs admin rights, and the login before the two fields', async () => {
    const simulator = await start();
    // Nobody is asked for anything before these are settled.
    simulator.admin.joinPartner({ apiUrl: 'http://127.0.0.1:9', token: 'none', customer: 'Nobody' });
    expect(await (await fetch(`${simulator.url}${lever}`)).text()).toContain('Activate');
    expect((await press(simulator, `${lever}/activate`, { user: 'recruiter' })).status).toBe(403);
    expect((await press(simulator, lever, { email: 'a@example.com', assessment: 'x' })).status).toBe(409);
  });
});

it('can be driven by another process', async () => {
  const simulator = await start();
  const { invitation_uuid: id } = await invite(simulator, {
    predictive_model_uuid: model(simulator, 'Sales'),
  });
  const control = `${simulator.url}/_control`;
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${control}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post(`/applications/${id}/complete`, { scores: { global: 91 } })).status).toBe(200);
  expect(await (await fetch(`${control}/applications/${id}`)).json()).toMatchObject({
    status: 'completed',
    scores: { global: 91 },
  });
  expect((await post(`/applications/${id}/complete`, {})).status).toBe(409);
  expect((await post('/applications/nobody/start', {})).status).toBe(404);
  expect((await post('/faults', { kind: 'nonsense' })).status).toBe(400);
});
