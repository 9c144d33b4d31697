import { useWorld } from '../helpers/use-world';
import { smgConnection, startApiWorld } from './api-world';

const world = useWorld(startApiWorld);
afterEach(() => {
  world.lever.failing = {};
});

/** Of all connections, the newest first. */
async function ids(): Promise<string[]> {
  const { body } = await world.asOperator('get', '/connections').expect(200);
  return body.data.map(({ id }: { id: string }) => id);
}

describe('creating a connection', () => {
  test('answers it with its webhook registered, and no secret', async () => {
    const connection = await world.connect({
      settings: { resultsStage: 'Review', serviceUserEmail: 'service@customer.example' },
    });
    expect(connection).toMatchObject({
      vendor: 'smg',
      customer: 'Acme',
      environment: 'production',
      status: 'active',
      performAs: 'user-1',
      webhook: { state: 'registered', problem: null, lastHeardAt: null },
    });
    expect(connection.webhook.url).toMatch(/^https:\/\/hub\.example\/webhooks\/lever\/[\w-]{32}$/);
    expect(connection.callbackUrl).toMatch(/^https:\/\/hub\.example\/callbacks\/smg\//);
    expect(JSON.stringify(connection)).not.toMatch(/pop-password|lever-key|call-us/);

    const again = await world.asOperator('get', `/connections/${connection.id}`).expect(200);
    expect(again.body).toEqual(connection);
    const ours = world.lever.webhooks.filter((webhook) => webhook.url === connection.webhook.url);
    expect(ours.map((webhook) => webhook.event).sort()).toEqual([
      'candidateArchiveChange',
      'candidateDeleted',
      'candidateHired',
      'candidateStageChange',
    ]);
  });

  test('names every fault of settings and credentials at once', async () => {
    const answer = await world
      .asOperator('post', '/connections')
      .send({
        ...smgConnection(),
        credentials: { username: 'acme' },
        settings: { expiresAfter: 'soon', colour: 1 },
      })
      .expect(422)
      .expect('Content-Type', /application\/problem\+json/);
    expect(answer.body.code).toBe('input.invalid');
    expect(answer.body.detail).toMatch(/body\.settings.*colour/);
    expect(answer.body.detail).toMatch(/body\.settings\.expiresAfter/);
    expect(answer.body.detail).toMatch(/body\.credentials\.password/);
  });

  test.each([
    [
      'an unknown trigger stage',
      { triggerStages: ['Nowhere'] },
      /no stage "Nowhere".*"Assessment" \(stage-assessment\)/,
    ],
    ['a results stage that would invite again', { resultsStage: 'Assessment' }, /would invite again/],
    [
      'an unknown service user',
      { serviceUserEmail: 'nobody@customer.example' },
      /no active user with the e-mail address in serviceUserEmail/,
    ],
  ])('refuses %s and leaves nothing that could be used', async (_what, settings, detail) => {
    const before = world.lever.webhooks.length;
    const there = await ids();
    const answer = await world
      .asOperator('post', '/connections')
      .send({ ...smgConnection(), settings })
      .expect(422);
    expect(answer.body.detail).toMatch(detail);
    expect(world.lever.webhooks).toHaveLength(before);
    expect(await ids()).toEqual(there);
  });

  test.each(['lever.unavailable', 'lever.rate_limited', 'lever.unexpected'])(
    'while Lever cannot be asked (%s) none is made, which the answer says, and none is left behind',
    async (code) => {
      const there = await ids();
      world.lever.failing = { listStages: code };
      const { body } = await world
        .asOperator('post', '/connections')
        .send(smgConnection())
        .expect(/send it/);
      expect(body).toMatchObject({
        code,
        detail: `told to fail with ${code}. No connection was made: send it again.`,
      });
      expect(await ids()).toEqual(there);
      world.lever.failing = {};
      const made = await world.asOperator('post', '/connections').send(smgConnection()).expect(201);
      expect(await ids()).toEqual([made.body.id, ...there]);
    },
  );

  test('a vendor that there is none of is refused, naming those there are', async () => {
    const answer = await world
      .asOperator('post', '/connections')
      .send({ ...smgConnection(), vendor: 'nobody' })
      .expect(422);
    expect(JSON.stringify(answer.body)).toMatch(/jobma/);
  });

  test('a grant that Lever refuses is a fault of the input', async () => {
    world.lever.failing = { listStages: 'connection.disconnected' };
    const answer = await world.asOperator('post', '/connections').send(smgConnection()).expect(422);
    expect(answer.body.code).toBe('connection.misconfigured');
  });

  test('a webhook that cannot be registered is told, not fatal, and a test mends it', async () => {
    world.lever.failing = { createWebhook: 'lever.forbidden' };
    const connection = await world.connect();
    expect(connection).toMatchObject({ status: 'active', webhook: { state: 'failed' } });
    expect(connection.webhook.problem).toMatch(/lever\.forbidden/);
    world.lever.failing = {};
    const { body } = await world.asOperator('post', `/connections/${connection.id}/test`).expect(200);
    expect(body).toMatchObject({ ok: true, connection: { webhook: { state: 'registered' } } });
  });
});

describe('a connection that is there', () => {
  test('repeated registration keeps one webhook per event and leaves those of others alone', async () => {
    const connection = await world.connect();
    const stranger = {
      id: 'theirs',
      event: 'candidateHired',
      url: 'https://other.example/',
      signatureToken: 'x',
    };
    world.lever.webhooks.push(stranger);
    const ids = () =>
      world.lever.webhooks
        .filter((webhook) => webhook.url === connection.webhook.url)
        .map((webhook) => webhook.id);
    const before = ids();
    await world.asOperator('post', `/connections/${connection.id}/test`).expect(200);
    expect(ids()).toEqual(before);
    expect(world.lever.webhooks).toContainEqual(stranger);
  });

  test('settings merge key by key, and null puts the default back', async () => {
    const connection = await world.connect();
    const change = (settings: object) =>
      world.asOperator('patch', `/connections/${connection.id}`).send({ settings });
    const changed = await change({ triggerStages: ['Review'], resultsStage: null }).expect(200);
    expect(changed.body.settings).toEqual({ triggerStages: ['Review'] });
    await change({ resultsStage: 'stage-review' }).expect(422);
    await change({ resultStage: 'Review' }).expect(422);
  });

  test.each([
    '{"__proto__":{"settings":{"triggerStages":["Review"]}}}',
    '{"settings":{"__proto__":{"triggerStages":["Review"]}}}',
    '{"settings":{"constructor":{"prototype":{"triggerStages":["Review"]}}}}',
    '{"settings":{"mapping":{"__proto__":{"polluted":"yes"}}}}',
  ])('a prototype that is sent as a field is refused: %s', async (body) => {
    const connection = await world.connect();
    const path = `/connections/${connection.id}`;
    const { body: problem } = await world
      .asOperator('patch', path)
      .type('json')
      .send(body)
      .expect(/input\./);
    expect([400, 422]).toContain(problem.status);
    expect({}).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('triggerStages');
    expect((await world.asOperator('get', path)).body.settings).toEqual(connection.settings);
  });

  test('what Lever could not be asked for is not changed, which the answer says', async () => {
    const connection = await world.connect();
    world.lever.failing = { listStages: 'lever.unavailable' };
    const at = `/connections/${connection.id}`;
    for (const asked of [
      world.asOperator('patch', at).send({ settings: { triggerStages: ['Review'] } }),
      world.asOperator('post', `${at}/reconnect`).send({ lever: { apiKey: 'another-key' } }),
    ]) {
      const { body } = await asked.expect(503);
      expect(body.detail).toBe('told to fail with lever.unavailable. Nothing was changed: send it again.');
    }
    const { body } = await world.asOperator('get', at).expect(200);
    expect(body).toEqual(connection);
  });

  test('is paused, resumed, disabled and reconnected', async () => {
    const connection = await world.connect();
    const act = async (action: string, body?: object) =>
      (await world.asOperator('post', `/connections/${connection.id}/${action}`).send(body).expect(200)).body;
    expect(await act('pause')).toMatchObject({ status: 'paused', settings: { paused: true } });
    expect(await act('resume')).toMatchObject({ status: 'active', statusReason: null });
    expect(await act('disable')).toMatchObject({
      status: 'disabled',
      webhook: { state: 'removed', events: [] },
    });
    expect(world.lever.webhooks.some((webhook) => webhook.url === connection.webhook.url)).toBe(false);
    await world.asOperator('post', `/connections/${connection.id}/resume`).expect(409);
    const reconnected = await act('reconnect', { lever: { apiKey: 'another-key' } });
    expect(reconnected).toMatchObject({
      status: 'active',
      webhook: { state: 'registered', url: connection.webhook.url },
    });
  });

  test('a signing token of a webhook made by hand is taken', async () => {
    world.lever.failing = { createWebhook: 'lever.forbidden' };
    const connection = await world.connect();
    const { body } = await world
      .asOperator('patch', `/connections/${connection.id}`)
      .send({ lever: { signatureToken: 'made-by-hand' } })
      .expect(200);
    expect(body.webhook.state).toBe('manual');
    expect(JSON.stringify(body)).not.toContain('made-by-hand');
  });

  test('an unknown id is 404, a list is paged', async () => {
    await world.asOperator('get', '/connections/con_nobody').expect(404);
    const first = await world.asOperator('get', '/connections?limit=1').expect(200);
    expect(first.body.data).toHaveLength(1);
    const second = await world.asOperator('get', `/connections?limit=1&after=${first.body.next}`).expect(200);
    expect(second.body.data[0].id).not.toBe(first.body.data[0].id);
  });
});
