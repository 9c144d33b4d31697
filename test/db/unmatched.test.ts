import { sql } from 'kysely';
import type { Database } from '../../db/database';
import { mostUnmatched } from '../../db/delivery-queue';
import { createAssessments } from '../../db/repositories/assessments';
import { createDeliveries } from '../../db/repositories/deliveries';
import { openTestDatabase, openTestPool } from '../helpers/database';
import { aNote, aRecord, aRun } from '../helpers/domain';
import { testRing } from '../helpers/keys';

/** However many callbacks name runs that nobody knows, a look at them is short, and each connection has its turn. */

const ring = testRing();
let db: Database;
let close: () => Promise<void>;
let deliveries: ReturnType<typeof createDeliveries>;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  deliveries = createDeliveries(db, ring);
});
afterAll(() => close());
beforeEach(async () => {
  for (const table of ['deliveries', 'assessments', 'assessment_events'] as const) {
    await db.kysely.deleteFrom(table).execute();
  }
});

/** Rows of a flood, one a second up to now. */
const flood = (connectionId: string, count: number, on = db) =>
  sql`insert into deliveries (id, source, connection_id, event_key, event, received_at, verdict, reference)
      select ${connectionId} || '-' || n, 'smg', ${connectionId}::text, n, 'completed',
        now() - make_interval(secs => ${count} - n), 'unmatched', 'nobody-' || n
      from generate_series(1, ${count}::int) as n`.execute(on.kysely);
const waiting = async (connectionId: string): Promise<number> => {
  const rows = await db.kysely
    .selectFrom('deliveries')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('verdict', '=', 'unmatched')
    .execute();
  return rows.length;
};
async function unmatched(connectionId: string, reference: string): Promise<string> {
  const note = aNote({ source: 'smg', verdict: 'unmatched', opportunityId: null, connectionId });
  await deliveries.record({ ...note, reference });
  return note.id;
}
const known = (connectionId: string, vendorRef: string) =>
  createAssessments(db, ring).write({
    run: aRun({ connectionId }),
    records: [aRecord({ facts: { vendorRef } })],
    deliveries: [],
  });
async function takeAll(): Promise<string[]> {
  const seen: string[] = [];
  const taken = await deliveries.takeMatched(50, async ({ id }) => {
    seen.push(id);
    return { verdict: 'signalled', workflowId: 'w' };
  });
  expect(taken).toBe(seen.length);
  return seen;
}

it('of 250,000 the newest thousand wait, the others go in bounded parts, and nobody else loses one', async () => {
  await flood('con_flood', 250_000);
  const other = await unmatched('con_other', '647');
  let gone = 0;
  let parts = 0;
  for (let trimmed = await deliveries.trimUnmatched(); trimmed.length > 0; parts += 1) {
    expect(trimmed).toHaveLength(1);
    expect(trimmed[0]).toMatchObject({ connectionId: 'con_flood', source: 'smg' });
    expect(trimmed[0]?.count).toBeLessThanOrEqual(10_000);
    gone += trimmed[0]?.count ?? 0;
    trimmed = await deliveries.trimUnmatched();
  }
  expect([gone, parts]).toEqual([250_000 - mostUnmatched, 25]);
  expect(await waiting('con_flood')).toBe(mostUnmatched);
  const oldest = await db.kysely
    .selectFrom('deliveries')
    .select('reference')
    .where('connection_id', '=', 'con_flood')
    .orderBy('received_at')
    .executeTakeFirst();
  expect(oldest?.reference).toBe(`nobody-${250_000 - mostUnmatched + 1}`);
  await known('con_other', '647');
  expect(await takeAll()).toEqual([other]);
});

it('of forty with a mebibyte each the newest wait, some thirty', async () => {
  const body = Buffer.alloc(1024 * 1024, 1);
  for (let number = 0; number < 40; number += 1) {
    const note = aNote({ source: 'standard', verdict: 'unmatched', connectionId: 'con_long' });
    await deliveries.record({ ...note, receivedAt: 1_000 + number, reference: `r-${number}`, body });
  }
  expect(await deliveries.trimUnmatched()).toEqual([
    { connectionId: 'con_long', source: 'standard', count: 9 },
  ]);
  expect(await deliveries.trimUnmatched()).toEqual([]);
  const rows = await db.kysely.selectFrom('deliveries').select('reference').orderBy('received_at').execute();
  expect(rows.map(({ reference }) => reference)).toEqual(
    Array.from({ length: 31 }, (_, index) => `r-${index + 9}`),
  );
});

it('a look never reads more of a connection than is kept, whatever has not been let go yet', async () => {
  await flood('con_flood', 20_000);
  const newest = await unmatched('con_flood', '900');
  await known('con_flood', '900');
  await known('con_flood', 'nobody-1');
  // The run of the oldest is known by now, but that one is beyond what is looked at.
  expect(await takeAll()).toEqual([newest]);
  expect(await takeAll()).toEqual([]);
});

it('a look serves some connections, and the next one those behind them', async () => {
  const ids = new Map<string, string>();
  for (let number = 100; number < 140; number += 1) {
    const connectionId = `con_${number}`;
    ids.set(connectionId, await unmatched(connectionId, 'r'));
    await known(connectionId, 'r');
  }
  const first = await takeAll();
  const second = await takeAll();
  expect(first.length).toBeLessThan(40);
  expect([...first, ...second].sort()).toEqual([...ids.values()].sort());
});

it('goes by the index, whatever a flood that came and went has left in table and statistics', async () => {
  const own = await openTestDatabase();
  /** A session tells what it has read when it ends at the latest. */
  const inSession = async (fn: (session: Database) => Promise<unknown>): Promise<void> => {
    const session = openTestPool(own.url);
    await fn(session).finally(() => session.close());
  };
  const readInFull = async (): Promise<number> => {
    const { rows } = await sql<{ reads: string }>`
      select sum(seq_tup_read) as reads from pg_stat_user_tables where relname in ('deliveries', 'assessments')
    `.execute(own.db.kysely);
    return Number(rows[0]?.reads);
  };
  try {
    await inSession(async (session) => {
      await flood('con_flood', 50_000, session);
      await session.kysely.deleteFrom('deliveries').execute();
      await sql`vacuum analyze deliveries`.execute(session.kysely);
      await flood('con_flood', 50_000, session);
      for (let number = 0; number < 100; number += 1) {
        await createAssessments(session, ring).write({
          run: aRun({ connectionId: 'con_flood' }),
          records: [aRecord({ facts: { vendorRef: `nobody-${number}` } })],
          deliveries: [],
        });
      }
    });
    const look = async (session: Database): Promise<void> => {
      const looking = createDeliveries(session, ring);
      await looking.takePending(50, async () => null);
      await looking.takeMatched(50, async () => null);
      while ((await looking.trimUnmatched()).length > 0);
    };
    const before = await readInFull();
    // Statistics from before the flood: they say that nothing is there.
    await inSession(look);
    await inSession((session) => sql`vacuum analyze deliveries`.execute(session.kysely));
    // And from after it: the index seems to be longer than the few rows that are left.
    await inSession(look);
    expect(await readInFull()).toBe(before);
  } finally {
    await own.close();
  }
});
