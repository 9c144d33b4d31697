import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { EncryptionCodec } from '../../platform/temporal/codec';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';

const world = useWorld(startApiWorld);

describe('who may use the API', () => {
  test.each([
    ['no token', undefined],
    ['another token', 'Bearer something-else'],
    ['another scheme', 'Basic b3A6b3A='],
  ])('%s: 401 with a challenge', async (_what, header) => {
    const asked = world.asAnybody().get('/api/v1/connections');
    const answer = await (header === undefined ? asked : asked.set('Authorization', header)).expect(401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="fulcrum"/);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ status: 401, code: 'auth.missing', title: 'Unauthorized' });
  });
});

describe('input', () => {
  test.each([
    [
      'an undeclared query parameter',
      () => world.asOperator('get', '/connections?colour=red'),
      400,
      'input.undeclared',
    ],
    [
      'an undeclared field',
      () => world.asOperator('post', '/connections/x/pause').send({ a: 1 }),
      400,
      'input.undeclared',
    ],
    ['an invalid value', () => world.asOperator('get', '/assessments?status=done'), 422, 'input.invalid'],
    [
      'a repeated parameter',
      () => world.asOperator('get', '/assessments?status=failed&status=expired'),
      422,
      'input.invalid',
    ],
    ['a foreign cursor', () => world.asOperator('get', '/deliveries?after=abc'), 422, 'input.invalid'],
    [
      'broken JSON',
      () => world.asOperator('post', '/connections').type('json').send('{'),
      400,
      'input.malformed',
    ],
    [
      'another content type',
      () => world.asOperator('post', '/connections').type('form').send('a=1'),
      415,
      'input.wrong_type',
    ],
    [
      'a large body',
      () => world.asOperator('post', '/connections').send({ a: 'x'.repeat(300_000) }),
      413,
      'input.too_large',
    ],
    [
      'a path that cannot be decoded',
      () => world.asOperator('get', '/connections/%E0%A4%A'),
      400,
      'input.malformed',
    ],
    ['an unknown path', () => world.asOperator('get', '/nothing'), 404, 'not_found'],
  ])('%s is refused with a problem document', async (_what, send, status, code) => {
    const answer = await send().expect(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: `urn:fulcrum:problem:${code}`, status, code });
    expect(answer.body.detail).toMatch(/\w/);
    expect(answer.text).not.toMatch(/\bat .*\.(ts|js):\d|node_modules|SyntaxError/);
  });

  test('who asks where nothing is hears where the description is, and gets it', async () => {
    const { body } = await world.asAnybody().get('/').expect(404);
    const [, path = ''] = /API description at (\S+)\.$/.exec(body.detail as string) ?? [];
    await world.asAnybody().get(path).expect(200);
  });

  test('a request id is echoed, or made', async () => {
    const given = await world.asOperator('get', '/connections').set('X-Request-Id', 'mine-1').expect(200);
    expect(given.headers['x-request-id']).toBe('mine-1');
    const odd = await world.asOperator('get', '/connections').set('X-Request-Id', 'a b').expect(200);
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('assessments', () => {
  const workflowId = 'assessment/smg/con_a/opp-a/token-a';
  const assessmentId = assessmentIdOf(workflowId);
  const email = 'ada.lovelace@candidate.example';

  beforeAll(async () => {
    const line = { at: Date.now(), suspended: false, detail: null };
    await world.assessments.write({
      run: { assessmentId, workflowId, vendor: 'smg', connectionId: 'con_a', opportunityId: 'opp-a' },
      records: [
        { ...line, seq: 1, status: 'routing', attention: false, kind: 'opened' },
        { ...line, seq: 2, status: 'inviting', attention: false, kind: 'status' },
        {
          ...line,
          seq: 3,
          status: 'invited',
          attention: true,
          kind: 'effect_failed',
          detail: 'lever.not_found',
          facts: { vendorRef: '4711', candidate: { name: 'Ada Lovelace', email } },
        },
      ],
      deliveries: [],
    });
  });

  test.each([
    ['connection=con_a', 1],
    ['opportunity=opp-a', 1],
    ['status=invited&attention=true', 1],
    ['attention=false', 0],
    [`email=${encodeURIComponent(email.toUpperCase())}`, 1],
    ['email=nobody%40candidate.example', 0],
  ])('are found by %s', async (query, count) => {
    const { body } = await world.asOperator('get', `/assessments?${query}`).expect(200);
    expect(body.data).toHaveLength(count);
  });

  test('one tells its story', async () => {
    const { body } = await world.asOperator('get', `/assessments/${assessmentId}`).expect(200);
    expect(body).toMatchObject({ id: assessmentId, status: 'invited', vendorRef: '4711', live: null });
    expect(body.timeline.map((line: { kind: string }) => line.kind)).toEqual([
      'opened',
      'status',
      'effect_failed',
    ]);
  });

  test('an action on a run that is gone says so', async () => {
    const cancel = world.asOperator('post', `/assessments/${assessmentId}/cancel`).send({ reason: 'hired' });
    expect((await cancel.expect(409)).body.detail).toMatch(/over/);
    const unsaid = await world.asOperator('post', `/assessments/${assessmentId}/cancel`).expect(422);
    expect(unsaid.body.detail).toBe('Correct the request: body.reason: is missing');
    await world.asOperator('post', `/assessments/${assessmentId}/extend`).send({ by: 'a while' }).expect(422);
    const effect = encodeURIComponent('completed/status');
    await world.asOperator('post', `/assessments/${assessmentId}/effects/${effect}/retry`).expect(409);
    await world.asOperator('post', '/assessments/asm_nobody/remind').expect(404);
  });
});

describe('the codec', () => {
  const wire = async (text: string) => {
    const sealed = await new EncryptionCodec(world.ring).encode([
      { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(text)) },
    ]);
    return {
      payloads: sealed.map(({ metadata, data }) => ({
        metadata: Object.fromEntries(
          Object.entries(metadata ?? {}).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
        ),
        data: Buffer.from(data ?? []).toString('base64'),
      })),
    };
  };
  const read = (body: { payloads: { data: string }[] }) =>
    Buffer.from(body.payloads[0]?.data ?? '', 'base64').toString('utf8');

  test('shows payloads to the operator only', async () => {
    const body = await wire('hello');
    await world.asAnybody().post('/codec/decode').send(body).expect(401);
    const answer = await world
      .asAnybody()
      .post('/codec/decode')
      .set('Authorization', `Bearer ${world.operatorToken}`)
      .send(body)
      .expect(200);
    expect(read(answer.body)).toBe('"hello"');
    const back = await world
      .asAnybody()
      .post('/codec/encode')
      .set('Authorization', `Bearer ${world.operatorToken}`)
      .send(answer.body)
      .expect(200);
    expect(read(back.body)).not.toContain('hello');
  });

  test('takes the ticket of the embedded server, and no other', async () => {
    const body = await wire('hello');
    const answer = await world.asAnybody().post(`/codec/${world.codecTicket}/decode`).send(body).expect(200);
    expect(read(answer.body)).toBe('"hello"');
    await world.asAnybody().post('/codec/guess/decode').send(body).expect(404);
  });
});

describe('for machines', () => {
  test('health, readiness and metrics', async () => {
    await world.asAnybody().get('/healthz').expect(200, { status: 'ok' });
    const ready = await world.asAnybody().get('/readyz').expect(200);
    expect(ready.body).toEqual({ status: 'ok', database: 'ok', temporal: 'ok', snapshot: 'ok' });
    const metrics = await world
      .asAnybody()
      .get('/metrics')
      .set('Authorization', `Bearer ${world.operatorToken}`)
      .expect(200);
    expect(metrics.text).toMatch(/fulcrum_deliveries_total/);
  });
});
