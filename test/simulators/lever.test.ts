import { setTimeout as sleep } from 'node:timers/promises';
import { SEED } from '../../simulators/lever/seed';
import { until } from '../helpers/until';
import { basic, leverClient } from './lever-client';
import { AS, fileForm, newCandidate, start } from './lever-testkit';

const { assessment } = SEED.stages;

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
    const upload = (bytes: Buffer<ArrayBuffer>) =>
      api('POST', `/opportunities/${id}/files?${AS}`, fileForm('report.pdf', bytes));
    const bytes = Buffer.alloc(28 * 1024 * 1024, 'report\r\n--x');
    const uploaded = await upload(bytes);
    expect(uploaded.status).toBe(201);
    expect(uploaded.body.data).toMatchObject({ name: 'report.pdf', ext: '.pdf', size: bytes.length });
    const [file] = await until(
      'the file is processed',
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
