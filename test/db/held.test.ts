import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/database';
import { createConnections } from '../../db/repositories/connections';
import type { NewDelivery } from '../../db/repositories/deliveries';
import { createDeliveries } from '../../db/repositories/deliveries';
import { createHeldDeliveries } from '../../db/repositories/held';
import { deliveryReason } from '../../domain/delivery-reasons';
import { openTestDatabase } from '../helpers/database';
import { aConnection, anApiKey, aNote, someSecrets } from '../helpers/domain';
import { testRing } from '../helpers/keys';

let close: () => Promise<void>;
let db: Database;
let held: ReturnType<typeof createHeldDeliveries>;
let deliveries: ReturnType<typeof createDeliveries>;
let connectionId: string;

beforeAll(async () => {
  const opened = await openTestDatabase();
  ({ close, db } = opened);
  held = createHeldDeliveries(db);
  deliveries = createDeliveries(db, testRing());
});
afterAll(() => close());
beforeEach(() => {
  connectionId = randomUUID();
});

async function hold(receivedAt: number, change: Partial<NewDelivery> = {}): Promise<string> {
  const note = aNote({ connectionId, receivedAt, verdict: 'held' });
  await deliveries.record({
    ...note,
    body: Buffer.from('{}'),
    reason: deliveryReason('connection_not_active', 'paused'),
    ...change,
  });
  return note.id;
}
const verdictOf = async (id: string) => {
  const found = await deliveries.get(id);
  return [found?.verdict, found?.reason?.code];
};

it('go on oldest first, and are brought to Temporal like any that waits', async () => {
  const second = await hold(2_000);
  const first = await hold(1_000);
  const waiting = await held.forResume(connectionId, 10);
  expect(waiting).toEqual([
    { id: first, receivedAt: 1_000 },
    { id: second, receivedAt: 2_000 },
  ]);
  expect(await held.forResume(connectionId, 1)).toHaveLength(1);
  await held.release(first);
  expect(await verdictOf(first)).toEqual(['pending', undefined]);
  expect(await held.count(connectionId)).toBe(1);
});

it('beyond a limit are left to a person, and stay so', async () => {
  const [old, fresh] = [await hold(1_000), await hold(2_000)];
  await held.leaveToPerson(connectionId, 'too_old', [old]);
  expect((await held.forResume(connectionId, 10)).map(({ id }) => id)).toEqual([fresh]);
  await held.leaveToPerson(connectionId, 'too_many');
  expect(await held.forResume(connectionId, 10)).toEqual([]);
  expect(await verdictOf(old)).toEqual(['held', 'too_old']);
  expect(await verdictOf(fresh)).toEqual(['held', 'too_many']);
  expect(await held.releasable(connectionId, { limit: 10 })).toHaveLength(2);
});

it('for whatever else than the connection are left to a person', async () => {
  for (const code of ['unprocessable', 'unopened', 'too_old', 'too_many'] as const) {
    await hold(1_000, { reason: deliveryReason(code) });
  }
  await hold(1_000);
  // An older process that still runs beside this one writes sentences.
  await db.kysely
    .updateTable('deliveries')
    .set({ reason: 'more than 50 came at once: release or discard them' })
    .where('connection_id', '=', connectionId)
    .where('reason', '=', 'connection_not_active')
    .execute();
  const settings = await hold(1_000, { reason: deliveryReason('settings_unreadable') });
  expect((await held.forResume(connectionId, 10)).map(({ id }) => id)).toEqual([settings]);
});

it.each([
  'the connection is paused',
  'the connection is impaired: Lever refuses the move',
  'the settings of the connection cannot be read: correct them',
])('by an older process that still runs beside this one go on as well: %s', async (reason) => {
  const connection = aConnection({ status: 'active' });
  await createConnections(db, testRing()).insert(connection, someSecrets, anApiKey);
  connectionId = connection.id;
  const id = await hold(1_000);
  await db.kysely.updateTable('deliveries').set({ reason }).where('id', '=', id).execute();
  expect((await held.forResume(connectionId, 10)).map((one) => one.id)).toEqual([id]);
  expect((await held.stranded()).has(connectionId)).toBe(true);
  await held.leaveToPerson(connectionId, 'too_old', [id]);
  expect(await held.forResume(connectionId, 10)).toEqual([]);
});

it('without a reason go on like others', async () => {
  const id = await hold(1_000, { reason: null });
  expect((await held.forResume(connectionId, 10)).map((one) => one.id)).toEqual([id]);
});

it('whose token was spent meanwhile become duplicates; released twice is released once', async () => {
  const eventKey = randomUUID();
  const id = await hold(1_000, { eventKey });
  await deliveries.record(aNote({ connectionId, eventKey }));
  await held.release(id);
  expect((await verdictOf(id))[0]).toBe('duplicate');
  await held.release(id);
  expect((await verdictOf(id))[0]).toBe('duplicate');
});

it('have one row however often they come, and none is lost with it', async () => {
  const eventKey = randomUUID();
  const come = async (change: Partial<NewDelivery> = {}, keepsRepeat = true) => {
    const note = aNote({ connectionId, eventKey, verdict: 'held' });
    const row = {
      ...note,
      body: Buffer.from('{}'),
      reason: deliveryReason('connection_not_active', 'paused'),
      ...change,
    };
    return [note.id, (await deliveries.record(row, () => keepsRepeat)).verdict] as const;
  };
  const [first] = await come();
  const [second, verdict] = await come();
  expect(verdict).toBe('duplicate');
  expect((await verdictOf(second))[0]).toBe('duplicate');
  const [third] = await come({}, false);
  expect(await deliveries.get(third)).toBeNull();
  expect(await held.count(connectionId)).toBe(1);
  // Written again it is itself, and what waits elsewhere or under another name is not it.
  await deliveries.record({ ...aNote({ connectionId, eventKey, verdict: 'held' }), id: first });
  expect((await verdictOf(first))[0]).toBe('held');
  expect((await come({ connectionId: randomUUID() }))[1]).toBe('held');
  expect((await come({ source: 'smg' }))[1]).toBe('held');
  expect((await come({ eventKey: randomUUID() }))[1]).toBe('held');
  await held.release(first);
  expect((await come())[1]).toBe('duplicate');
  expect((await verdictOf(first))[0]).toBe('pending');
});

it('whose message is gone or cannot be opened do not stand for one that came again', async () => {
  for (const change of [{ body: null }, { reason: deliveryReason('unopened') }]) {
    const eventKey = randomUUID();
    await hold(1_000, { eventKey, ...change });
    const again = await hold(2_000, { eventKey });
    expect((await verdictOf(again))[0]).toBe('held');
    expect((await verdictOf(await hold(3_000, { eventKey })))[0]).toBe('duplicate');
  }
});

it('of one token from before are released as one', async () => {
  const eventKey = randomUUID();
  const ids = [await hold(1_000), await hold(2_000)];
  await db.kysely.updateTable('deliveries').set({ event_key: eventKey }).where('id', 'in', ids).execute();
  for (const id of ids) await held.release(id);
  expect((await verdictOf(ids[0] as string))[0]).toBe('pending');
  expect((await verdictOf(ids[1] as string))[0]).toBe('duplicate');
});

it('without their message can only be discarded', async () => {
  const erased = await hold(1_000, { body: null });
  const whole = await hold(2_000);
  expect((await held.releasable(connectionId, { limit: 1 })).map(({ id }) => id)).toEqual([whole]);
  expect(await held.discard(connectionId, { limit: 1 })).toBe(1);
  expect(await verdictOf(erased)).toEqual(['discarded', 'discarded']);
});

it('are chosen by age, and never those of another connection', async () => {
  const old = await hold(1_000);
  await hold(5_000);
  await deliveries.record(aNote({ receivedAt: 1_000, verdict: 'held' }));
  expect(await held.releasable(connectionId, { limit: 10, receivedBefore: 5_000 })).toHaveLength(1);
  expect(await held.discard(connectionId, { limit: 10, receivedBefore: 5_000 })).toBe(1);
  expect((await verdictOf(old))[0]).toBe('discarded');
  expect(await held.count(connectionId)).toBe(1);
});

it('are found where their connection is active again and nobody let them go on', async () => {
  const connections = createConnections(db, testRing());
  const [one, other] = [aConnection(), aConnection()];
  for (const connection of [one, other]) {
    await connections.insert(connection, someSecrets, null);
    await hold(1_000, { connectionId: connection.id });
  }
  await connections.update(other.id, { status: 'paused' });
  const found = await held.stranded();
  expect([one.id, other.id].map((id) => found.has(id))).toEqual([true, false]);
  await held.leaveToPerson(one.id, 'too_old');
  expect((await held.stranded()).has(one.id)).toBe(false);
});
