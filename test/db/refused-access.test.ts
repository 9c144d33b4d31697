import { createConnectionDirectory } from '../../db/connection-directory';
import type { Database } from '../../db/database';
import { createConnections } from '../../db/repositories/connections';
import { createRefusedAccess } from '../../db/repositories/refused-access';
import type { Connection } from '../../domain/connection';
import { reasonOf } from '../../domain/connection-reasons';
import { openTestDatabase } from '../helpers/database';
import { aConnection, anApiKey, someSecrets } from '../helpers/domain';
import { testRing } from '../helpers/keys';
import { until } from '../helpers/until';

let db: Database;
let url: string;
let close: () => Promise<void>;
let connections: ReturnType<typeof createConnections>;
let access: ReturnType<typeof createRefusedAccess>;

beforeAll(async () => {
  ({ db, url, close } = await openTestDatabase());
  connections = createConnections(db, testRing());
  access = createRefusedAccess(db);
});
afterAll(() => close());

/** Given its grant an hour ago. */
async function connected(change: Partial<Connection> = {}): Promise<string> {
  const connection = aConnection({ status: 'active', ...change });
  await connections.insert(connection, someSecrets, anApiKey);
  await db.kysely
    .updateTable('grants')
    .set({ granted_at: new Date(Date.now() - 3_600_000) })
    .where('connection_id', '=', connection.id)
    .execute();
  return connection.id;
}

const soon = (): number => Date.now() + 60_000;
const note = (id: string, change: { triedAt?: number; leaseUntil?: number } = {}) =>
  access.note(id, { at: 1_000, triedAt: Date.now(), leaseUntil: soon(), ...change });
const giveUp = (id: string, isFinal = false) =>
  access.disconnect(id, {
    reason: isFinal ? reasonOf('access_refused') : reasonOf('access_doubted', 'given up'),
    triedAt: Date.now(),
    isFinal,
  });
const seen = async (id: string) => {
  const found = await connections.get(id);
  return {
    status: found?.status,
    reason: found?.statusReason?.code ?? null,
    refusedSince: found?.refusedSince,
  };
};

describe('a refusal', () => {
  it('is noted once, by one of many who meet it; the others are told that it is known', async () => {
    const id = await connected();
    const told = await Promise.all(Array.from({ length: 10 }, () => note(id)));
    expect(told.filter((each) => each === 'noted')).toHaveLength(1);
    expect(told.filter((each) => each === 'known')).toHaveLength(9);
    expect(await seen(id)).toEqual({ status: 'active', reason: null, refusedSince: 1_000 });
  });

  it('of a grant that was replaced meanwhile is none', async () => {
    const id = await connected();
    expect(await note(id, { triedAt: Date.now() - 7_200_000 })).toBe('renewed');
    expect(await seen(id)).toMatchObject({ refusedSince: null });
  });

  it('of a disabled connection changes nothing', async () => {
    const id = await connected({ status: 'disabled' });
    expect(await note(id)).toBe('known');
    expect(await seen(id)).toMatchObject({ status: 'disabled', refusedSince: null });
  });

  it('is heard of by every process', async () => {
    const id = await connected();
    const heard: (number | null | undefined)[] = [];
    const directory = createConnectionDirectory({
      connections,
      listenUrl: url,
      read: (all) => void heard.push(all.find((each) => each.id === id)?.refusedSince),
    });
    await directory.start();
    try {
      await note(id);
      await until(
        'it is heard',
        () => heard.at(-1),
        (seen) => seen === 1_000,
      );
      await access.restore(id, { paused: false });
      await until(
        'its end is heard',
        () => heard.at(-1),
        (seen) => seen === null,
      );
    } finally {
      await directory.stop();
    }
  });
});

describe('the probe', () => {
  it('is with whoever noted the refusal, until it is given back or kept for too long', async () => {
    const id = await connected();
    await note(id, { leaseUntil: soon() });
    expect(await access.takeProbe(id, Date.now(), soon())).toBe(false);
    expect(await access.takeProbe(id, soon() + 1, soon())).toBe(true);
    await access.postponeProbe(id, Date.now());
    const taken = await Promise.all(
      Array.from({ length: 10 }, () => access.takeProbe(id, Date.now(), soon())),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('is nobody’s when nothing is refused', async () => {
    const id = await connected();
    expect(await access.takeProbe(id, Date.now(), soon())).toBe(false);
    await access.postponeProbe(id, 0);
    expect(await access.takeProbe(id, Date.now(), soon())).toBe(false);
  });
});

describe('a connection that was given up', () => {
  it('is listed while it is asked about, and is active again when Lever takes it', async () => {
    const [id, other] = [await connected(), await connected()];
    await note(id);
    expect(await giveUp(id)).toBe('disconnected');
    expect(await seen(id)).toEqual({ status: 'disconnected', reason: 'access_doubted', refusedSince: 1_000 });
    const listed = async (refusedSince: number) =>
      (await access.list({ refusedSince, after: null, limit: 100 })).data.map((each) => each.connectionId);
    expect(await listed(1_000)).toContain(id);
    expect(await listed(1_001)).not.toContain(id);
    expect(await listed(0)).not.toContain(other);
    expect(await access.restore(id, { paused: false })).toBe(true);
    expect(await seen(id)).toEqual({ status: 'active', reason: null, refusedSince: null });
    expect(await access.restore(id, { paused: false })).toBe(false);
  });

  it('is listed page by page', async () => {
    const ids = await Promise.all([connected(), connected(), connected()]);
    for (const id of ids) await note(id);
    const found: string[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await access.list({ refusedSince: 1_000, after: after ?? null, limit: 1 });
      found.push(...page.data.map((each) => each.connectionId));
      after = page.next;
    }
    expect(found).toEqual(expect.arrayContaining(ids));
    expect(found).toEqual([...new Set(found)].sort());
  });

  it.each([
    ['pausing was wished meanwhile', null, true, 'paused', 'paused_by_operator'],
    ['it was paused by wish', 'paused_by_operator', true, 'paused', 'paused_by_operator'],
    ['it was paused by wish, which was taken back', 'paused_by_operator', false, 'active', null],
    ['its settings are still to be corrected', 'to_be_corrected', false, 'paused', 'to_be_corrected'],
  ] as const)('comes back as is wanted: %s', async (_, before, paused, status, reason) => {
    const id = await connected({
      status: before === null ? 'active' : 'paused',
      statusReason: before && reasonOf(before),
    });
    await note(id);
    await giveUp(id);
    await access.restore(id, { paused });
    expect(await seen(id)).toEqual({ status, reason, refusedSince: null });
  });

  it.each([
    ['paused', 'the stage "Assess" is gone', 'paused', 'to_be_corrected'],
    ['impaired', 'Lever refuses the move', 'impaired', 'impaired'],
    ['paused', 'paused by an operator', 'active', null],
  ] as const)(
    'comes back as it was where an older process had written words alone: %s, %s',
    async (before, words, status, reason) => {
      const refusals = { move: [1, 2, 3] };
      const id = await connected();
      await db.kysely
        .updateTable('connections')
        .set({
          status: before,
          status_reason: words,
          status_code: null,
          ...(before === 'impaired' && { refusals: JSON.stringify(refusals) }),
        })
        .where('id', '=', id)
        .execute();
      await note(id);
      await giveUp(id);
      await access.restore(id, { paused: false });
      expect(await seen(id)).toEqual({ status, reason, refusedSince: null });
    },
  );

  it.each([
    // An older process mended it, and left the code.
    ['active', null, 'impaired', 'active', null],
    ['active', null, 'to_be_corrected', 'active', null],
    // It gave other words, and left the code.
    ['paused', 'the stage "Assess" is gone', 'paused_by_operator', 'paused', 'to_be_corrected'],
  ] as const)(
    'comes back as it was where an older process had left a code standing: %s, %s, %s',
    async (before, words, code, status, reason) => {
      const id = await connected();
      await db.kysely
        .updateTable('connections')
        .set({ status: before, status_reason: words, status_code: code })
        .where('id', '=', id)
        .execute();
      await note(id);
      await giveUp(id);
      await access.restore(id, { paused: false });
      expect(await seen(id)).toEqual({ status, reason, refusedSince: null });
    },
  );

  it('does not come back once its refresh token is dead', async () => {
    const id = await connected();
    await note(id);
    await giveUp(id);
    expect(await giveUp(id, true)).toBe('unchanged');
    expect(await seen(id)).toEqual({ status: 'disconnected', reason: 'access_refused', refusedSince: null });
    expect(await access.restore(id, { paused: false })).toBe(false);
    expect((await seen(id)).status).toBe('disconnected');
  });

  it('stays disabled when it is disabled meanwhile', async () => {
    const id = await connected();
    await note(id);
    await giveUp(id);
    await connections.update(id, { status: 'disabled' });
    expect(await access.restore(id, { paused: false })).toBe(false);
    expect((await access.list({ refusedSince: 0, after: null, limit: 100 })).data).not.toContainEqual(
      expect.objectContaining({ connectionId: id }),
    );
    expect((await seen(id)).status).toBe('disabled');
  });

  it('is a connection like any other with a new grant', async () => {
    const id = await connected();
    await note(id);
    await giveUp(id);
    await connections.update(id, { status: 'active', statusReason: null, refusedSince: null });
    expect(await access.takeProbe(id, Date.now(), soon())).toBe(false);
    expect(await note(id)).toBe('noted');
    expect(await access.takeProbe(id, Date.now(), soon())).toBe(false);
  });
});
