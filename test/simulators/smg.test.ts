import { until } from '../helpers/until';
import type { Json } from './smg-testkit';
import { ada, basic, create, partner, raw, send, start } from './smg-testkit';

describe('partner API', () => {
  test('every error is HTTP 200 with a code, wrong credentials included', async () => {
    const smg = await start();
    const codeOf = async (body: Json, authorization?: string): Promise<unknown> =>
      (await send(smg, body, authorization))['error_code'];
    expect(await codeOf({ command: 'position_get' }, basic('nobody', 'smg-sim-password'))).toBe(5);
    expect(await codeOf({ command: 'position_get' }, basic('smg-sim-user', 'wrong'))).toBe(1);
    expect(await codeOf({ command: 'position_get' }, '')).toBe(1);
    expect(await codeOf({ command: 'position_set' })).toBe(92);
    expect(await codeOf({})).toBe(10);
    expect(await codeOf({ command: 'position_get', partner_api: undefined })).toBe(10);
    expect(await codeOf({ command: 'application_get', application_id: '1' })).not.toBe(0);
    expect(await create(smg, { position_id: undefined })).toEqual({
      error_code: 10,
      error_text: 'Missing required parameter: position_id',
      command_from: 'application_create',
    });
    expect(await create(smg, { app_url: 'not a url' })).toMatchObject({ error_code: 11 });
    expect(await create(smg, { position_id: 7 })).toMatchObject({ error_code: 1703 });
    expect(await create(smg, { fields: [{ n: 'email', v: 'x@y.z' }] })).toMatchObject({ error_code: 10 });
    const malformed = await fetch(smg.apiUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect([malformed.status, ((await malformed.json()) as Json)['error_code']]).toEqual([200, 10]);
    expect(smg.admin.applications()).toEqual([]);
  });

  test('position_get lists the six assessment types', async () => {
    const answer = await send(await start(), { command: 'position_get' });
    expect(answer).toMatchObject({ error_code: 0, error_text: '', command_from: 'position_get', count: 6 });
    expect(answer['items']).toContainEqual({ position_id: '10002063', aname: 'EPOP Leadership' });
  });

  test('an invitation goes out only with app_email, in both forms', async () => {
    const smg = await start();
    const silent = await create(smg);
    expect(silent).toEqual({
      error_code: 0,
      error_text: '',
      command_from: 'application_create',
      application_id: expect.stringMatching(/^\d+$/),
      app_link_full: expect.stringMatching(/\/app_link\/app_link\.html\?app_link=\w+&acc_link=\w+$/),
    });
    expect(smg.admin.mailbox()).toEqual([]);

    const simple = { command: 'application_create', position_id: 10002066, app_email: 'bob@example.com' };
    await send(smg, simple);
    const mixed = await create(smg, { app_email: 'ada@example.com' });
    expect(smg.admin.mailbox().map(({ to }) => to)).toEqual(['bob@example.com', 'ada@example.com']);
    expect(smg.admin.mailbox({ to: 'ada@example.com' })).toMatchObject([{ link: mixed['app_link_full'] }]);
    expect(smg.admin.applications({ email: 'ada@example.com' })[0]?.fields).toMatchObject({
      assessment_id: 'a-1',
    });
  });

  test('fail_on_dup answers 1701 with the old id, by the chosen rule', async () => {
    const smg = await start();
    const first = String((await create(smg))['application_id']);
    expect(await create(smg, { fail_on_dup: true })).toMatchObject({
      error_code: 1701,
      application_id: first,
    });
    expect(await create(smg, { fail_on_dup: true, position_id: '10002066' })).toMatchObject({
      error_code: 0,
    });
    smg.admin.complete(first);
    expect(await create(smg, { fail_on_dup: true })).toMatchObject({ error_code: 0 });

    const strict = await start({ duplicateRule: 'candidate' });
    strict.admin.complete(String((await create(strict))['application_id']));
    expect(await create(strict, { fail_on_dup: true, position_id: '10002066' })).toMatchObject({
      error_code: 1701,
    });
  });

  test('application_get pages through the open ones with the documented and the client cursor', async () => {
    const smg = await start();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(String((await create(smg))['application_id']));
    smg.admin.complete(ids[0] ?? '');
    smg.admin.cancel(ids[1] ?? '');
    const first = await send(smg, { command: 'application_get', max_count: 2 });
    expect(first).toMatchObject({ count: 2, has_more: true, too_big: false, next_app_id: ids[4] });
    expect((first['application_list'] as Json[])[0]).toMatchObject({
      application_id: ids[2],
      position: 'EPOP Leadership',
      completed: '1900-01-01',
      fields: 'email|ada@example.com|app_full_name|Ada <b>Lovelace</b>|assessment_id|a-1',
    });
    for (const name of ['start_id', 'start_app_id']) {
      const next = await send(smg, {
        command: 'application_get',
        max_count: 2,
        [name]: first['next_app_id'],
        start_acc_id: first['next_acc_id'],
        start_date: first['next_date'],
      });
      expect(next).toMatchObject({ count: 1, has_more: false });
    }
    expect(await send(smg, { command: 'application_get', max_count: 1 })).toMatchObject({ error_code: 11 });
  });

  test('one application, its links and its scores, before and after completion', async () => {
    const smg = await start();
    const made = await create(smg);
    const id = String(made['application_id']);
    const get = (command: string, extra: Json = {}): Promise<Json> =>
      send(smg, { command, application_id: id, ...extra });
    expect(await get('application_get')).toMatchObject({
      status: 'not_started',
      fields: expect.arrayContaining([{ assessment_id: 'a-1' }]) as unknown,
    });
    expect(await get('score_calc_get')).toMatchObject({ error_code: 1704 });

    smg.admin.complete(id, { scores: { score_final: 2, traits: { 'People (PO)': 147 } } });
    const after = await get('application_get');
    const links = await get('application_get_link');
    expect(after).toMatchObject({ status: 'completed', rep_link_full: links['rep_link_full'] });
    expect(after['completed']).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(after['rep_link_full_acc']).toContain('/rep_link.html?');
    expect(links['app_link_full']).toBe(made['app_link_full']);

    const scores = await get('score_calc_get', {
      show_traits: true,
      show_super_traits: true,
      show_reducers: true,
      show_answers: true,
    });
    expect(scores).toMatchObject({
      main_score_found: true,
      score_final: 2,
      avalue: 2,
      score_text: 'Proceed with Caution',
      report_name: 'EPOP',
      position_reducers: [{ aname: 'overall_stoplight', score_final: 2 }],
    });
    expect(scores['traits']).toContainEqual({
      trait_name: 'People (PO)',
      caption_tr: 'People Orientation',
      score: 147,
    });
    expect((scores['answers'] as Json[])[0]).toMatchObject({ q: '1', a: 4, v: 'Mostly like me' });
    expect(await get('score_calc_get')).not.toHaveProperty('traits');

    // The same answers say something else about another role; a score that was set belongs to its own.
    const service = await get('score_calc_get', { position_id: '10002068', show_traits: true });
    expect(service).toMatchObject({ error_code: 0, score_final: 3, traits: scores['traits'] });
    expect(service['score']).not.toBe(scores['score']);
    expect(service['rep_link_full']).toBe(`${String(links['rep_link_full'])}&position=10002068`);
    expect(await get('score_calc_get', { position_id: '99' })).toMatchObject({ error_code: 1703 });
  });

  test('the candidate can be served through the API', async () => {
    const smg = await start();
    const answer = await create(smg, { fields: undefined });
    const link = new URL(String(answer['app_link_full'])).searchParams.get('app_link');
    const asked = await send(smg, { command: 'application_get_q', app_link: link }, '');
    const answers = (asked['questions'] as Json[]).map(({ q, values }) => ({ q, a: values ? 3 : 'text' }));
    const set = (extra: Json): Promise<Json> =>
      send(smg, { command: 'score_calc_set', app_link: link, ...extra });
    expect(await set({ answers })).toMatchObject({ error_code: 1716 });
    expect(await set({ fields: ada, answers: answers.slice(1) })).toMatchObject({ error_code: 1850 });
    expect(await set({ fields: ada, answers })).toMatchObject({ error_code: 0 });
    expect(await set({ fields: ada, answers })).toMatchObject({ error_code: 1705 });
    const again = await send(smg, { command: 'application_get_q', app_link: link });
    expect(again).toMatchObject({ error_code: 0, already_submitted: true });
    expect(smg.admin.applications({ email: 'ada@example.com' })).toHaveLength(1);
  });
});

describe('faults of the API', () => {
  test('HTTP statuses, error codes and lost requests write nothing and are used up', async () => {
    const smg = await start();
    smg.admin.fault({ kind: 'http', command: 'application_create', status: 503, count: 2 });
    smg.admin.fault({ kind: 'http', command: 'application_create', status: 429, retryAfterSeconds: 7 });
    smg.admin.fault({ kind: 'error-code', command: 'application_create', error_code: 92 });
    smg.admin.fault({ kind: 'lost-request', command: 'application_create' });
    const body = { command: 'application_create', position_id: '10002063', fields: ada };
    expect((await raw(smg, body)).status).toBe(503);
    expect((await send(smg, { command: 'position_get' }))['error_code']).toBe(0);
    expect((await raw(smg, body)).status).toBe(503);
    const limited = await raw(smg, body);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await create(smg)).toMatchObject({ error_code: 92 });
    await expect(raw(smg, body)).rejects.toThrow();
    expect(smg.admin.applications()).toEqual([]);
    expect(await create(smg)).toMatchObject({ error_code: 0 });
    expect(smg.admin.requests({ command: 'application_create' }).map(({ status }) => status)).toEqual([
      503,
      503,
      429,
      200,
      null,
      200,
    ]);
  });

  test('a lost answer leaves the write behind, dropped or hanging', async () => {
    const smg = await start();
    smg.admin.fault({ kind: 'lost-answer', command: 'application_create' });
    await expect(create(smg)).rejects.toThrow();
    expect(smg.admin.applications()).toHaveLength(1);
    smg.admin.fault({ kind: 'lost-answer', how: 'hang' });
    const hanging = create(smg);
    await until(
      'it was made',
      () => smg.admin.applications(),
      ({ length }) => length === 2,
    );
    await Promise.all([expect(hanging).rejects.toThrow(), smg.stop()]);
  });

  test('early completion calls back before the create answer; the answer may carry a wrong id', async () => {
    const hub = await partner(200);
    const smg = await start();
    smg.admin.fault({ kind: 'early-completion' });
    smg.admin.fault({ kind: 'wrong-application-id', application_id: '4711' });
    smg.admin.fault({ kind: 'delay', ms: 1, when: 'after' });
    const answer = await create(smg, { app_url: `${hub.url}/[___APP_ID___]` });
    expect(hub.calls).toHaveLength(1);
    expect(answer).toMatchObject({ error_code: 0, application_id: '4711' });
    expect(smg.admin.applications()).toMatchObject([{ status: 'completed' }]);
    expect(smg.admin.requests()[0]?.faults).toEqual(['early-completion', 'wrong-application-id', 'delay']);
    expect(smg.admin.faults()).toEqual([]);
  });
});

test('another process drives it over /_control', async () => {
  const smg = await start();
  const id = String((await create(smg, { app_email: 'ada@example.com' }))['application_id']);
  const control = async (method: string, path: string, body?: Json): Promise<[number, Json]> => {
    const answer = await fetch(`${smg.url}/_control${path}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const content = await answer.text();
    return [answer.status, (content.startsWith('{') ? JSON.parse(content) : {}) as Json];
  };
  expect(await control('GET', '/applications?status=not_started')).toMatchObject([
    200,
    { data: [{ applicationId: id }] },
  ]);
  expect(await control('POST', '/faults', { kind: 'htp' })).toMatchObject([
    400,
    { error: expect.any(String) },
  ]);
  expect(await control('POST', '/faults', { kind: 'http', status: 500 })).toEqual([201, { id: '1' }]);
  expect(await control('DELETE', '/faults')).toEqual([204, {}]);
  expect(await control('PATCH', '/account', { config: 'url|http://127.0.0.1:9' })).toMatchObject([
    200,
    { user: 'smg-sim-user', config: 'url|http://127.0.0.1:9' },
  ]);
  expect(await control('POST', `/applications/${id}/expire`)).toMatchObject([200, { status: 'expired' }]);
  expect(await control('POST', `/applications/${id}/complete`, {})).toMatchObject([
    409,
    { error_code: 1706 },
  ]);
  expect(await control('POST', '/applications/1/cancel')).toMatchObject([404, { error_code: 1702 }]);
  expect(await control('GET', '/mailbox?to=ada@example.com')).toMatchObject([
    200,
    { data: [{ applicationId: id }] },
  ]);
  expect(await control('GET', '/requests?command=application_create')).toMatchObject([
    200,
    { data: [{ applicationId: id, errorCode: 0 }] },
  ]);
  expect((await control('POST', '/clear'))[0]).toBe(204);
  expect(await control('GET', '/applications')).toEqual([200, { data: [] }]);
  expect((await control('GET', '/nothing'))[0]).toBe(404);
});
