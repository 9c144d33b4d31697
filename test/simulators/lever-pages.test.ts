import { remoteLeverAdmin } from '../../simulators/lever/remote';
import { SEED } from '../../simulators/lever/seed';
import { AS, fileForm, formSender, newCandidate, receiver, start } from './lever-testkit';

const { assessment } = SEED.stages;
const RECRUITER = `lever-user=${SEED.users.recruiter}`;

async function pages(cookie = '') {
  const { simulator, admin, api } = await start();
  const read = async (path: string, as = cookie) => {
    const answer = await fetch(`${simulator.url}${path}`, { headers: { cookie: as } });
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  };
  return { simulator, admin, api, read, send: formSender(simulator, cookie) };
}

describe('candidates and postings', () => {
  test('a person adds, moves, tags, archives, hires and deletes a candidate; all text is escaped', async () => {
    const { admin, api, read, send } = await pages();
    const added = await send('/candidates', {
      name: '<b>Eve</b>',
      email: 'eve@example.com',
      posting: SEED.postings.storeManager,
      stage: 'applicant-new',
    });
    const path = added.headers.get('location') ?? '';
    const id = path.split('/').at(-1) ?? '';
    await send(`${path}/stage`, { stage: assessment });
    await send(`${path}/tags`, { add: 'urgent' });
    await send(`${path}/tags`, { remove: 'Sales' });
    await send(`${path}/notes`, { value: 'Called <i>her</i>' });
    expect(admin.candidate(id)).toMatchObject({ stage: assessment, archived: null });
    expect(admin.candidate(id).tags).toContain('urgent');
    expect(admin.candidate(id).tags).not.toContain('Sales');
    await api('POST', `/opportunities/${id}/addLinks`, { links: ['javascript:alert(1)'] });
    const page = (await read(path)).text;
    expect(page).toContain('&lt;b&gt;Eve');
    expect(page).toContain('Called &lt;i&gt;her');
    expect(page).not.toContain('href="javascript');
    expect(page).toContain('Mark as hired');
    await send(`${path}/archive`, { reason: SEED.reasons.hired });
    expect(admin.candidate(id).archived).toMatchObject({ reason: SEED.reasons.hired });
    await send(`${path}/unarchive`);
    expect(admin.candidate(id).archived).toBeNull();
    expect((await send(`${path}/delete`)).headers.get('location')).toBe('/');
    expect((await read(path)).status).toBe(404);
  });

  test('a note written by hand cannot be changed through the API', async () => {
    const { simulator, admin, api, send } = await pages();
    const id = newCandidate(simulator);
    await send(`/candidates/${id}/notes`, { value: 'By hand' });
    const [note] = admin.candidate(id).notes;
    expect((await api('DELETE', `/opportunities/${id}/notes/${note!.id}`)).status).toBe(403);
    const listed = (await api('GET', `/opportunities/${id}/notes`)).body.data[0];
    expect(listed.user).toBe(SEED.users.superAdmin);
    expect(listed).not.toHaveProperty('byHand');
  });

  test('faulty forms are told what is missing, and nothing is made', async () => {
    const { admin, read, send } = await pages();
    const count = admin.candidates().length;
    const faulty = await send('/candidates', { name: '', email: 'x', posting: '', stage: '' });
    expect([faulty.status, await faulty.text()]).toEqual([
      400,
      expect.stringContaining('Give a name and a valid e-mail address.'),
    ]);
    expect(admin.candidates()).toHaveLength(count);
    expect((await send('/postings', { text: '', location: '', team: '', tags: '' })).status).toBe(400);
    expect((await read('/candidates/unknown')).status).toBe(404);
  });

  test('a posting is made and tagged by hand; its address holds the job id', async () => {
    const { api, read, send } = await pages();
    const made = await send('/postings', { text: 'Baker', location: 'Oslo', team: 'Shop', tags: 'a, b,' });
    const path = made.headers.get('location') ?? '';
    const id = path.replace('/postings/', '');
    expect((await read(path)).text).toContain(`job ID ${id}`);
    await send(path, { text: 'Baker', tags: 'POP-1-Bakery' });
    const { data } = (await api('GET', `/postings/${id}`)).body;
    expect(data).toMatchObject({ text: 'Baker', tags: ['POP-1-Bakery'], categories: { location: 'Oslo' } });
    expect((await read('/postings')).text).toContain('POP-1-Bakery');
  });

  test('a PDF is shown in the browser with its own type, what could carry a script is a download', async () => {
    const { simulator, admin, api, read } = await pages();
    const id = newCandidate(simulator);
    const upload = (name: string) =>
      api('POST', `/opportunities/${id}/files?${AS}`, fileForm(name, Buffer.from('content')));
    await upload('Résumé "1".pdf');
    await upload('page.html');
    const [pdf, page] = admin.candidate(id).files.map((file) => `/candidates/${id}/files/${file.id}`);
    const shown = await read(pdf!);
    expect(shown.text).toBe('content');
    expect(shown.headers.get('content-type')).toBe('application/pdf');
    expect(shown.headers.get('content-disposition')).toMatch(/^inline; filename=/);
    const offered = await read(page!);
    expect(offered.headers.get('content-disposition')).toMatch(/^attachment; filename="?page.html/);
    expect(offered.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await read(`/candidates/${id}`)).text).toContain('Résumé &quot;1&quot;.pdf');
  });
});

describe('settings', () => {
  const { clientId } = SEED.app;

  test('the Super Admin switches an event group, adds, tests and deletes a webhook, and runs a delivery again', async () => {
    const { simulator, admin, read, send } = await pages();
    const hooks = await receiver();
    const base = '/settings/integrations';
    await send(`${base}/events/candidateStageChange`, { enabled: 'true' });
    await send(`${base}/webhooks`, { event: 'candidateStageChange', url: hooks.url, signed: 'false' });
    const [webhook] = admin.webhooks();
    expect(webhook).toMatchObject({ madeBy: 'settings', signatureToken: null });
    await send(`${base}/webhooks/${webhook!.id}/ping`);
    expect(hooks.frames()).toMatchObject([{ event: 'candidateStageChange', data: {} }]);
    admin.moveCandidate(newCandidate(simulator), assessment);
    const moved = admin.deliveries().at(-1)!;
    expect(JSON.parse(moved.body)).not.toHaveProperty('signature');
    await send(`${base}/deliveries/${moved.id}/rerun`);
    expect(admin.deliveries().at(-1)).toMatchObject({ copyOf: moved.id, body: moved.body });
    const page = (await read(base)).text;
    for (const words of ['Switch candidateStageChange off', 'Send a test to', 'Rerun candidateStageChange']) {
      expect(page).toContain(words);
    }
    await send(`${base}/webhooks/${webhook!.id}/delete`);
    expect(admin.webhooks()).toEqual([]);
    await send(`${base}/events/candidateStageChange`, { enabled: 'false' });
    expect((await read(base)).text).not.toContain('Switch candidateStageChange off');
    expect((await send(`${base}/events/nonsense`, { enabled: 'true' })).status).toBe(400);
    expect((await send(`${base}/webhooks`, { event: 'candidateHired', url: 'ftp://x' })).status).toBe(400);
  });

  test('a webhook made by an app cannot be deleted by hand, nor one made by hand through the API', async () => {
    const { admin, api, send } = await pages();
    const url = 'https://hooks.example.com/lever';
    const byApp = (await api('POST', '/webhooks', { url, event: 'candidateHired' })).body.data.id;
    const byHand = admin.addWebhook({ url, event: 'candidateHired' }).id;
    expect((await send(`/settings/integrations/webhooks/${byApp}/delete`)).status).toBe(403);
    expect((await api('DELETE', `/webhooks/${byHand}`)).status).toBe(403);
    expect((await api('PUT', '/webhooks', { data: [{ id: byHand, url }] })).status).toBe(403);
    expect(admin.webhooks()).toHaveLength(2);
  });

  test('Revoke access ends all that an app was granted, and leaves other apps alone', async () => {
    const { admin, read, send } = await pages();
    admin.registerApp({ clientId: 'b', clientSecret: 's', name: 'Other app', redirectUris: 'loopback' });
    for (const id of [clientId, clientId, 'b']) admin.grant({ clientId: id, scope: ['stages:read:admin'] });
    const path = '/settings/authorized-apps';
    const page = (await read(path)).text;
    expect(page.match(/Revoke access of Fulcrum/g)).toHaveLength(1);
    expect(page).toContain('Read stages');
    await send(`${path}/${admin.grants()[0]!.id}/revoke`);
    expect(admin.grants().map((grant) => grant.revokedAt === null)).toEqual([false, false, true]);
    expect((await read(path)).text).toContain('Revoked, ');
    expect((await send(`${path}/unknown/revoke`)).status).toBe(404);
  });

  test('another role looks at the settings and can change nothing', async () => {
    const { simulator, admin, read, send } = await pages(RECRUITER);
    const webhook = admin.addWebhook({ url: 'https://hooks.example.com', event: 'candidateHired' });
    admin.grant({ clientId, scope: ['stages:read:admin'] });
    const before = JSON.stringify([admin.webhooks(), admin.grants()]);
    for (const path of [
      '/settings/integrations/events/candidateHired',
      '/settings/integrations/webhooks',
      `/settings/integrations/webhooks/${webhook.id}/ping`,
      `/settings/integrations/webhooks/${webhook.id}/delete`,
      `/settings/authorized-apps/${admin.grants()[0]!.id}/revoke`,
    ]) {
      const answer = await send(path, {
        enabled: 'true',
        event: 'candidateHired',
        url: 'https://x.example.com',
      });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(await answer.text()).toContain('Only a Super Admin');
    }
    expect(JSON.stringify([admin.webhooks(), admin.grants()])).toBe(before);
    for (const path of ['/settings/integrations', '/settings/authorized-apps']) {
      const { text } = await read(path);
      expect(text).toContain('Only a Super Admin');
      expect(text).not.toMatch(/Switch candidateHired|Send test|<button[^>]*>Revoke/);
      expect(text).not.toContain(webhook.signatureToken);
    }
    expect(simulator.admin.deliveries()).toEqual([]);
  });

  test('whom one looks at the pages as is chosen in the header, and is who moves candidates', async () => {
    const { simulator, admin, read, send } = await pages();
    const chosen = await send('/viewer', { viewer: SEED.users.recruiter, back: '/postings' });
    expect(chosen.headers.get('location')).toBe('/postings');
    const cookie = chosen.headers.get('set-cookie')!.split(';')[0]!;
    expect((await read('/', cookie)).text).toMatch(/selected[^<]*Riley Recruiter \(team member\)/);
    const id = newCandidate(simulator);
    await formSender(simulator, cookie)(`/candidates/${id}/stage`, { stage: assessment });
    expect(admin.candidate(id).stageChanges.at(-1)).toMatchObject({ userId: SEED.users.recruiter });
    for (const back of ['https://elsewhere.example.com', '//elsewhere.example.com', '/\\elsewhere']) {
      const answer = await send('/viewer', { viewer: SEED.users.service, back });
      expect(answer.headers.get('location')).toBe('/');
    }
    expect((await send('/viewer', { viewer: 'unknown', back: '/' })).status).toBe(404);
  });
});

describe('pipeline and roles', () => {
  test("a stage's id is looked up, and one is added in front of the offer by those who may", async () => {
    const { admin, read, send, simulator } = await pages();
    expect((await read('/settings/pipeline')).text).toMatch(
      new RegExp(
        `Assessment\\s*<details>\\s*<summary>Reveal Stage ID</summary>\\s*<code>${assessment}</code>`,
      ),
    );
    expect((await send('/settings/pipeline/stages', { text: 'Second look' })).status).toBe(303);
    const id = /Second look[\s\S]*?<code>([^<]+)/.exec((await read('/settings/pipeline')).text)?.[1] ?? '';
    const person = newCandidate(simulator);
    admin.moveCandidate(person, id);
    expect(admin.candidate(person).stage).toBe(id);

    const recruiter = formSender(simulator, RECRUITER);
    expect((await recruiter('/settings/pipeline/stages', { text: 'Mine' })).status).toBe(403);
    expect((await read('/settings/pipeline', RECRUITER)).text).not.toContain('Add a stage');
  });

  test('an interviewer sees neither profiles nor postings; the other roles do', async () => {
    const { read, send, simulator } = await pages();
    const id = newCandidate(simulator);
    const views = ['/', `/candidates/${id}`, '/postings', `/postings/${SEED.postings.storeClerk}`];
    const seen = async (user: string) =>
      Promise.all(views.map(async (path) => (await read(path, `lever-user=${user}`)).status));
    expect(await seen(SEED.users.interviewer)).toEqual([403, 403, 403, 403]);
    for (const user of [SEED.users.admin, SEED.users.recruiter, SEED.users.limited]) {
      expect(await seen(user)).toEqual([200, 200, 200, 200]);
    }
    expect((await read('/settings/roles')).text).toContain('manage API credentials and integrations');
    const posting = { text: 'Clerk', location: 'Lyon', team: 'Sales', tags: '' };
    expect((await send('/postings', posting)).status).toBe(303);
    const interviewer = formSender(simulator, `lever-user=${SEED.users.interviewer}`);
    expect((await interviewer('/postings', posting)).status).toBe(403);
  });
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
