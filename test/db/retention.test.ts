import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { Database } from '../../db/database';
import { type Connections, createConnections } from '../../db/repositories/connections';
import { createFiles } from '../../db/repositories/files';
import type { Retention } from '../../db/repositories/retention';
import { createRetention } from '../../db/repositories/retention';
import { createTallies } from '../../db/repositories/tallies';
import type { Verdict } from '../../domain/records';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { openTestDatabase } from '../helpers/database';
import { aConnection } from '../helpers/domain';
import { writtenKey } from '../helpers/keys';

/** What is kept how long (decision 0016). */

const days = {
  bodies: 30,
  assessments: 90,
  guards: 400,
  refused: 7,
  ignored: 30,
  waiting: 90,
  credentials: 30,
};
const nothing = {
  bodies: 0,
  assessments: 0,
  deliveries: 0,
  refused: 0,
  ignored: 0,
  tallies: 0,
  claims: 0,
  audit: 0,
  files: 0,
  waiting: 0,
  credentials: 0,
  tombstones: 0,
  erasures: 0,
};

let db: Database;
let close: () => Promise<void>;
let retention: Retention;
let files: ReturnType<typeof createFiles>;
let connections: Connections;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  const ring = parseKeyRing(writtenKey('retention'));
  files = createFiles(db, ring);
  connections = createConnections(db, ring);
  retention = createRetention(db, ring, (age) => files.removeOlderThan(age));
});
afterEach(async () => {
  for (const table of [
    'deliveries',
    'claims',
    'assessment_events',
    'assessments',
    'files',
    'delivery_tallies',
    'tombstones',
    'connections',
  ] as const) {
    await db.kysely.deleteFrom(table).execute();
  }
  // No line of the audit can be removed otherwise.
  await sql`alter table audit disable trigger user`.execute(db.kysely);
  await db.kysely.deleteFrom('audit').execute();
  await sql`alter table audit enable trigger user`.execute(db.kysely);
});
afterAll(() => close());

const ago = (age: number): Date => new Date(Date.now() - age * 86_400_000);

async function delivery(age: number, verdict: Verdict = 'started'): Promise<string> {
  const id = `dlv_${randomUUID()}`;
  await db.kysely
    .insertInto('deliveries')
    .values({
      id,
      source: 'lever',
      connection_id: 'con_1',
      event_key: id,
      event: 'candidateStageChange',
      received_at: ago(age),
      verdict,
      opportunity_id: null,
      workflow_id: null,
      reference: null,
      reason: null,
      content_type: null,
      body_sealed: Buffer.from('body'),
      request_sealed: Buffer.from('request'),
      tried_at: null,
    })
    .execute();
  return id;
}

const bodies = async (): Promise<string[]> =>
  (await db.kysely.selectFrom('deliveries').select('id').where('body_sealed', 'is not', null).execute()).map(
    ({ id }) => id,
  );
const deliveries = async (): Promise<string[]> =>
  (await db.kysely.selectFrom('deliveries').select('id').execute()).map(({ id }) => id);

it('erases messages after 30 days, and keeps what tells of them', async () => {
  const old = await delivery(31);
  const young = await delivery(29);
  expect(await retention.forget(days)).toEqual({ ...nothing, bodies: 1 });
  expect(await bodies()).toEqual([young]);
  expect((await deliveries()).sort()).toEqual([old, young].sort());
  expect(await retention.forget(days)).toEqual(nothing);
});

it('keeps whole what still waits for a person or for Temporal, for its greatest age', async () => {
  const waiting = [await delivery(89, 'held'), await delivery(89, 'pending')];
  const tooOld = [await delivery(91, 'held'), await delivery(91, 'pending')];
  expect(await retention.forget(days)).toEqual({ ...nothing, waiting: 2 });
  expect((await bodies()).sort()).toEqual(waiting.sort());
  const left = await db.kysely
    .selectFrom('deliveries')
    .select(['id', 'verdict', 'reason', 'request_sealed'])
    .where('id', 'in', tooOld)
    .execute();
  for (const row of left) {
    expect(row).toMatchObject({ verdict: 'discarded', reason: 'waited_too_long', request_sealed: null });
  }
  expect(left).toHaveLength(2);
  expect(await retention.forget(days)).toEqual(nothing);
});

it('removes the credentials of a connection that is disabled for 30 days, unless a run needs them', async () => {
  const secrets = { credentials: { password: 'secret' }, signatureTokens: ['token'] };
  const disabledSince = async (age: number): Promise<string> => {
    const connection = aConnection({ id: `con_${randomUUID()}`, key: randomUUID() });
    await connections.insert(connection, secrets, { kind: 'apiKey', apiKey: 'key' });
    await connections.update(connection.id, { status: 'disabled' });
    await db.kysely
      .updateTable('connections')
      .set({ disabled_at: ago(age) })
      .where('id', '=', connection.id)
      .execute();
    return connection.id;
  };
  const old = await disabledSince(31);
  const young = await disabledSince(29);
  const back = await disabledSince(31);
  await connections.update(back, { status: 'active' });
  expect(await retention.forget(days)).toEqual({ ...nothing, credentials: 1 });
  expect(await connections.secrets(old)).toEqual({ credentials: {}, signatureTokens: [] });
  expect(await connections.secrets(young)).toEqual(secrets);
  expect(await connections.secrets(back)).toEqual(secrets);
  const grants = await db.kysely.selectFrom('grants').select('connection_id').execute();
  expect(grants.map((row) => row.connection_id)).not.toContain(old);
  expect(await retention.forget(days)).toEqual(nothing);
});

it('forgets tombstones when their time is over', async () => {
  const tombstone = (digest: string, age: number) => ({
    digest,
    kind: 'run' as const,
    erased_at: ago(age + 400),
    expires_at: ago(age),
  });
  await db.kysely
    .insertInto('tombstones')
    .values([tombstone('over', 1), tombstone('kept', -1)])
    .execute();
  expect(await retention.forget(days)).toEqual({ ...nothing, tombstones: 1 });
  expect(await db.kysely.selectFrom('tombstones').select('digest').execute()).toEqual([{ digest: 'kept' }]);
});

it('forgets what strangers sent after days, what came to nothing after weeks, and no guard', async () => {
  for (const verdict of ['rejected', 'ignored', 'ping'] as const) await delivery(31, verdict);
  for (const verdict of ['rejected', 'ignored', 'ping'] as const) await delivery(8, verdict);
  const verdicts = [
    'started',
    'signalled',
    'duplicate',
    'unmatched',
    'held',
    'pending',
    'discarded',
  ] as const;
  for (const verdict of verdicts) await delivery(60, verdict);
  expect(await retention.forget(days)).toMatchObject({ deliveries: 0, refused: 2, ignored: 2 });
  const left = await db.kysely.selectFrom('deliveries').select('verdict').execute();
  expect(left.map(({ verdict }) => verdict).sort()).toEqual(['ignored', 'ping', ...verdicts].sort());
});

it('forgets the counts of messages with the guards', async () => {
  const tallies = createTallies(db);
  const on = (age: number) => ago(age).toISOString().slice(0, 10);
  const tally = { connectionId: 'con_1', source: 'lever' as const, verdict: 'rejected' as const };
  await tallies.add([
    { ...tally, day: on(402), count: 5 },
    { ...tally, day: on(398), count: 7 },
  ]);
  await tallies.add([{ ...tally, day: on(398), count: 1 }]);
  expect(await retention.forget(days)).toEqual({ ...nothing, tallies: 1 });
  expect(await tallies.list({ limit: 10 })).toEqual([{ ...tally, day: on(398), count: 8 }]);
  expect(await tallies.list({ connection: 'con_2', limit: 10 })).toEqual([]);
});

it('keeps the guards against a second start for 400 days', async () => {
  await delivery(401);
  const kept = await delivery(399);
  const claim = (age: number, active: boolean) => ({
    connection_id: 'con_1',
    opportunity_id: randomUUID(),
    assessment_ref: '1',
    stage_changed_at: ago(age),
    workflow_id: randomUUID(),
    taken_at: ago(age),
    released_at: null,
    active,
  });
  await db.kysely
    .insertInto('claims')
    .values([claim(401, false), claim(399, false), claim(401, true)])
    .execute();
  expect(await retention.forget(days)).toMatchObject({ deliveries: 1, claims: 1 });
  expect(await deliveries()).toEqual([kept]);
  const claims = await db.kysely.selectFrom('claims').selectAll().execute();
  expect(claims).toHaveLength(2);
});

it('forgets assessments with their timelines 90 days after their end, and no open one', async () => {
  const assessment = async (age: number | null): Promise<string> => {
    const id = `asm_${randomUUID()}`;
    await db.kysely
      .insertInto('assessments')
      .values({
        id,
        workflow_id: id,
        vendor: 'smg',
        connection_id: 'con_1',
        status: 'completed',
        suspended: false,
        attention: false,
        seq: 1,
        created_at: ago(500),
        updated_at: ago(500),
        closed_at: age === null ? null : ago(age),
      })
      .execute();
    await db.kysely
      .insertInto('assessment_events')
      .values({
        assessment_id: id,
        run_id: '',
        seq: 1,
        at: ago(500),
        kind: 'status',
        status: 'completed',
        suspended: false,
        attention: false,
        detail_sealed: null,
      })
      .execute();
    return id;
  };
  await assessment(91);
  const kept = [await assessment(89), await assessment(null)].sort();
  expect(await retention.forget(days)).toEqual({ ...nothing, assessments: 1 });
  const left = await db.kysely.selectFrom('assessments').select('id').execute();
  const lines = await db.kysely.selectFrom('assessment_events').select('assessment_id').execute();
  expect(left.map(({ id }) => id).sort()).toEqual(kept);
  expect(lines.map(({ assessment_id }) => assessment_id).sort()).toEqual(kept);
});

it('forgets the audit after two years, and files after 30 days', async () => {
  const entry = { actor: 'operator', action: 'connection.paused', target: 'con_1', detail_sealed: null };
  await db.kysely
    .insertInto('audit')
    .values([
      { ...entry, at: ago(731) },
      { ...entry, at: ago(729) },
    ])
    .execute();
  const about = { assessmentId: 'asm_1', name: 'r.pdf', contentType: 'application/pdf', maxBytes: 100 };
  const old = await files.put(Readable.from([Buffer.from('old')]), about);
  const young = await files.put(Readable.from([Buffer.from('young')]), about);
  await db.kysely
    .updateTable('files')
    .set({ created_at: ago(31) })
    .where('id', '=', old.id)
    .execute();
  expect(await retention.forget(days)).toEqual({ ...nothing, audit: 1, files: 1 });
  const left = await db.kysely.selectFrom('files').select('id').execute();
  expect(left.map(({ id }) => id)).toEqual([young.id]);
});

it('takes a bounded part at a time, until nothing is left', async () => {
  await db.kysely
    .insertInto('audit')
    .values(
      Array.from({ length: 1_500 }, () => ({
        actor: 'a',
        action: 'b',
        target: 'c',
        detail_sealed: null,
        at: ago(800),
      })),
    )
    .execute();
  const rounds = [await retention.forget(days), await retention.forget(days), await retention.forget(days)];
  expect(rounds.map(({ audit }) => audit)).toEqual([1_000, 500, 0]);
});
