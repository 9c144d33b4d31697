import { SEED } from '../../simulators/lever/seed';
import { basic, leverClient } from './lever-client';
import { AS, fileForm, newCandidate, receiver, start } from './lever-testkit';

/** Documented routes that the recordings and the other suites do not reach. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('applying', () => {
  test('a form with an uploaded résumé makes an application and tells of it; it names no opportunity', async () => {
    const { admin, api } = await start({ webhooksEnabled: true });
    const hooks = await receiver();
    await api('POST', '/webhooks', { url: hooks.url, event: 'applicationCreated' });
    const upload = await api('POST', '/uploads', fileForm('cv.pdf', Buffer.from('cv')));
    expect(upload.status).toBe(201);
    expect(upload.body.data).toEqual({
      id: expect.stringMatching(UUID),
      uri: expect.stringContaining('/uploads/'),
      filename: 'cv.pdf',
      size: 2,
      expiresAt: expect.any(Number),
    });
    const fields = { fullName: 'Ida Test', email: 'ida@example.com', resume: upload.body.data.uri };
    const personalInformation = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const path = `/postings/${SEED.postings.storeClerk}/apply`;
    const applied = await api('POST', path, { personalInformation });
    expect(applied).toMatchObject({ status: 201, body: { data: { applicationId: expect.any(String) } } });
    const [frame] = await hooks.received(1);
    const { applicationId, opportunityId } = frame!['data'] as Record<string, string>;
    expect(applicationId).toBe(applied.body.data.applicationId);
    const candidate = admin.candidate(opportunityId!);
    expect(candidate).toMatchObject({ name: 'Ida Test', origin: 'applied', stage: 'applicant-new' });
    expect(candidate.files).toMatchObject([{ name: 'cv.pdf', size: 2 }]);
    const application = await api('GET', `/opportunities/${opportunityId}/applications/${applicationId}`);
    expect(application.body.data).toMatchObject({
      type: 'posting',
      posting: SEED.postings.storeClerk,
      user: null,
    });
    expect((await api('POST', path, { personalInformation: [] })).status).toBe(400);
    admin.advanceClock(86_400_001);
    expect((await api('POST', path, { personalInformation })).status).toBe(400);
  });
});

describe('feedback', () => {
  test('a form is filled in, read, and stays readable after deletion', async () => {
    const { simulator, api } = await start();
    const path = `/opportunities/${newCandidate(simulator)}/feedback`;
    const template = (await api('GET', `/feedback_templates/${SEED.feedbackTemplate}`)).body.data;
    expect(template).toMatchObject({ fields: [{ type: 'score-system', prompt: 'Select one' }] });
    const [field] = template.fields;
    const body = { baseTemplateId: template.id, fieldValues: [{ id: field.id, value: '3 - Hire' }] };
    expect((await api('POST', path, body)).status).toBe(400);
    const made = await api('POST', `${path}?${AS}`, body);
    expect(made.status).toBe(201);
    expect(Object.keys(made.body.data).sort()).toEqual(
      'baseTemplateId completedAt createdAt deletedAt fields id instructions interview panel text type updatedAt user'.split(
        ' ',
      ),
    );
    expect(made.body.data.fields).toEqual([{ ...field, value: '3 - Hire' }]);
    expect((await api('GET', path)).body).toEqual({ data: [made.body.data], hasNext: false });
    const unknown = { ...body, fieldValues: [{ id: 'x', value: 1 }] };
    expect((await api('POST', `${path}?${AS}`, unknown)).status).toBe(400);
    expect((await api('DELETE', `${path}/${made.body.data.id}?${AS}`)).status).toBe(204);
    expect((await api('GET', path)).body.data).toEqual([]);
    const read = (await api('GET', `${path}/${made.body.data.id}`)).body.data;
    expect(read).toEqual({ ...made.body.data, deletedAt: expect.any(Number) });
  });

  test('a template needs one score field; no-feedback is built in', async () => {
    const { api } = await start();
    const make = (fields: object[]) => api('POST', '/feedback_templates', { text: 'T', fields });
    expect((await make([{ type: 'text', text: 'Only text' }])).status).toBe(400);
    const made = await make([{ type: 'score-system', text: 'Score' }]);
    expect(made).toMatchObject({ status: 201, body: { data: { fields: [{ options: { length: 4 } }] } } });
    const ids = (await api('GET', '/feedback_templates')).body.data.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining(['no-feedback', made.body.data.id]));
    expect((await api('DELETE', `/feedback_templates/${made.body.data.id}`)).status).toBe(204);
    expect((await api('GET', `/feedback_templates/${made.body.data.id}`)).status).toBe(404);
  });
});

describe('the account', () => {
  test('stages with their ranks, archive reasons, users, sources', async () => {
    const { admin, api } = await start();
    const { stages, archiveReasons } = (await api('GET', '/disposition_stages')).body.data;
    expect(stages.map(({ pipeline, rank }: Record<string, unknown>) => [pipeline, rank])).toEqual([
      ['lead', 1],
      ['lead', 3],
      ['lead', 5],
      ['applicant', 101],
      ['screen', 201],
      ['onsite', 230.5],
      ['onsite', 231],
      ['offer', 261],
    ]);
    expect(archiveReasons).toContainEqual({
      id: SEED.reasons.withdrew,
      text: 'Withdrew',
      type: null,
      status: 'active',
    });
    const hired = (await api('GET', '/archive_reasons?type=hired')).body.data;
    expect(hired).toEqual([{ id: SEED.reasons.hired, text: 'Hired', status: 'active', type: 'hired' }]);
    expect((await api('GET', `/archive_reasons/${SEED.reasons.withdrew}`)).body.data.type).toBe('non-hired');
    expect((await api('GET', '/sources')).body.data).toEqual([{ text: 'Job site', count: 4 }]);
    admin.load({ users: [goneUser] });
    const emails = async (query: string) =>
      (await api('GET', `/users${query}`)).body.data.map(({ email }: { email: string }) => email);
    expect(await emails('')).toHaveLength(6);
    expect(await emails('?includeDeactivated=true')).toHaveLength(7);
    expect(await emails('?email=SAM.Admin@customer.example.com')).toEqual(['sam.admin@customer.example.com']);
    expect(await emails('?email=gone@customer.example.com')).toEqual([]);
  });

  const goneUser = {
    id: 'gone',
    name: 'Gone',
    username: 'gone',
    email: 'gone@customer.example.com',
    accessRole: 'team member',
    photo: null,
    createdAt: 1,
    deactivatedAt: 2,
    externalDirectoryId: null,
    linkedContactIds: null,
    jobTitle: null,
    managerId: null,
  };

  test('a contact is replaced as a whole, on all its opportunities; the answer lacks isAnonymized', async () => {
    const { simulator, admin, api } = await start({ webhooksEnabled: true });
    const hooks = await receiver();
    admin.addWebhook({ url: hooks.url, event: 'contactUpdated' });
    const [first, second] = [newCandidate(simulator), newCandidate(simulator, SEED.postings.storeClerk)];
    const { contact } = admin.candidate(first);
    const body = { name: 'Dora New', emails: ['dora@example.com'], location: { name: 'Rome' } };
    const answer = await api('PUT', `/contacts/${contact}`, body);
    expect(answer.body.data).toMatchObject({ ...body, headline: '', phones: [] });
    expect(answer.body.data).not.toHaveProperty('isAnonymized');
    expect((await api('GET', `/contacts/${contact}`)).body.data.isAnonymized).toBe(false);
    expect([admin.candidate(first).name, admin.candidate(second).location]).toEqual(['Dora New', 'Rome']);
    const [frame] = await hooks.received(1);
    expect(frame!['data']).toEqual({
      contactId: contact,
      updatedAt: expect.any(Number),
      accountId: expect.stringMatching(UUID),
    });
  });

  test('postings: made as a draft without addresses, filtered by channel; times go only with confidentiality', async () => {
    const { api } = await start();
    expect((await api('POST', '/postings', { text: 'Baker' })).status).toBe(400);
    const made = await api('POST', `/postings?${AS}`, { text: 'Baker', categories: { team: 'Shop' } });
    expect(made).toMatchObject({ status: 201, body: { data: { state: 'draft', urls: null } } });
    const path = `/postings/${made.body.data.id}`;
    const changed = await api('POST', `${path}?${AS}`, { state: 'internal' });
    expect(changed.body.data).toMatchObject({
      text: 'Baker',
      state: 'internal',
      urls: { show: expect.any(String) },
    });
    const count = async (query: string) => (await api('GET', `/postings?${query}`)).body.data.length;
    expect(await count('state=published')).toBe(4);
    expect(await count('state=internal&state=published&distributionChannel=internal')).toBe(5);
    expect(await count('team=Shop')).toBe(1);
    expect(await count('updated_at_start=0&confidentiality=all')).toBe(5);
    expect((await api('GET', '/postings?updated_at_start=0&state=published')).status).toBe(400);
  });

  test('webhooks are changed in one call, all or none', async () => {
    const { admin, api } = await start();
    const url = 'https://hooks.example.com';
    const { id } = (await api('POST', '/webhooks', { url, event: 'candidateHired' })).body.data;
    const configuration = { conditions: { origins: ['applied'] } };
    const changed = await api('PUT', '/webhooks/', { data: [{ id, url: `${url}/new`, configuration }] });
    expect(changed.body).toMatchObject({ data: [{ id, url: `${url}/new`, configuration }] });
    expect(JSON.stringify(changed.body)).not.toContain('signatureToken');
    const partly = [{ id, url: `${url}/partly` }, { id: 'unknown' }];
    expect((await api('PUT', '/webhooks', { data: partly })).status).toBe(404);
    expect(admin.webhooks()[0]!.url).toBe(`${url}/new`);
    const other = await api('POST', '/webhooks', { url, event: 'candidateDeleted', configuration });
    expect(Object.keys(other.body.data.configuration)).toEqual(['signatureToken']);
  });
});

describe('opportunities', () => {
  test('created with files, in the past, archived, for the posting’s owner', async () => {
    const { admin, api } = await start();
    const form = new FormData();
    form.set('name', 'Max Multi');
    form.append('emails[]', 'max@example.com');
    form.append('phones[0][value]', '555 0100');
    form.set('archived[reason]', SEED.reasons.withdrew);
    form.set('archived[archivedAt]', '1700000000000');
    form.set('postings[]', SEED.postings.storeClerk);
    form.set('resumeFile', new File(['cv'], 'cv.pdf'));
    form.append('files[]', new File(['extra'], 'extra.txt'));
    const made = await api('POST', '/opportunities?perform_as_posting_owner=true', form);
    expect(made).toMatchObject({ status: 201, body: { deduped: false } });
    expect(made.body.data).toMatchObject({
      emails: ['max@example.com'],
      phones: [{ value: '555 0100' }],
      archived: { reason: SEED.reasons.withdrew, archivedAt: 1_700_000_000_000 },
      owner: SEED.users.recruiter,
      stage: 'lead-new',
    });
    const names = admin.candidate(made.body.data.id).files.map((file) => file.name);
    expect(names).toEqual(['cv.pdf', 'extra.txt']);
    const refused = [
      await api('POST', '/opportunities?perform_as_posting_owner=true', { name: 'No posting' }),
      await api('POST', `/opportunities?${AS}`, { name: 'Two', postings: Object.values(SEED.postings) }),
      await api('POST', `/opportunities?${AS}`, { name: 'Future', createdAt: Date.now() + 60_000 }),
      await api('POST', `/opportunities?${AS}`, {}),
    ];
    expect(refused.map((answer) => answer.status)).toEqual([400, 400, 400, 400]);
  });

  test('paging tokens are sent on as they are; decoded ones are refused; both forms', async () => {
    const { api } = await start();
    const { next } = (await api('GET', '/opportunities?limit=2')).body;
    expect(next).toMatch(/^%5B101%2C\d{13}%2C%22[0-9a-f-]{36}%22%5D$/);
    expect((await api('GET', `/opportunities?limit=2&offset=${encodeURIComponent(next)}`)).status).toBe(200);
    expect((await api('GET', `/opportunities?limit=2&offset=${next}`)).status).toBe(400);
    const postings = (await api('GET', '/postings?limit=3')).body;
    expect(postings).toMatchObject({
      hasNext: true,
      next: expect.stringMatching(/^0\.\d{13}\.[0-9a-f-]{36}$/),
    });
    expect((await api('GET', `/postings?limit=3&offset=${postings.next}`)).body).toEqual({
      data: [expect.objectContaining({ id: SEED.postings.storeManager })],
      hasNext: false,
    });
    for (const limit of ['0', '101', 'x']) {
      expect((await api('GET', `/opportunities?limit=${limit}`)).status).toBe(400);
    }
  });

  test('include narrows, expand wins; what cannot be expanded is refused with its name', async () => {
    const { simulator, api } = await start();
    const id = newCandidate(simulator);
    const { data } = (await api('GET', `/opportunities/${id}?include=name&expand=owner&expand=contact`)).body;
    expect(Object.keys(data).sort()).toEqual(['contact', 'name', 'owner']);
    expect([data.owner.email, data.contact.emails]).toEqual([
      'sam.admin@customer.example.com',
      ['dora@example.com'],
    ]);
    for (const path of [`/opportunities/${id}`, '/opportunities']) {
      const refused = await api('GET', `${path}?expand=posting`);
      expect([refused.status, refused.body.message]).toEqual([400, 'posting is not expandable']);
    }
  });

  test('windows of time are inclusive; deleted ones tell by whom and when', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    const at = admin.candidate(id).lastAdvancedAt;
    const found = async (query: string) =>
      (await api('GET', `/opportunities?${query}`)).body.data.map((o: { id: string }) => o.id);
    expect(await found(`advanced_at_start=${at}&advanced_at_end=${at}`)).toEqual([id]);
    expect(await found(`advanced_at_start=${at + 1}`)).toEqual([]);
    admin.delete(id);
    const [deleted] = (await api('GET', '/opportunities/deleted?deleted_at_start=0')).body.data;
    expect(deleted).toMatchObject({ id, deletedBy: SEED.users.superAdmin, deletedAt: expect.any(Number) });
    expect((await api('GET', `/opportunities/deleted?deleted_at_end=${at - 1}`)).body.data).toEqual([]);
  });

  test('an old record has gaps, and a reason with a requisition marks the application hired', async () => {
    const { simulator, admin, api } = await start();
    const id = newCandidate(simulator);
    admin.ageRecord(id);
    const { data } = (await api('GET', `/opportunities/${id}`)).body;
    expect(data).toMatchObject({ updatedAt: null, opportunityLocation: 'unspecified' });
    expect(data.stageChanges[0]).not.toHaveProperty('userId');
    expect(data.followers).toHaveLength(2 * new Set(data.followers).size);
    const body = { reason: SEED.reasons.hired, requisitionId: 'req-1', cleanInterviews: true };
    await api('PUT', `/opportunities/${id}/archived?${AS}`, body);
    const { data: applications } = (await api('GET', `/opportunities/${id}/applications`)).body;
    expect(applications).toMatchObject([
      { requisitionForHire: 'req-1', archived: { reason: SEED.reasons.hired } },
    ]);
  });

  test('comments join a note, secret and score are kept; API notes can be changed and deleted', async () => {
    const { simulator, api } = await start();
    const path = `/opportunities/${newCandidate(simulator)}/notes`;
    const note = (await api('POST', `${path}?${AS}`, { value: 'One', secret: true, score: 4 })).body.data;
    expect(note).toMatchObject({ secret: true, fields: [{ score: 4 }], user: SEED.users.service });
    await api('POST', `${path}?${AS}&note_id=${note.id}`, { value: 'Two' });
    const changed = await api('PUT', `${path}/${note.id}`, { values: [{ value: 'A' }, { value: 'B' }] });
    expect(changed.body).toEqual({ data: { noteId: note.id } });
    const read = (await api('GET', `${path}/${note.id}`)).body.data;
    expect(read.fields.map(({ value }: { value: string }) => value)).toEqual(['A', 'B']);
    expect((await api('DELETE', `${path}/${note.id}`)).status).toBe(204);
    const refused = [
      await api('POST', `${path}?${AS}`, { value: 'x', score: 5 }),
      await api('POST', `${path}?${AS}`, { value: 'x', createdAt: Date.now() + 60_000 }),
      await api('POST', `${path}?${AS}&note_id=unknown`, { value: 'x' }),
    ];
    expect(refused.map((answer) => answer.status)).toEqual([400, 400, 404]);
  });

  test('the deprecated /candidates twins answer alike', async () => {
    const { simulator, api } = await start();
    const id = newCandidate(simulator);
    const [twin, own] = [await api('GET', `/candidates/${id}`), await api('GET', `/opportunities/${id}`)];
    expect(twin.body).toEqual(own.body);
    const secret = simulator.admin.addCandidate({
      name: 'S',
      email: 's@example.com',
      confidentiality: 'confidential',
    });
    simulator.admin.addApiKey({ key: 'plain', scopes: 'all', confidential: false });
    const plain = leverClient(simulator.apiUrl, basic('plain'));
    expect((await plain('GET', `/candidates/${secret}`)).status).toBe(403);
  });
});
