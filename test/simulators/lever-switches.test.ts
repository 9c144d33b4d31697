import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { CONTROL_COMMANDS } from '../../simulators/lever/control';
import { DEFAULT_BEHAVIOUR } from '../../simulators/lever/options';
import { SEED } from '../../simulators/lever/seed';
import { until } from '../helpers/until';
import { basic, leverClient } from './lever-client';
import { AS, fileForm, newCandidate, start, tokenCaller } from './lever-testkit';

/** Each switch of `/v1` in both positions; those of webhooks and of OAuth have suites of their own. */

const { assessment } = SEED.stages;
const { clientId } = SEED.app;
/** As long as the parser of Node's own fetch asks for. */
const BOUNDARY = 'a-boundary-of-thirty-characters';
const PDF = fileForm('report.pdf', Buffer.from('report'));

describe('rate limit', () => {
  test('rate, retryAfter: the bucket holds 20; more at once is refused, and it can be lifted', async () => {
    const { admin, api } = await start();
    expect(admin.behaviour().rate).toEqual({ perSecond: 10, burst: 20 });
    // All but stopped, so that the count does not depend on how fast this machine is.
    admin.configure({ rate: { perSecond: 0.001, burst: 20 } });
    const burst = () => Promise.all(Array.from({ length: 30 }, () => api('GET', '/stages')));
    const refused = (await burst()).filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(10);
    expect(refused[0]!.body).toEqual({ code: 'TooManyRequests', message: expect.any(String) });
    expect(refused[0]!.headers.get('retry-after')).toBeNull();
    admin.configure({ retryAfter: true });
    expect(Number((await api('GET', '/stages')).headers.get('retry-after'))).toBeGreaterThan(0);
    admin.configure({ rate: false });
    expect((await burst()).every((answer) => answer.status === 200)).toBe(true);
  });

  test.each([
    { rateBucket: 'app', passed: [true, false, false, true] },
    { rateBucket: 'token', passed: [true, true, true, true] },
    { rateBucket: 'account', passed: [true, false, false, false] },
  ] as const)(
    'rateBucket $rateBucket: two tokens, another grant, an API key',
    async ({ rateBucket, passed }) => {
      const { simulator, admin, api } = await start({ rateBucket, rate: { perSecond: 0.001, burst: 1 } });
      const caller = () => {
        const { access_token: token } = admin.grant({ clientId, scope: ['stages:read:admin'] });
        return leverClient(simulator.apiUrl, `Bearer ${token}`);
      };
      const statuses: number[] = [];
      for (const call of [caller(), caller(), caller(), api]) {
        statuses.push((await call('GET', '/stages')).status);
      }
      expect(statuses).toEqual(passed.map((pass) => (pass ? 200 : 429)));
    },
  );
});

describe('errors and filters', () => {
  test('refusalBody, notFoundCode', async () => {
    const { simulator, admin, api } = await start();
    const anonymous = leverClient(simulator.apiUrl, 'Bearer nothing');
    expect((await anonymous('GET', '/stages')).body).toMatchObject({ code: 'Unauthorized' });
    expect((await api('GET', '/opportunities/x')).body).toEqual({
      code: 'ResourceNotFound',
      message: 'opportunities x was not found',
    });
    admin.configure({ refusalBody: 'none', notFoundCode: 'NotFoundError' });
    expect(await anonymous('GET', '/stages')).toMatchObject({ status: 401, body: '' });
    expect((await api('GET', '/opportunities/x')).body.code).toBe('NotFoundError');
  });

  test('outage: while it lasts good credentials are refused as if they were none', async () => {
    const { simulator, admin, api } = await start();
    const scope = ['offline_access', 'stages:read:admin'];
    const grant = admin.grant({ clientId: SEED.app.clientId, scope });
    const byToken = leverClient(simulator.apiUrl, `Bearer ${grant.access_token}`);
    const both = async () => [(await api('GET', '/stages')).status, (await byToken('GET', '/stages')).status];
    expect(await both()).toEqual([200, 200]);
    admin.configure({ outage: 'unauthorized' });
    expect(await both()).toEqual([401, 401]);
    // The authorization server is another one.
    const refreshed = await tokenCaller(simulator)({
      grant_type: 'refresh_token',
      refresh_token: grant.refresh_token ?? '',
    });
    expect(refreshed.status).toBe(200);
    admin.configure({ outage: 'none' });
    expect(await both()).toEqual([200, 200]);
  });

  test('plan: one that includes no API is refused everything', async () => {
    const { admin, api } = await start({ plan: 'LeverTRM for Enterprise' });
    expect((await api('GET', '/stages')).status).toBe(200);
    admin.configure({ plan: 'other' });
    expect(await api('GET', '/stages')).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
  });

  test('differentFilters: repeating one is a union, different ones narrow or widen', async () => {
    const { admin, api } = await start();
    const found = async (query: string) => (await api('GET', `/opportunities?${query}`)).body.data.length;
    const both = `posting_id=${SEED.postings.storeManager}&posting_id=${SEED.postings.storeClerk}`;
    expect(await found(both)).toBe(2);
    expect(await found(`${both}&stage_id=${SEED.stages.phoneScreen}`)).toBe(0);
    expect(await found(`${both}&email=ADA.example@example.com&stage_id=applicant-new`)).toBe(2);
    admin.configure({ differentFilters: 'union' });
    expect(await found(`${both}&stage_id=${SEED.stages.phoneScreen}`)).toBe(3);
    expect(await found('')).toBe(4);
  });

  test('performAs: optional on most writes, or required on all', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const write = () => api('POST', `/opportunities/${id}/addTags`, { tags: ['x'] });
    expect((await write()).status).toBe(200);
    const note = await api('POST', `/opportunities/${id}/notes`, { value: 'x' });
    expect(note.body.data.user).toBeNull();
    admin.configure({ performAs: 'required' });
    expect(await write()).toMatchObject({
      status: 400,
      body: { code: 'BadRequestError', message: 'Missing required parameter: perform_as' },
    });
    expect((await api('POST', `/opportunities/${id}/addTags?perform_as=nobody`, { tags: [] })).status).toBe(
      400,
    );
  });
});

describe('opportunities', () => {
  test('blankAnswers: which writes show the contact as empty', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const shown = async (name: string, body: object, method = 'POST') =>
      (await api(method, `/opportunities/${id}/${name}?${AS}`, body)).body.data.name;
    const all = async () => ({
      addTags: await shown('addTags', { tags: ['x'] }),
      removeTags: await shown('removeTags', { tags: ['x'] }),
      addSources: await shown('addSources', { sources: ['x'] }),
      removeSources: await shown('removeSources', { sources: ['x'] }),
      addLinks: await shown('addLinks', { links: ['https://x.example.com'] }),
      removeLinks: await shown('removeLinks', { links: ['https://x.example.com'] }),
      stage: await shown('stage', { stage: assessment }, 'PUT'),
      archived: await shown('archived', { reason: SEED.reasons.withdrew }, 'PUT'),
    });
    const name = 'Dora Test';
    const filled = { addLinks: name, removeLinks: name };
    const blank = { addTags: '', addSources: '', removeSources: '', stage: '', archived: '' };
    expect(await all()).toEqual({ ...blank, ...filled, removeTags: '' });
    admin.configure({ blankAnswers: ['removeLinks'] });
    const inverted = Object.fromEntries(Object.keys({ ...blank, removeTags: '' }).map((key) => [key, name]));
    expect(await all()).toEqual({ ...inverted, addLinks: name, removeLinks: '' });
  });

  test('removeAbsent: nothing happens, or 404', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const { updatedAt } = admin.candidate(id);
    const remove = () => api('POST', `/opportunities/${id}/removeTags?${AS}`, { tags: ['absent'] });
    expect(await remove()).toMatchObject({ status: 200, body: { data: { updatedAt } } });
    admin.configure({ removeAbsent: 'refused' });
    expect((await remove()).status).toBe(404);
  });

  test('archivedTags: kept, only own ones, none; shown again after unarchiving', async () => {
    const { admin, api } = await start();
    const posting = SEED.postings.storeManager;
    const id = admin.addCandidate({ name: 'O', email: 'o@example.com', postingId: posting, tags: ['own'] });
    const tags = async () => (await api('GET', `/opportunities/${id}`)).body.data.tags;
    const before = await tags();
    admin.archive(id);
    expect(await tags()).toEqual(before);
    admin.configure({ archivedTags: 'own' });
    expect(await tags()).toEqual(['own']);
    admin.configure({ archivedTags: 'none' });
    expect(await tags()).toEqual([]);
    admin.unarchive(id);
    expect(await tags()).toEqual(before);
  });

  test('apiLagMs: a move, a tag, an archiving and a new opportunity show later than they happened', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    // An hour, so that nothing shows until the switch is set back.
    admin.configure({ apiLagMs: 3_600_000 });
    const other = newCandidate(simulator);
    admin.moveCandidate(id, assessment);
    await api('POST', `/opportunities/${id}/addTags?${AS}`, { tags: ['late'] });
    admin.archive(id);
    const seen = (one: string) => api('GET', `/opportunities/${one}`);
    const listed = async (): Promise<string[]> =>
      (await api('GET', `/opportunities?stage_id=${assessment}`)).body.data.map(
        (one: { id: string }) => one.id,
      );
    expect((await seen(id)).body.data).toMatchObject({ stage: 'applicant-new', archived: null });
    expect((await seen(id)).body.data.tags).not.toContain('late');
    expect((await seen(other)).status).toBe(404);
    expect(await listed()).not.toContain(id);
    admin.configure({ apiLagMs: 0 });
    expect((await seen(id)).body.data).toMatchObject({ stage: assessment, archived: expect.anything() });
    expect((await seen(id)).body.data.tags).toContain('late');
    expect((await seen(other)).status).toBe(200);
    expect(await listed()).toContain(id);
  });

  test('laterPostingTags: a tag put on the posting later stays there, or reaches the opportunities', async () => {
    const { simulator, admin } = await start();
    const id = newCandidate(simulator);
    admin.setPostingTags(SEED.postings.storeManager, ['late']);
    expect(admin.candidate(id).tags).not.toContain('late');
    expect(admin.candidate(id).tags).toContain('POP-INVITE-CANDIDATE');
    admin.configure({ laterPostingTags: 'inherited' });
    admin.setPostingTags(SEED.postings.storeManager, ['later']);
    expect(admin.candidate(id).tags).toContain('later');
  });
});

describe('notes and files', () => {
  test('repeats: doubled, or the first one again', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const write = async () => {
      const note = await api('POST', `/opportunities/${id}/notes?${AS}`, { value: 'Invited' });
      const file = await api('POST', `/opportunities/${id}/files?${AS}`, PDF);
      return [note.body.data.id, file.body.data.id];
    };
    const first = await write();
    expect(new Set([...first, ...(await write())]).size).toBe(4);
    admin.configure({ repeats: 'merged' });
    expect(await write()).toEqual(first);
    const { notes, files } = admin.candidate(id);
    expect([notes.length, files.length]).toEqual([2, 2]);
  });

  test('noteAnswer, noteLimit', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const write = (value: string) => api('POST', `/opportunities/${id}/notes?${AS}`, { value });
    const { data } = (await write('x'.repeat(20_000))).body;
    expect(data).toMatchObject({ id: data.noteId, text: 'Note', fields: [{ stage: 'applicant-new' }] });
    admin.configure({ noteAnswer: 'id-only', noteLimit: 10 });
    expect((await write('short')).body).toEqual({ data: { noteId: expect.any(String) } });
    expect((await write('much too long')).status).toBe(400);
  });

  test('bareFileList, fileNumbers, uploadStatus', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const upload = () => api('POST', `/opportunities/${id}/files?${AS}`, PDF);
    const listed = async () => (await api('GET', `/opportunities/${id}/files`)).body;
    const first = await upload();
    expect(first).toMatchObject({ status: 201, body: { data: { size: 6, uploadedAt: expect.any(Number) } } });
    expect(await listed()).toEqual({ data: [expect.objectContaining({ size: 6 })], hasNext: false });
    admin.configure({ bareFileList: true, fileNumbers: 'quoted', uploadStatus: 200 });
    expect((await upload()).status).toBe(200);
    expect(await listed()).toEqual([
      expect.objectContaining({ size: '6', uploadedAt: expect.stringMatching(/^\d{13}$/) }),
      expect.objectContaining({ size: '6' }),
    ]);
  });

  test('fileProcessingMs, fileOutcome: what can be processed can be downloaded', async () => {
    const { simulator, admin, api } = await start({ fileProcessingMs: 3_600_000 });
    const id = newCandidate(simulator);
    const upload = async (name: string) => {
      const answer = await api('POST', `/opportunities/${id}/files?${AS}`, fileForm(name, Buffer.from('x')));
      return answer.body.data as { id: string; status: string };
    };
    const state = async (file: { id: string }) => {
      const path = `/opportunities/${id}/files/${file.id}`;
      return [(await api('GET', path)).body.data.status, (await api('GET', `${path}/download`)).status];
    };
    const [pdf, exe] = [await upload('a.pdf'), await upload('a.exe')];
    expect([pdf.status, exe.status]).toEqual(['processing', 'processing']);
    admin.configure({ fileProcessingMs: 0 });
    expect([await state(pdf), await state(exe)]).toEqual([
      ['processed', 200],
      ['unsupported', 422],
    ]);
    expect((await upload('b.pdf')).status).toBe('processed');
    admin.configure({ fileOutcome: 'error' });
    expect(await state(pdf)).toEqual(['error', 422]);
    admin.configure({ fileOutcome: 'null' });
    expect(await state(pdf)).toEqual([null, 200]);
  });

  test('uploadTimeoutMs: an upload that does not come to its end in time gets 408 and leaves nothing', async () => {
    const { simulator, admin } = await start();
    const id = newCandidate(simulator);
    const slowUpload = (path: string, endsAfterMs: number | null) =>
      new Promise<number>((resolve, reject) => {
        const headers = {
          authorization: basic(SEED.apiKey),
          'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
        };
        const call = request(`${simulator.apiUrl}${path}`, { method: 'POST', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
          call.end(`\r\n--${BOUNDARY}--\r\n`);
        });
        call.on('error', reject);
        call.write(
          `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nbytes`,
        );
        if (endsAfterMs === null) return;
        setTimeout(() => call.end(`\r\n--${BOUNDARY}--\r\n`), endsAfterMs).unref();
      });
    expect(await slowUpload(`/opportunities/${id}/files?${AS}`, 300)).toBe(201);
    admin.configure({ uploadTimeoutMs: 50 });
    // Of itself it would never come to its end: it is the answer that ends it.
    expect(await slowUpload(`/opportunities/${id}/files?${AS}`, null)).toBe(408);
    await until(
      'the call is given up',
      () => admin.requests({ status: 408 }),
      (requests) => requests.length === 1,
    );
    expect(admin.candidate(id).files).toHaveLength(1);
  });
});

test('the README names every switch and every command, and every switch is set in some test', () => {
  const readme = readFileSync(join(__dirname, '../../simulators/lever/README.md'), 'utf8');
  const suites = readdirSync(__dirname)
    .filter((file) => /^lever.*\.test\.ts$/.test(file))
    .map((file) => readFileSync(join(__dirname, file), 'utf8'))
    .join('\n');
  const switches = Object.keys(DEFAULT_BEHAVIOUR);
  const rows = [...readme.matchAll(/^\| `(\w+)` +\|/gm)].map((match) => match[1]);
  expect(switches.filter((name) => !rows.includes(name))).toEqual([]);
  expect(CONTROL_COMMANDS.filter((command) => !readme.includes(`\`${command}\``))).toEqual([]);
  const untested = switches.filter((name) => !new RegExp(`\\b${name}\\b[:,]`).test(suites));
  expect(untested).toEqual([]);
});
