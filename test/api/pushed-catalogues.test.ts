import { randomUUID } from 'node:crypto';
import type { PresentedConnection } from '../../api/connections/present';
import { openJson } from '../../platform/crypto/seal';
import { readWebhookSecret, webhookHeaders } from '../../platform/crypto/standard-webhooks';
import { openTestPool } from '../helpers/database';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';

/** The address at which a vendor sends what can be ordered, as its developer meets it. */

const secret = `whsec_${Buffer.from('a vendor that sends its packages').toString('base64')}`;
const world = useWorld(startApiWorld);
let connection: PresentedConnection;
beforeAll(async () => {
  connection = await world.connect({
    vendor: 'standard',
    credentials: { baseUrl: 'https://vendor.example', secret },
  });
});

const addressOf = ({ callbackUrl }: PresentedConnection): string =>
  `${new URL(String(callbackUrl)).pathname}/packages`;

function send(body: string, { at = Date.now(), path = addressOf(connection) } = {}) {
  const headers = webhookHeaders({ id: randomUUID(), at, body }, [readWebhookSecret(secret) as Buffer]);
  return world.asAnybody().put(path).set(headers).set('content-type', 'application/json').send(body);
}

const list = (...ids: string[]): string =>
  JSON.stringify({ packages: ids.map((id) => ({ id, type: 'OTHER', name: id })) });

it('takes a list once it is signed, and says what looks like a mistake', async () => {
  const now = Date.now();
  expect((await send(list('a', 'b'), { at: now }).expect(200)).body).toEqual({ warnings: [] });
  expect((await send(list(), { at: now }).expect(200)).body).toEqual({
    warnings: [{ path: 'packages', message: 'is empty: nothing can be ordered any more' }],
  });
});

const auditedOf = async ({ id }: PresentedConnection): Promise<Record<string, unknown>[]> => {
  const pool = openTestPool(world.databaseUrl);
  try {
    const lines = await pool.kysely
      .selectFrom('audit')
      .selectAll()
      .where('action', '=', 'connection.packages')
      .where('target', '=', id)
      .orderBy('id')
      .execute();
    return lines.map(({ action, target, detail_sealed: sealed }) =>
      openJson(world.ring, sealed as Buffer, `audit/${action}/${target}`),
    );
  } finally {
    await pool.close();
  }
};

it('puts a list into the audit when it has changed, and a bounded number of times', async () => {
  const other = await world.connect({
    vendor: 'standard',
    credentials: { baseUrl: 'https://vendor.example', secret },
  });
  const at = Date.now() - 60_000;
  const path = addressOf(other);
  for (let again = 0; again < 5; again += 1) await send(list('a', 'b'), { at: at + again, path }).expect(200);
  expect(await auditedOf(other)).toMatchObject([{ count: 2 }]);
  for (let change = 0; change < 120; change += 1) {
    await send(list(`p-${change}`), { at: at + 1_000 * Math.floor(change / 2), path }).expect(200);
  }
  expect(await auditedOf(other)).toHaveLength(100);
});

it('takes none that is older than the one it has', async () => {
  await send(list('a')).expect(200);
  const { body } = await send(list('b'), { at: Date.now() - 60_000 }).expect(409);
  expect(body).toMatchObject({ code: 'conflict', detail: expect.stringContaining('signed later') });
});

it('names every fault of a malformed one', async () => {
  const { body } = await send('{"packages":[{"id":"a"},{"id":"b","type":"GAME","name":"B"}]}').expect(400);
  expect(body).toMatchObject({
    code: 'input.malformed',
    errors: [
      { path: 'packages.0.type' },
      { path: 'packages.0.name' },
      { path: 'packages.1.type', message: expect.stringContaining('SKILLS_TEST') },
    ],
  });
  await send('no json').expect(400);
});

it('believes nobody else, and records what it refused', async () => {
  await world.asAnybody().put(addressOf(connection)).send({ packages: [] }).expect(401);
  const { body } = await world.asOperator('get', `/deliveries?connection=${connection.id}&verdict=rejected`);
  expect(body.data[0]).toMatchObject({ reason: 'auth.signature' });
  await send(list(), { path: '/callbacks/standard/nobody/packages' }).expect(404);
});

it('is no such address for a vendor that is only asked', async () => {
  const other = await world.connect();
  // Below the key of SMG's callbacks stands the id of an application.
  const asked = world.asAnybody().put(addressOf(other)).auth('pop', 'call-us');
  const { body } = await asked.send({ packages: [] }).expect(400);
  expect(body.detail).toMatch(/application/);
});
