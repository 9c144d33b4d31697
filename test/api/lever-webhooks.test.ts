import type { PresentedConnection } from '../../api/connections/present';
import { leverBucket } from '../../domain/ids';
import type { AssessmentInput } from '../../workflows/assessment/contract';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { type ApiWorld, startApiWorld } from './api-world';

const world = useWorld(startApiWorld);
let connection: PresentedConnection;
beforeAll(async () => {
  connection = await world.connect({ settings: { onLeaveStage: 'cancel' } });
});

const post = (body: unknown, path = world.webhookPath(connection)) =>
  world
    .asAnybody()
    .post(path)
    .send(body as object);
const stageChange = (opportunityId: string, toStageId = 'stage-assessment', change = {}) =>
  world.delivery(
    'candidateStageChange',
    { opportunityId, contactId: 'c', fromStageId: 'lead-new', toStageId },
    change,
  );
const listed = async (query: string) =>
  (await world.asOperator('get', `/deliveries?${query}`).expect(200)).body.data;
const workflowIdOf = (opportunityId: string, token: unknown) =>
  `assessment/smg/${connection.id}/${opportunityId}/${String(token)}`;

describe('a message that cannot be taken', () => {
  test.each([
    ['an unknown key', 404, 'connection.missing', () => post(stageChange('o'), '/webhooks/lever/unknown')],
    [
      'a wrong signature',
      401,
      'auth.signature',
      () => post(stageChange('o', 'x', { signature: 'f'.repeat(64) })),
    ],
    ['no signature', 401, 'auth.signature', () => post(stageChange('o', 'x', { signature: undefined }))],
    ['a very old triggeredAt', 401, 'auth.signature', () => post(stageChange('o', 'x', { triggeredAt: 1 }))],
    ['a body over the limit', 413, 'input.too_large', () => post({ padding: 'x'.repeat(257 * 1024) })],
    [
      'another content type',
      415,
      'input.wrong_type',
      () => post('event=x').set('Content-Type', 'text/plain'),
    ],
    ['a compressed body', 415, 'input.wrong_type', () => post({ a: 1 }).set('Content-Encoding', 'gzip')],
    ['broken JSON', 400, 'input.malformed', () => post('{"event":').set('Content-Type', 'application/json')],
    ['an empty body', 400, 'input.malformed', () => world.asAnybody().post(world.webhookPath(connection))],
    ['no token', 400, 'input.malformed', () => post(stageChange('o', 'x', { token: undefined }))],
  ])('%s is answered %i and recorded', async (_what, status, code, send) => {
    const before = (await listed('verdict=rejected&limit=200')).length;
    const answer = await send()
      .expect(status)
      .expect('Content-Type', /application\/problem\+json/);
    expect(answer.body).toMatchObject({ status, code, requestId: answer.headers['x-request-id'] });
    expect(answer.text).not.toMatch(/\bat .*\.(ts|js)|node_modules|Error:/);
    const rejected = await listed('verdict=rejected&limit=200');
    expect(rejected).toHaveLength(before + 1);
    expect(rejected[0].reason).toBe(code);
  });

  test('what is missing is named', async () => {
    const answer = await post(stageChange('o', 'x', { token: undefined, triggeredAt: 'now' })).expect(400);
    expect(answer.body.detail).toMatch(/body\.token/);
    expect(answer.body.detail).toMatch(/body\.triggeredAt/);
  });

  test('another method is told which one', async () => {
    await world.asAnybody().get(world.webhookPath(connection)).expect(405).expect('Allow', 'POST');
  });
});

describe('a message that is taken', () => {
  test('a test ping', async () => {
    const { body } = await post(world.delivery('candidateHired', {})).expect(200);
    expect(body.verdict).toBe('ping');
    const webhook = await until(
      'it is on record',
      async () => (await world.asOperator('get', `/connections/${connection.id}`)).body.webhook,
      ({ lastHeardAt }) => lastHeardAt !== null,
    );
    expect(webhook).toMatchObject({ lastHeardAt: expect.any(String), firstEventAt: null });
    expect(webhook.hint).toMatch(/^Only a test ping was received/);
  });

  test('an event that nobody listens to is ignored', async () => {
    const token = world.lever.webhooks[0]?.signatureToken;
    expect(token).toBeDefined();
    const foreign = {
      ...world.delivery('candidateHired', { opportunityId: 'o' }),
      event: 'interviewCreated',
    };
    const { body } = await post(foreign).expect(200);
    expect(body.verdict).toBe('ignored');
  });

  test('a move into a trigger stage starts one run with everything an operator looks for', async () => {
    const delivery = stageChange('opp-1');
    const { body } = await post(delivery).expect(200);
    expect(body.verdict).toBe('started');

    const handle = world.client.workflow.getHandle(workflowIdOf('opp-1', delivery['token']));
    const run = await handle.describe();
    expect(run.type).toBe('assessment');
    expect(run.taskQueue).toBe('assessments');
    expect(run.priority?.fairnessKey).toBe(leverBucket({ id: connection.id, leverAccountId: null }));
    const attributes = run.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
    expect(Object.fromEntries(attributes)).toMatchObject({
      FulcrumConnection: connection.id,
      FulcrumVendor: 'smg',
      FulcrumOpportunity: 'opp-1',
    });
    expect(await run.staticSummary()).toMatch(/smg for Acme: opportunity opp-1/i);

    const [input] = await startedWith(handle);
    expect(input).toMatchObject({
      vendor: 'smg',
      connectionId: connection.id,
      opportunityId: 'opp-1',
      stageId: 'stage-assessment',
      eventKey: delivery['token'],
      delivery: { id: body.deliveryId, verdict: 'started', source: 'lever' },
    });
    expect(input?.assessmentId).toMatch(/^asm_[0-9a-v]{26}$/);

    const [record] = await listed('opportunity=opp-1');
    expect(record).toMatchObject({ id: body.deliveryId, verdict: 'started', workflowId: handle.workflowId });
    const { body: read } = await world.asOperator('get', `/connections/${connection.id}`);
    expect(read.webhook).toMatchObject({
      lastHeardAt: expect.any(String),
      firstEventAt: expect.any(String),
      hint: expect.stringMatching(/^Last heard from at 20/),
    });
  });

  test('the same message 20 times at once is one run, one "started" and 19 duplicates', async () => {
    const delivery = stageChange('opp-20');
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(delivery).expect(200)));
    const said = answers.map(({ body }) => body.verdict as string).sort();
    expect(said).toEqual([...Array<string>(19).fill('duplicate'), 'started']);
    const records = await listed('opportunity=opp-20&limit=100');
    expect(records.filter((record: { verdict: string }) => record.verdict === 'started')).toHaveLength(1);
    expect(records.filter((record: { verdict: string }) => record.verdict === 'duplicate')).toHaveLength(19);
    await world.client.workflow.getHandle(workflowIdOf('opp-20', delivery['token'])).describe();
  });

  test('a repeat after the run is over is a duplicate', async () => {
    const delivery = stageChange('opp-over');
    await post(delivery).expect(200);
    await world.client.workflow.getHandle(workflowIdOf('opp-over', delivery['token'])).terminate();
    const { body } = await post(delivery).expect(200);
    expect(body.verdict).toBe('duplicate');
  });

  test('a stage that the hub does not know starts a run, which will look', async () => {
    const { body } = await post(stageChange('opp-new-stage', 'stage-made-today')).expect(200);
    expect(body.verdict).toBe('started');
  });

  test('without an open run, another stage and an archive event are ignored', async () => {
    expect((await post(stageChange('opp-none', 'stage-review'))).body.verdict).toBe('ignored');
    const archived = world.delivery('candidateArchiveChange', { opportunityId: 'opp-none' });
    expect((await post(archived)).body.verdict).toBe('ignored');
  });
});

describe('pausing', () => {
  test('holds what would start a run; resuming lets it go on', async () => {
    const own = await world.connect();
    const send = async (opportunityId: string) => {
      const signatureToken = world.lever.webhooks.find(
        (webhook) => webhook.url === own.webhook.url,
      )?.signatureToken;
      return post(
        stageChangeSignedWith(signatureToken as string, opportunityId),
        world.webhookPath(own),
      ).expect(200);
    };
    await world.asOperator('post', `/connections/${own.id}/pause`).expect(200);
    expect((await send('opp-held')).body.verdict).toBe('held');
    const discarded = (await send('opp-discarded')).body;
    await world.asOperator('post', `/deliveries/${discarded.deliveryId}/discard`).expect(200);

    const still = (await listed(`connection=${own.id}&verdict=held`))[0];
    const replayed = await world.asOperator('post', `/deliveries/${still.id}/replay`).expect(200);
    expect(replayed.body).toMatchObject({
      verdict: 'held',
      reasonCode: 'connection_not_active',
      reason: expect.stringContaining('paused'),
    });

    await world.asOperator('post', `/connections/${own.id}/resume`).expect(200);
    await until(
      'the held one is started',
      () => listed(`connection=${own.id}&verdict=started`),
      ({ length }) => length === 1,
    );
    expect(await listed(`connection=${own.id}&verdict=discarded`)).toHaveLength(1);
  });

  test('an ignored delivery can be replayed once the settings are right, but not a started one', async () => {
    const own = await world.connect({ settings: { triggerStages: ['Review'] } });
    const signatureToken = world.lever.webhooks.find(
      (webhook) => webhook.url === own.webhook.url,
    )?.signatureToken;
    const delivery = stageChangeSignedWith(signatureToken as string, 'opp-rerun');
    const { body } = await post(delivery, world.webhookPath(own)).expect(200);
    expect(body.verdict).toBe('ignored');
    const settings = { triggerStages: ['Assessment'] };
    await world.asOperator('patch', `/connections/${own.id}`).send({ settings }).expect(200);
    const replay = () => world.asOperator('post', `/deliveries/${body.deliveryId}/replay`);
    expect((await replay().expect(200)).body.verdict).toBe('started');
    expect((await replay().expect(409)).body.code).toBe('conflict');
    expect((await post(delivery, world.webhookPath(own))).body.verdict).toBe('duplicate');
  });

  test('a disabled connection answers like one that never was', async () => {
    const own = await world.connect();
    const signatureToken = world.lever.webhooks.find(
      (webhook) => webhook.url === own.webhook.url,
    )?.signatureToken;
    await world.asOperator('post', `/connections/${own.id}/disable`).expect(200);
    const answer = await post(
      stageChangeSignedWith(signatureToken as string, 'o'),
      world.webhookPath(own),
    ).expect(404);
    expect(answer.body.code).toBe('connection.missing');
  });
});

function stageChangeSignedWith(signatureToken: string, opportunityId: string): Record<string, unknown> {
  const delivery = stageChange(opportunityId);
  return { ...delivery, signature: world.sign(signatureToken, delivery) };
}

async function startedWith(
  handle: ReturnType<ApiWorld['client']['workflow']['getHandle']>,
): Promise<AssessmentInput[]> {
  const { events } = await handle.fetchHistory();
  const payloads = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return (await world.opened(payloads)) as AssessmentInput[];
}
