import { request as ask } from 'node:http';
import request from 'supertest';
import { wrongCodeStatus } from '../../api/middleware/rate-limit';
import { openJson } from '../../platform/crypto/seal';
import { openTestPool } from '../helpers/database';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { type ApiWorld, startApiWorld } from './api-world';

/** What strangers may do to a hub, and that it keeps nobody else out. Counted are answers and rows. */

const limits = { requestsPerMinute: 30, failedProofsPerMinute: 10 };
const wrongCodes = 20;

const manyOf = <T>(times: number, ask: (index: number) => PromiseLike<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => ask(index)));

const counted = (answers: { status: number }[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const tried = (world: ApiWorld, from: string, reference = 'WRONG12') =>
  request(world.api.url)
    .post('/connect/smg')
    .set('X-Forwarded-For', from)
    .set('Origin', 'https://hub.example')
    .type('form')
    .send({ reference });

const read = (world: ApiWorld, path: string, from: string, token: string | null) => {
  const asked = request(world.api.url).get(path).set('X-Forwarded-For', from);
  return token === null ? asked : asked.set('Authorization', `Bearer ${token}`);
};

describe('a hub that nobody has told of a proxy', () => {
  const world = useWorld(() => startApiWorld({}, { limits }));

  test('what strangers ask without the token does not count against who has it', async () => {
    const strangers = await manyOf(3 * limits.requestsPerMinute, (index) =>
      read(world, '/api/v1/connections', '198.51.100.1', index % 2 === 0 ? null : 'a-wrong-token-of-theirs'),
    );
    expect(counted(strangers)).toEqual({
      401: limits.failedProofsPerMinute,
      429: 3 * limits.requestsPerMinute - limits.failedProofsPerMinute,
    });
    expect(strangers.find(({ status }) => status === 429)?.headers['retry-after']).toMatch(/^\d+$/);
    const mine = await manyOf(limits.requestsPerMinute, () =>
      read(world, '/api/v1/connections', '198.51.100.1', world.operatorToken),
    );
    expect(counted(mine)).toEqual({ 200: limits.requestsPerMinute });
    const more = await read(world, '/api/v1/connections', '198.51.100.1', world.operatorToken);
    expect(more.body).toMatchObject({ status: 429, code: 'rate.exceeded' });
  });

  test('the description of the API is bounded apart, and so are metrics and the codec', async () => {
    const address = '/api/v1/openapi.json';
    const answers = await manyOf(limits.requestsPerMinute + 5, () =>
      read(world, address, '198.51.100.1', null),
    );
    expect(counted(answers)).toEqual({ 200: limits.requestsPerMinute, 429: 5 });

    expect((await read(world, '/metrics', '198.51.100.1', null)).status).toBe(429);
    expect((await read(world, '/metrics', '198.51.100.1', world.operatorToken)).status).toBe(200);
    const decode = (path: string) => request(world.api.url).post(path).send({ payloads: [] });
    expect((await decode('/codec/decode')).status).toBe(429);
    expect((await decode('/codec/a-guessed-ticket/decode')).status).toBe(429);
    const asOperator = () => decode('/codec/decode').set('Authorization', `Bearer ${world.operatorToken}`);
    const decoded = await manyOf(limits.requestsPerMinute + 5, asOperator);
    expect(counted(decoded)).toEqual({ 200: limits.requestsPerMinute, 429: 5 });
  });

  test('saying that one is somebody else does not help who guesses codes', async () => {
    const guesses = [];
    for (let index = 0; index < wrongCodes + 5; index += 1) {
      guesses.push(await tried(world, `203.0.113.${index}`));
    }
    expect(counted(guesses)).toEqual({ [wrongCodeStatus]: wrongCodes, 429: 5 });
  });
});

describe('a hub behind one proxy of its own', () => {
  const metricsToken = 'only-for-reading-metrics';
  const appAtLever = { SMG_LEVER_CLIENT_ID: 'an-app', SMG_LEVER_CLIENT_SECRET: 'its-secret' };
  const logged: string[] = [];
  const world = useWorld(() =>
    startApiWorld({ TRUST_PROXY: '1', METRICS_TOKEN: metricsToken, ...appAtLever }, { limits, logged }),
  );
  const link = () =>
    world.asOperator('post', '/connect-links').send({
      vendor: 'smg',
      customer: 'Acme',
      credentials: { username: 'u', password: 'p' },
      settings: { triggerStages: ['Assessment'] },
      referenceCode: 'ACME2031',
    });

  test('a stranger who guesses codes locks nobody else out', async () => {
    const made = await link().set('X-Forwarded-For', '192.0.2.200').expect(201);
    const guesses = [];
    for (let index = 0; index < wrongCodes + 5; index += 1) guesses.push(await tried(world, '198.51.100.1'));
    expect(counted(guesses)).toEqual({ [wrongCodeStatus]: wrongCodes, 429: 5 });
    // Some proxies name the port as well, which is another one each time.
    expect((await tried(world, '198.51.100.1:40001')).status).toBe(429);
    // Whatever a client writes itself stands in front of what the proxy adds.
    expect((await tried(world, '192.0.2.9, 198.51.100.1')).status).toBe(429);
    const customer = await tried(world, '192.0.2.7', 'acme 2031');
    expect([customer.status, customer.text]).toEqual([200, expect.stringContaining('Acme')]);
    // A company behind one address, all of whose people type the right one.
    const colleagues = [];
    for (let index = 0; index < wrongCodes + 5; index += 1) {
      colleagues.push(await tried(world, '192.0.2.6', 'ACME2031'));
    }
    expect(counted(colleagues)).toEqual({ 200: wrongCodes + 5 });

    const rows = openTestPool(world.databaseUrl);
    try {
      const [line] = await rows.kysely
        .selectFrom('audit')
        .selectAll()
        .where('target', '=', (made.body as { id: string }).id)
        .execute();
      const place = `audit/${line?.action}/${line?.target}`;
      expect(openJson(world.ring, line?.detail_sealed as Buffer, place)).toMatchObject({
        client: '192.0.2.200',
      });
      expect(JSON.stringify(line)).not.toContain('192.0.2');
    } finally {
      await rows.close();
    }
    const log = logged.join('\n');
    expect(log).toContain('"client":"198.51.100.0/24"');
    expect(log).toContain('"client":"192.0.2.0/24"');
    for (const address of ['198.51.100.1"', '192.0.2.7', '192.0.2.200']) expect(log).not.toContain(address);
  });

  test('strangers use up their own requests alone', async () => {
    const path = '/api/v1/openapi.json';
    const asked = await manyOf(limits.requestsPerMinute + 1, () => read(world, path, '198.51.100.1', null));
    expect(counted(asked)).toEqual({ 200: limits.requestsPerMinute, 429: 1 });
    expect((await read(world, path, '192.0.2.7', null)).status).toBe(200);
    const pages = await manyOf(limits.requestsPerMinute + 1, () =>
      read(world, '/connect/style.css', '198.51.100.2', null),
    );
    expect(counted(pages)).toEqual({ 200: limits.requestsPerMinute, 429: 1 });
    expect((await read(world, '/connect/style.css', '192.0.2.7', null)).status).toBe(200);
  });

  test('an answer and a fault of one address have the same route in the log', async () => {
    const routesOf = (method: string, status: number) =>
      logged
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line['method'] === method && line['status'] === status)
        .map(({ route }) => route);
    await world.asOperator('get', '/assessments').expect(200);
    await world.asOperator('get', '/assessments?limit=none').expect(422);
    await read(world, '/connect/nobody', '192.0.2.12', null);
    await world.asAnybody().post('/webhooks/lever/nobody').expect(404);
    await until(
      'they are in the log',
      () => routesOf('POST', 404),
      ({ length }) => length > 0,
    );
    expect(new Set(routesOf('GET', 200))).toContain('/api/v1/assessments');
    expect(routesOf('GET', 422)).toEqual(['/api/v1/assessments']);
    expect(routesOf('GET', 404)).toContain('/connect/:vendor');
    expect(routesOf('POST', 404)).toEqual(['/webhooks/lever/:connectionKey']);
  });

  test('who is refused is in the log with answer and network, and the token that was tried is not', async () => {
    const tried = 'a-token-that-nobody-has';
    const refusals = () =>
      logged
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ client, status }) => client === '192.0.2.0/24' && status === 401);
    const before = refusals().length;
    await read(world, '/api/v1/connections', '192.0.2.44', tried);
    await read(world, '/metrics', '192.0.2.44', null);
    await until('both are in the log', refusals, ({ length }) => length === before + 2);
    expect(refusals().at(-1)).toMatchObject({
      msg: 'answered',
      method: 'GET',
      requestId: expect.any(String),
    });
    expect(logged.join('\n')).not.toContain(tried);
  });

  test('the token for metrics opens the metrics, and nothing else', async () => {
    expect((await read(world, '/metrics', '192.0.2.8', metricsToken)).text).toContain('fulcrum_');
    expect((await read(world, '/metrics', '192.0.2.8', 'another-token-altogether')).status).toBe(401);
    const without = await read(world, '/metrics', '192.0.2.8', null);
    expect(without.status).toBe(401);
    expect(JSON.parse(without.text)).toMatchObject({
      detail:
        'Send the header "Authorization: Bearer <token>", with the value of METRICS_TOKEN, or the value of FULCRUM_OPERATOR_TOKEN, or a token made with POST /api/v1/tokens that has neither expired nor been revoked.',
    });
    expect((await read(world, '/api/v1/connections', '192.0.2.8', metricsToken)).status).toBe(401);
  });
});

describe('headers', () => {
  const world = useWorld(() => startApiWorld());

  test.each([
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/metrics', 401],
    ['POST', '/healthz', 405],
    ['POST', '/webhooks/lever/nobody', 404],
    ['GET', '/webhooks/lever/nobody', 405],
    ['GET', '/callbacks/smg/nobody', 404],
    ['PUT', '/callbacks/upwage/nobody/packages', 404],
    ['POST', '/codec/decode', 401],
    ['POST', '/codec/guess/decode', 404],
    ['OPTIONS', '/codec/decode', 204],
    ['GET', '/api/v1/openapi.json', 200],
    ['GET', '/api/v1/connections', 401],
    ['GET', '/connect/smg', 200],
    ['GET', '/connect/link/nobody', 404],
    ['GET', '/connect/style.css', 200],
    ['GET', '/nothing', 404],
    ['POST', '/webhooks/lever/%E0%A4%A', 400],
  ])('%s %s (%i) cannot be misused by a browser', async (method, path, status) => {
    const answer = await fetch(`${world.api.url}${path}`, { method });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': expect.stringMatching(/^(no-referrer|same-origin)$/),
      'x-frame-options': 'DENY',
    });
    const policy = answer.headers.get('content-security-policy')?.split(';') ?? [];
    const nothing = ['default-src', 'object-src', 'base-uri', 'frame-ancestors'];
    expect(policy).toEqual(expect.arrayContaining(nothing.map((directive) => `${directive} 'none'`)));
    // Forms and styles are what the pages need; whatever else is answered is no page.
    if (!path.startsWith('/connect')) expect(policy).toContain('sandbox');
    expect(answer.headers.get('cache-control')).toBe(
      path === '/connect/style.css' ? 'public, max-age=300' : 'no-store',
    );
    for (const name of ['x-powered-by', 'server', 'access-control-allow-origin']) {
      expect([name, answer.headers.has(name)]).toEqual([name, false]);
    }
    const text = await answer.text();
    const type = answer.headers.get('content-type');
    if (text === '') expect(type).toBeNull();
    else expect(type).toMatch(/^(?:application\/(?:problem\+)?json|text\/(?:html|css)); charset=utf-8$/);
  });

  test.each([
    '/healthz',
    '/metrics',
    '/webhooks/lever/nobody',
    '/codec/decode',
    '/api/v1/connections',
    '/connect/smg',
  ])('TRACE %s repeats nothing of the request', async (path) => {
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = { 'x-mine': 'only-for-the-hub', authorization: `Bearer ${world.operatorToken}` };
      const asked = ask(`${world.api.url}${path}`, { method: 'TRACE', headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      asked.on('error', reject).end();
    });
    expect([404, 405]).toContain(status);
    expect(text).not.toContain('only-for-the-hub');
  });
});
