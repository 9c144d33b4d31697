import request from 'supertest';
import { seal } from '../../platform/crypto/seal';
import { openTestPool } from '../helpers/database';
import { testRing } from '../helpers/keys';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';

const world = useWorld(startApiWorld);

const events = { toStageId: 's1', opportunityId: '11111111-1111-4111-8111-111111111111' };
const post = (path: string, body: object) => request(world.api.url).post(path).send(body);

test('a connection gets new addresses, and is heard at the former ones for the grace time', async () => {
  const before = await world.connect();
  const renew = `/connections/${before.id}/renew-addresses`;
  const { body: now } = await world.asOperator('post', renew).send({ graceDays: 30 }).expect(200);
  expect(now.webhook).toMatchObject({ state: 'registered', problem: null });
  expect(now.webhook.url).not.toBe(before.webhook.url);
  expect(now.callbackUrl).not.toBe(before.callbackUrl);
  expect(new Set(world.lever.webhooks.map(({ url }) => url))).toEqual(new Set([now.webhook.url]));
  const told = () => world.delivery('candidateArchiveChange', events);
  for (const one of [before, now]) {
    await post(world.webhookPath(one), told()).expect(200);
    expect((await post(new URL(one.callbackUrl).pathname, {})).status).not.toBe(404);
  }

  const { body: last } = await world.asOperator('post', renew).send({ graceDays: 0 }).expect(200);
  await post(world.webhookPath(last), told()).expect(200);
  // Of the two before, the first still has its grace.
  await post(world.webhookPath(before), told()).expect(200);
  await post(world.webhookPath(now), told()).expect(404);
  await post(new URL(now.callbackUrl).pathname, {}).expect(404);
  await world.asOperator('post', renew).send({ graceDays: 366 }).expect(422);
});

test('a connection that no key opens is left out, and the others work', async () => {
  const [shut, fine] = [await world.connect(), await world.connect()];
  const rows = openTestPool(world.databaseUrl);
  await rows.kysely
    .updateTable('connections')
    .set({ settings_sealed: seal(testRing('lost'), '{}', `connections/${shut.id}/settings`) })
    .where('id', '=', shut.id)
    .execute();
  await rows.close();
  const { body } = await world.asOperator('get', '/connections').expect(200);
  const listed = body.data.map(({ id }: { id: string }) => id);
  expect([listed.includes(fine.id), listed.includes(shut.id)]).toEqual([true, false]);
  const refused = await world.asOperator('get', `/connections/${shut.id}`).expect(503);
  expect(refused.body.detail).toContain('"lost", which is not in FULCRUM_KEYS');
  await until(
    'the api has read it',
    async () => (await post(world.webhookPath(shut), {})).status,
    (status) => status === 503,
  );
  const { signatureToken = '' } =
    world.lever.webhooks.find(
      ({ url, event }) => url === fine.webhook.url && event === 'candidateArchiveChange',
    ) ?? {};
  const told = world.delivery('candidateArchiveChange', events);
  await post(world.webhookPath(fine), { ...told, signature: world.sign(signatureToken, told) }).expect(200);
  await request(world.api.url).get('/readyz').expect(200);
  const metrics = await request(world.api.url)
    .get('/metrics')
    .set('Authorization', `Bearer ${world.operatorToken}`)
    .expect(200);
  expect(metrics.text).toContain('fulcrum_unreadable{kind="connection"} 1');
});
