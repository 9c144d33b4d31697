import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SEED } from '../../simulators/lever/seed';
import { signWebhook } from '../../simulators/lever/webhooks/sign';
import { until } from '../helpers/until';
import { AS, newCandidate, receiver, start } from './lever-testkit';

/** Each switch of webhooks in both positions, but webhooksAfterRevoke (lever-oauth.test.ts). */

const { assessment, review } = SEED.stages;
const event = 'candidateStageChange' as const;

test('stageChangeOnApiMove: a move through the API is sent, or only one by hand', async () => {
  const { simulator, admin, api } = await start({ webhooksEnabled: true });
  const hooks = await receiver();
  admin.addWebhook({ url: hooks.url, event });
  const id = newCandidate(simulator);
  const move = (stage: string) => api('PUT', `/opportunities/${id}/stage?${AS}`, { stage });
  await move(assessment);
  admin.configure({ stageChangeOnApiMove: false });
  await move(review);
  expect(admin.deliveries()).toHaveLength(1);
  admin.moveCandidate(id, assessment);
  expect(admin.deliveries()).toHaveLength(2);
});

test('stageChangeOnCreate: being created is no move, or one from nowhere', async () => {
  const { simulator, admin } = await start({ webhooksEnabled: true });
  const hooks = await receiver();
  admin.addWebhook({ url: hooks.url, event });
  newCandidate(simulator);
  expect(admin.deliveries()).toEqual([]);
  admin.configure({ stageChangeOnCreate: true });
  newCandidate(simulator);
  const [frame] = await hooks.received(1);
  expect(frame!['data']).toMatchObject({ fromStageId: null, toStageId: 'applicant-new' });
});

test('nestedWebhookAnswer: data, or data.data as printed', async () => {
  const { admin, api } = await start();
  const make = async () => (await api('POST', '/webhooks', { url: 'https://x.example.com', event })).body;
  const webhook = { id: expect.any(String), configuration: { signatureToken: expect.any(String) } };
  expect(await make()).toMatchObject({ data: webhook });
  admin.configure({ nestedWebhookAnswer: true });
  expect(await make()).toMatchObject({ data: { data: webhook } });
});

test.each([
  { webhookTries: 'five-further', tries: 6 },
  { webhookTries: 'five-in-all', tries: 5 },
] as const)(
  'webhookTries $webhookTries: a failing delivery is tried $tries times',
  async ({ webhookTries, tries }) => {
    const { simulator, admin } = await start({
      webhooksEnabled: true,
      webhookTries,
      webhookRetryDelaysMs: [1, 1, 1, 1, 1],
    });
    const hooks = await receiver(Array.from({ length: 9 }, () => 500));
    admin.addWebhook({ url: hooks.url, event });
    admin.moveCandidate(newCandidate(simulator), assessment);
    const [delivery] = await until(
      'it is settled',
      () => admin.deliveries(),
      (all) => all[0]?.state === 'failed',
    );
    expect(delivery!.attempts).toHaveLength(tries);
    expect(admin.behaviour().webhookRetryDelaysMs).toHaveLength(5);
  },
);

test('the default waits are those settled: 10 s, 60 s, 5 min, 30 min, 2 h', async () => {
  const { admin } = await start();
  expect(admin.behaviour().webhookRetryDelaysMs).toEqual([10_000, 60_000, 300_000, 1_800_000, 7_200_000]);
});

test('freshTokenOnRetry: the same bytes again, or signed anew', async () => {
  const { simulator, admin } = await start({ webhooksEnabled: true, webhookRetryDelaysMs: [1] });
  const hooks = await receiver([500, 200, 500, 200]);
  const { signatureToken } = admin.addWebhook({ url: hooks.url, event });
  const id = newCandidate(simulator);
  admin.moveCandidate(id, assessment);
  await hooks.received(2);
  admin.configure({ freshTokenOnRetry: true });
  admin.moveCandidate(id, review);
  const [first, again, other, renewed] = await hooks.received(4);
  expect(again).toEqual(first);
  expect(renewed!['token']).not.toBe(other!['token']);
  expect(renewed).toMatchObject({ id: other!['id'], data: other!['data'] });
  const { token, triggeredAt, signature } = renewed as Record<string, string>;
  expect(signature).toBe(signWebhook(signatureToken!, token!, Number(triggeredAt)));
});

test('webhookIds: deliveries with an id, or without', async () => {
  const { simulator, admin } = await start({ webhooksEnabled: true });
  const hooks = await receiver();
  admin.addWebhook({ url: hooks.url, event });
  const id = newCandidate(simulator);
  admin.moveCandidate(id, assessment);
  await hooks.received(1);
  admin.configure({ webhookIds: false });
  admin.moveCandidate(id, review);
  const [first, second] = await hooks.received(2);
  expect(['id' in first!, 'id' in second!]).toEqual([true, false]);
});

test('webhookTimeoutMs: an answer after it is a failure, even 200', async () => {
  const slow = createServer((_req, res) => setTimeout(() => res.end(), 200));
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  try {
    const { simulator, admin } = await start({ webhooksEnabled: true, webhookRetryDelaysMs: [] });
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    admin.addWebhook({ url, event });
    const id = newCandidate(simulator);
    const outcome = async (stage: string) => {
      admin.clearDeliveries();
      admin.moveCandidate(id, stage);
      const settled = await until(
        'it is settled',
        () => admin.deliveries(),
        ([delivery]) => delivery?.state !== 'pending',
      );
      return settled[0]!.state;
    };
    expect(await outcome(assessment)).toBe('delivered');
    admin.configure({ webhookTimeoutMs: 50 });
    expect(await outcome(review)).toBe('failed');
  } finally {
    slow.closeAllConnections();
    await new Promise<void>((resolve) => slow.close(() => resolve()));
  }
});

test('httpsWebhooksOnly: any web address, or only with TLS', async () => {
  const { admin, api } = await start();
  const make = async (url: string) => (await api('POST', '/webhooks', { url, event })).status;
  expect([await make('http://127.0.0.1:1'), await make('ftp://x'), await make('nonsense')]).toEqual([
    201, 400, 400,
  ]);
  admin.configure({ httpsWebhooksOnly: true });
  expect([await make('http://127.0.0.1:1'), await make('https://x.example.com')]).toEqual([400, 201]);
});

test('deliveryHistory: the oldest settled deliveries are forgotten', async () => {
  const { simulator, admin } = await start({ webhooksEnabled: true, deliveryHistory: 2 });
  const hooks = await receiver();
  admin.addWebhook({ url: hooks.url, event });
  const id = newCandidate(simulator);
  for (const [i, stage] of [assessment, review, assessment, review].entries()) {
    admin.moveCandidate(id, stage);
    await until(
      'it is settled',
      () => admin.deliveries(),
      (all) => hooks.bodies.length === i + 1 && all.at(-1)?.state === 'delivered',
    );
  }
  expect(admin.deliveries()).toHaveLength(2);
  expect(admin.behaviour().deliveryHistory).toBe(2);
  expect((await start()).admin.behaviour().deliveryHistory).toBe(1000);
});
