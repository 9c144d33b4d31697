import { webhookHeaders } from '../../platform/crypto/standard-webhooks';
import { defaultSecret } from '../../simulators/standard/server';
import { useWorld } from '../helpers/use-world';
import { startApiWorld } from './api-world';

/** Text that JSON and addresses can hold and PostgreSQL cannot: refused with a reason or left out, never a fault of ours. */

const world = useWorld(startApiWorld);

const nul = '\u0000';
const connection = {
  vendor: 'smg' as const,
  customer: 'Acme',
  lever: { apiKey: 'lever-key' },
  credentials: { username: 'acme', password: 'pop-password' },
};

test.each([
  ['a customer', { ...connection, customer: `Ac${nul}me` }],
  ['a setting', { ...connection, settings: { note: `Score${nul}` } }],
  ['the name of a setting', { ...connection, settings: { mapping: { [`posting${nul}`]: '10002063' } } }],
  ['a credential', { ...connection, credentials: { ...connection.credentials, password: `p${nul}` } }],
])('a NUL character in %s', async (_what, body) => {
  const { body: problem } = await world.asOperator('post', '/connections').send(body).expect(422);
  expect(problem).toMatchObject({ code: 'input.invalid', detail: expect.stringContaining('NUL') });
});

test.each([
  '/connections/a%00b',
  '/assessments/a%00b',
  '/deliveries/a%00b',
  '/assessments?opportunity=a%00b',
  '/assessments?connection=a%00b',
  '/deliveries?workflow=a%00b',
])('a NUL character in the address %s', async (path) => {
  await world.asOperator('get', path).expect(422);
});

test.each(['a\u0000', '\ud800'])('a cursor with an impossible id', async (id) => {
  const after = Buffer.from(JSON.stringify([Date.now(), id])).toString('base64url');
  for (const list of ['connections', 'connect-links', 'assessments', 'deliveries']) {
    expect((await world.asOperator('get', `/${list}?after=${after}`)).status).toBeLessThan(500);
  }
});

test.each([-8.64e15, -1, 8.64e15, 0.5])('a cursor at the impossible time %d', async (at) => {
  const after = Buffer.from(JSON.stringify([at, 'x'])).toString('base64url');
  for (const list of ['connections', 'connect-links', 'assessments', 'deliveries']) {
    expect((await world.asOperator('get', `/${list}?after=${after}`)).status).toBeLessThan(500);
  }
});

test('half a character', async () => {
  const made = await world.asOperator('post', '/connections').send({ ...connection, customer: 'Ac\ud800me' });
  expect(made.status).toBeLessThan(500);
  await world.asOperator('get', '/assessments?opportunity=%ED%A0%80').expect(200);
});

test('a NUL character in what a vendor calls its run is left out', async () => {
  const { callbackUrl } = await world.connect({
    vendor: 'standard',
    credentials: { baseUrl: 'https://vendor.example/api', secret: defaultSecret },
    settings: {},
  });
  const send = (order: string) => {
    const body = JSON.stringify({ order, sequence: 1, status: 'completed' });
    const key = Buffer.from(defaultSecret.replace('whsec_', ''), 'base64');
    return world
      .asAnybody()
      .post(new URL(callbackUrl).pathname)
      .type('json')
      .set(webhookHeaders({ id: 'msg_1', at: Date.now(), body }, [key]))
      .send(body);
  };
  await send('asm_1').expect(200);
  await send(`asm_${nul}1`).expect(200);
  const { body } = await world.asOperator('get', '/deliveries?source=standard').expect(200);
  const kept = (body as { data: { reference: string | null }[] }).data;
  expect(kept.map(({ reference }) => reference)).toEqual(['asm_1', 'asm_1']);
});
