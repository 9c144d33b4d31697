import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { LeverClient } from '../../../lever/client';
import { createLeverClient } from '../../../lever/client';
import { createHttpClient } from '../../../platform/http/client';
import { createLogger } from '../../../platform/log';
import type { LocalServer, Reply } from './local-server';
import { startLocalServer } from './local-server';

const http = createHttpClient({ timeoutMs: 5_000, userAgent: 'fulcrum-test' });
let server: LocalServer;
let client: LeverClient;
const tokens: string[] = [];

beforeEach(async () => {
  server = await startLocalServer();
  tokens.splice(0, tokens.length, 'Bearer one', 'Bearer two');
  client = createLeverClient({
    apiUrl: `${server.url}/v1`,
    http,
    authorization: (options) => Promise.resolve((options?.fresh ? tokens[1] : tokens[0]) ?? ''),
    performAs: 'user-1',
  });
});
afterEach(() => server.close());
afterAll(() => http.close());

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, `../../fixtures/lever/${name}.json`), 'utf8'));

describe('faults of Lever', () => {
  const read = (): Promise<unknown> => client.getPosting('p');
  const write = (): Promise<unknown> => client.addTags('o', ['x']);
  const rows: [string, Reply, () => Promise<unknown>, string][] = [
    ['400 to a write', { status: 400 }, write, 'lever.bad_request'],
    ['422 to a read', { status: 422 }, read, 'lever.bad_request'],
    ['403', { status: 403 }, read, 'lever.forbidden'],
    ['404 to a write', { status: 404 }, write, 'lever.not_found'],
    ['429', { status: 429 }, read, 'lever.rate_limited'],
    ['503 to a read', { status: 503 }, read, 'lever.unavailable'],
    ['503 to a write', { status: 503 }, write, 'lever.unclear'],
    ['408 of a slow upload', { status: 408 }, write, 'lever.unclear'],
    ['a redirect', { status: 301, headers: { location: '/elsewhere' } }, read, 'lever.unexpected'],
    ['an answer lost on a read', { drop: true }, read, 'lever.unavailable'],
    ['an answer lost on a write', { drop: true }, write, 'lever.unclear'],
    ['a page instead of JSON', { body: '<html>' }, read, 'lever.unexpected'],
    ['JSON of another shape', { body: { data: { text: 'no id' } } }, read, 'lever.unexpected'],
  ];

  it.each(rows)('%s', async (_, reply, act, code) => {
    server.replies.push(reply);
    await expect(act()).rejects.toMatchObject({ code });
  });

  it('says where and what, and nothing about people', async () => {
    server.replies.push({
      status: 404,
      body: { code: 'ResourceNotFound', message: 'ada@example.com was not found' },
    });
    await expect(client.getOpportunity('opp-1')).rejects.toMatchObject({
      message:
        'Lever answered 404 (ResourceNotFound: … was not found) to GET /opportunities/:id: it does not exist, or no longer',
      detail: { status: 404, route: 'GET /opportunities/:id', leverCode: 'ResourceNotFound' },
    });
  });

  it('says what Lever said, without the people in it, and what to do about a missing user', async () => {
    server.replies.push({
      status: 400,
      body: { code: 'BadRequestError', message: 'Missing required parameter: perform_as' },
    });
    await expect(write()).rejects.toMatchObject({
      message: expect.stringMatching(
        /^Lever answered 400 \(BadRequestError: Missing required parameter: perform_as\) to POST .*: set serviceUserEmail or performAs/,
      ),
    });
    server.replies.splice(0, 1, {
      status: 403,
      body: { message: 'User Dana Example <dana@example.com> may not see the confidential profile of ada' },
    });
    const fault: unknown = await client
      .createOpportunity({ postingId: 'p', contactId: null, name: 'ada test', email: null, tags: [] })
      .catch((error: unknown) => error);
    expect((fault as Error).message).toContain('(User … may not see the confidential profile of …)');
  });

  it.each(['<html>', ['a'], null, { message: { text: 'x' } }, { message: 7 }, { message: 'Dana' }])(
    'says nothing of Lever’s where it said nothing that can be shown: %j',
    async (body) => {
      server.replies.push({ status: 400, body });
      await expect(read()).rejects.toMatchObject({
        message: expect.stringMatching(/^Lever answered 400 to GET /),
      });
    },
  );

  it('passes on how long to wait', async () => {
    server.replies.push({ status: 429, headers: { 'retry-after': '3' } });
    await expect(read()).rejects.toMatchObject({ retryAfterMs: 3_000 });
  });

  it('calls a write to a server that is not there unavailable: surely nothing was written', async () => {
    await server.close();
    await expect(write()).rejects.toMatchObject({ code: 'lever.unavailable' });
  });

  it('tries once more with a fresh token after a 401', async () => {
    server.replies.push({ status: 401 }, { body: fixtureResponse('get-posting') });
    await expect(read()).resolves.toMatchObject({ text: 'Nango Seed Posting 1' });
    expect(server.seen.map((request) => request.headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
  });

  it('says that the access is refused after a second 401: what that means is decided elsewhere', async () => {
    server.replies.push({ status: 401 });
    await expect(read()).rejects.toMatchObject({ code: 'lever.unauthorized' });
    expect(server.seen).toHaveLength(2);
  });

  it('does not repeat a 401 where there is no other token, as with an API key', async () => {
    tokens[1] = 'Bearer one';
    server.replies.push({ status: 401 });
    await expect(read()).rejects.toMatchObject({ code: 'lever.unauthorized' });
    expect(server.seen).toHaveLength(1);
  });
});

const fixtureResponse = (name: string): unknown => (fixture(name) as { response: unknown }).response;

describe('what is written down about a request', () => {
  const lines: Record<string, unknown>[] = [];
  let traced: LeverClient;
  beforeEach(() => {
    lines.length = 0;
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(JSON.parse(chunk.toString('utf8')) as Record<string, unknown>);
        done();
      },
    });
    const log = createLogger({ level: 'debug', name: 'test', destination }).child({ connectionId: 'con_1' });
    const authorization = (): Promise<string> => Promise.resolve('Basic c2VjcmV0Og==');
    traced = createLeverClient({ apiUrl: `${server.url}/v1`, http, authorization, performAs: 'user-1', log });
  });

  it('is what it was, with an id that Lever and the fault carry as well', async () => {
    server.replies.push({ status: 503, headers: { 'x-request-id': 'lever-7' } });
    const fault: unknown = await traced.addTags('opp-1', ['ada']).catch((error: unknown) => error);
    const sent = server.seen[0]?.headers['x-request-id'];
    expect(sent).toMatch(/^[0-9a-f-]{36}$/);
    expect(fault).toMatchObject({ detail: { requestId: sent, leverRequestId: 'lever-7' } });
    expect(lines).toEqual([
      expect.objectContaining({
        level: 40,
        connectionId: 'con_1',
        method: 'POST',
        route: '/opportunities/:id/addTags',
        status: 503,
        ms: expect.any(Number),
        requestId: sent,
        leverRequestId: 'lever-7',
      }),
    ]);
  });

  it('is of no consequence when all is well, and of some when there is no answer', async () => {
    server.replies.push({ body: { data: [] } }, { drop: true });
    await traced.pageOfOpportunities({ email: 'ada@example.com' });
    const fault = await traced.addNote('opp-1', 'About Ada').catch((error: unknown) => error);
    expect(lines.map(({ level, status, fault: kind }) => [level, status, kind])).toEqual([
      [20, 200, undefined],
      [40, null, 'unclear'],
    ]);
    expect(fault).toMatchObject({ detail: { requestId: lines[1]?.['requestId'] } });
  });

  it('never names a person: neither ids in the path, nor the query, nor a body', async () => {
    server.replies.push({ status: 404, body: { code: 'NotFound', message: 'no zoe@example.com' } });
    await traced.getOpportunity('opp-of-zoe', { expand: ['contact'] }).catch(() => undefined);
    await traced.pageOfOpportunities({ email: 'zoe@example.com' }).catch(() => undefined);
    await traced.addNote('opp-of-zoe', 'About zoe').catch(() => undefined);
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toMatch(/zoe|c2VjcmV0/i);
  });
});

describe('requests to Lever', () => {
  const last = (): { line: string; json: unknown } => {
    const request = server.seen.at(-1);
    return {
      line: `${request?.method} ${request?.url}`,
      json: request?.body ? (JSON.parse(request.body) as unknown) : undefined,
    };
  };

  it('names the user on every write to an opportunity, and reads nothing from the blank answer', async () => {
    server.replies.push({ body: fixtureResponse('update-opportunity-tags') });
    await expect(client.addTags('o:1', ['A'])).resolves.toBeUndefined();
    expect(last()).toEqual({
      line: 'POST /v1/opportunities/o%3A1/addTags?perform_as=user-1',
      json: { tags: ['A'] },
    });
    await client.removeTags('o', ['A']);
    expect(last()).toMatchObject({ line: 'POST /v1/opportunities/o/removeTags?perform_as=user-1' });
    await client.addLinks('o', ['https://a.example']);
    expect(last()).toMatchObject({ json: { links: ['https://a.example'] } });
    await client.removeLinks('o', ['https://a.example']);
    expect(last()).toMatchObject({ line: 'POST /v1/opportunities/o/removeLinks?perform_as=user-1' });
    await client.setStage('o', 'offer');
    expect(last()).toEqual({
      line: 'PUT /v1/opportunities/o/stage?perform_as=user-1',
      json: { stage: 'offer' },
    });
    await client.archive('o', null);
    expect(last()).toEqual({
      line: 'PUT /v1/opportunities/o/archived?perform_as=user-1',
      json: { reason: null },
    });
    server.replies.splice(0, 1, { status: 201, body: fixtureResponse('create-note') });
    await expect(client.addNote('o', 'Hello')).resolves.toEqual({
      id: '7f8004a4-e5db-466a-ae31-7a26346701ed',
    });
    expect(last()).toEqual({
      line: 'POST /v1/opportunities/o/notes?perform_as=user-1',
      json: { value: 'Hello' },
    });
  });

  it('creates an opportunity for a posting', async () => {
    server.replies.push({ status: 201, body: fixtureResponse('create-opportunity') });
    const made = await client.createOpportunity({
      postingId: 'p',
      contactId: null,
      name: 'Ada Test',
      email: 'ada@example.com',
      tags: [],
    });
    expect(made.id).toBe('90bb80d6-db1b-4ba8-9d4f-8bcb25b6c017');
    expect(last().json).toEqual({ name: 'Ada Test', emails: ['ada@example.com'], tags: [], postings: ['p'] });
  });

  it('says what to set where Lever wants a user and the connection has none', async () => {
    const nameless = createLeverClient({
      apiUrl: server.url,
      http,
      authorization: () => Promise.resolve('Bearer one'),
      performAs: null,
    });
    const content = (): Readable => Readable.from([Buffer.from('x')]);
    const file = { name: 'a.pdf', contentType: 'application/pdf', size: 1, content };
    await expect(nameless.addFile('o', file)).rejects.toMatchObject({ code: 'connection.misconfigured' });
    expect(server.seen).toHaveLength(0);
  });

  it('repeats a parameter for each value', async () => {
    server.replies.push({ body: fixtureResponse('get-opportunity') });
    await client.getOpportunity('o', { expand: ['owner', 'contact'] });
    expect(last().line).toBe('GET /v1/opportunities/o?expand=owner&expand=contact');
  });

  it('reads an application by itself that was to be expanded and was not', async () => {
    const application = fixtureResponse('get-application') as { data: { id: string; posting: string } };
    server.replies.push({ body: fixtureResponse('get-opportunity') }, { body: application });
    const { applications } = await client.getOpportunity('o', { expand: ['applications'] });
    expect(applications).toMatchObject([{ id: application.data.id, posting: application.data.posting }]);
    expect(last().line).toBe(`GET /v1/opportunities/o/applications/${application.data.id}`);
    server.replies.splice(0, 2, { body: fixtureResponse('get-opportunity') });
    await expect(client.getOpportunity('o')).resolves.toMatchObject({ applications: [application.data.id] });
  });

  it('reads lists that have no pages', async () => {
    server.replies.push({ body: fixtureResponse('get-webhooks') });
    await expect(client.listWebhooks()).resolves.toHaveLength(4);
    expect(server.seen).toHaveLength(1);
  });

  it('keeps the signature token of a new webhook, and takes 204 for a deleted one', async () => {
    server.replies.push({ status: 201, body: fixtureResponse('create-webhook') }, { status: 204, body: '' });
    const hook = await client.createWebhook({ url: 'https://hub.example/w', event: 'candidateHired' });
    expect(hook).toMatchObject({ event: 'candidateHired', signatureToken: '0'.repeat(48) });
    await expect(client.deleteWebhook(hook.id)).resolves.toBeUndefined();
  });
});

describe('an id that is none', () => {
  const ways: [string, (id: string) => Promise<unknown>][] = [
    ['a read of an opportunity', (id) => client.getOpportunity(id)],
    ['a write', (id) => client.addLinks(id, ['https://vendor.example'])],
    ['a move', (id) => client.setStage(id, 'offer')],
    ['a note', (id) => client.addNote(id, 'text')],
    ['a posting', (id) => client.getPosting(id)],
    ['a webhook', (id) => client.deleteWebhook(id)],
  ];

  it.each(ways)('never becomes part of an address: %s', async (_, ask) => {
    for (const id of ['', '.', '..', '../users', 'a/b', '..%2fusers', 'a b', 'é', 'x'.repeat(129)]) {
      await expect(ask(id)).rejects.toMatchObject({ code: 'lever.bad_request' });
    }
    expect(server.seen).toEqual([]);
  });
});
