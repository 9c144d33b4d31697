import { SEED } from '../../simulators/lever/seed';
import { signWebhook } from '../../simulators/lever/webhooks/sign';
import { until } from '../helpers/until';
import { AS, newCandidate, receiver, start } from './lever-testkit';

const { assessment, review } = SEED.stages;

describe('webhooks', () => {
  test('the signature is that of the test vector', () => {
    const token = 'a1b2c3d4e5f60718293a4b5c6d7e8f901a2b3c4d5e6f7081';
    expect(signWebhook('0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778', token, 1767225600123)).toBe(
      '087c9ced4502d928d87b59fcf5bbc0352f31df6e932c86f72d14c5f90c393a38',
    );
  });

  test('nothing is sent before the Super Admin switches the event group on', async () => {
    const { simulator, admin, api } = await start();
    const hooks = await receiver();
    const made = await api('POST', '/webhooks', { url: hooks.url, event: 'candidateStageChange' });
    expect(made.body.data.configuration.signatureToken).toMatch(/^[0-9a-f]{48}$/);
    expect((await api('GET', '/webhooks')).body.data[0].configuration).not.toHaveProperty('signatureToken');
    const id = newCandidate(simulator);
    admin.moveCandidate(id, assessment);
    expect(admin.deliveries()).toEqual([]);
    admin.setWebhooksEnabled(true, 'candidateStageChange');
    admin.moveCandidate(id, review, { silent: true });
    await api('PUT', `/opportunities/${id}/stage?${AS}`, { stage: assessment });
    const [frame] = await hooks.received(1);
    expect(frame!['data']).toEqual({
      opportunityId: id,
      contactId: admin.candidate(id).contact,
      candidateId: id,
      fromStageId: review,
      toStageId: assessment,
    });
    expect(frame!['signature']).toBe(
      signWebhook(
        made.body.data.configuration.signatureToken,
        String(frame!['token']),
        Number(frame!['triggeredAt']),
      ),
    );
    expect((await api('DELETE', `/webhooks/${made.body.data.id}`)).status).toBe(204);
  });

  test('retries send the same bytes until a 2xx, 3xx being a failure; Rerun repeats them or signs anew', async () => {
    const { simulator, admin } = await start({ webhooksEnabled: true, webhookRetryDelaysMs: [10, 20, 30] });
    const hooks = await receiver([500, 302]);
    const webhook = admin.addWebhook({ url: hooks.url, event: 'candidateStageChange' });
    admin.moveCandidate(newCandidate(simulator), assessment);
    const [delivery] = await until(
      'it is settled',
      () => admin.deliveries(),
      (all) => all[0]?.state === 'delivered',
    );
    expect(delivery!.attempts.map((attempt) => attempt.status)).toEqual([500, 302, 200]);
    expect(new Set(hooks.bodies)).toEqual(new Set([delivery!.body]));

    const rerun = await admin.rerun(delivery!.id);
    expect(rerun).toMatchObject({ state: 'delivered', copyOf: delivery!.id, body: delivery!.body });
    const fresh = JSON.parse((await admin.rerun(delivery!.id, { freshToken: true })).body);
    const original = JSON.parse(delivery!.body);
    expect(fresh.token).not.toBe(original.token);
    expect(fresh.data).toEqual(original.data);
    expect(fresh.signature).toBe(signWebhook(webhook.signatureToken!, fresh.token, fresh.triggeredAt));

    await admin.ping(webhook.id);
    const ping = hooks.frames().at(-1)!;
    expect([ping['data'], 'id' in ping]).toEqual([{}, false]);
  });

  test('after the last retry a delivery has failed; faults forge, double, delay or lose', async () => {
    const { simulator, admin } = await start({ webhooksEnabled: true, webhookRetryDelaysMs: [1] });
    const hooks = await receiver([503, 503]);
    const { signatureToken } = admin.addWebhook({ url: hooks.url, event: 'candidateStageChange' });
    const id = newCandidate(simulator);
    admin.moveCandidate(id, assessment);
    await until(
      'it is settled',
      () => admin.deliveries(),
      (all) => all[0]?.state === 'failed',
    );
    admin.clearDeliveries();
    hooks.bodies.length = 0;

    admin.webhookFault({ kind: 'lost' });
    admin.moveCandidate(id, review);
    admin.webhookFault({ kind: 'duplicate', copies: 2 });
    admin.webhookFault({ kind: 'forged-data', data: { opportunityId: 'somebody else' } });
    admin.webhookFault({ kind: 'missing-id' });
    admin.moveCandidate(id, assessment);
    await hooks.received(3);
    expect(new Set(hooks.bodies).size).toBe(1);
    const [forged] = hooks.frames();
    expect(forged).toMatchObject({ data: { opportunityId: 'somebody else' } });
    expect(forged).not.toHaveProperty('id');
    const sign = (frame: Record<string, unknown>) =>
      signWebhook(signatureToken!, String(frame['token']), Number(frame['triggeredAt']));
    expect(forged!['signature']).toBe(sign(forged!));

    admin.webhookFault({ kind: 'delay', ms: 1_000 });
    admin.moveCandidate(id, review);
    admin.webhookFault({ kind: 'wrong-signature' });
    admin.moveCandidate(id, SEED.stages.offer);
    const [, , , early, late] = await hooks.received(5);
    expect(early).toMatchObject({ data: { toStageId: 'offer' } });
    expect(early!['signature']).not.toBe(sign(early!));
    expect(late).toMatchObject({ data: { toStageId: review } });
  });

  test('archiving, hiring, deleting and other origins', async () => {
    const { simulator, admin, api } = await start({ webhooksEnabled: true });
    const hooks = await receiver();
    const conditions = { origins: ['applied'] };
    for (const event of ['candidateArchiveChange', 'candidateHired', 'candidateDeleted']) {
      await api('POST', '/webhooks', { url: hooks.url, event, configuration: { conditions } });
    }
    const sourced = admin.addCandidate({ name: 'S', email: 's@example.com', origin: 'sourced' });
    admin.archive(sourced);
    const id = newCandidate(simulator);
    admin.archive(id);
    admin.hire(id);
    admin.delete(id);
    const frames = await hooks.received(4);
    expect(frames.map((frame) => frame['event']).sort()).toEqual([
      'candidateArchiveChange',
      'candidateArchiveChange',
      'candidateDeleted',
      'candidateHired',
    ]);
    for (const frame of frames) expect(frame['data']).toMatchObject({ opportunityId: id });
  });
});
