import { randomUUID } from 'node:crypto';
import type { Client as PgClient } from 'pg';
import { Client } from 'pg';
import { toEventRow } from '../../db/assessment-rows';
import type { Database } from '../../db/database';
import { createHubSecret } from '../../db/hub-secret';
import { createAssessments } from '../../db/repositories/assessments';
import { createAudit } from '../../db/repositories/audit';
import { createConnectLinks } from '../../db/repositories/connect-links';
import { createConnections } from '../../db/repositories/connections';
import { createDeliveries } from '../../db/repositories/deliveries';
import { createFiles } from '../../db/repositories/files';
import { createGrants } from '../../db/repositories/grants';
import { countSealed, renewDigests, reseal } from '../../db/resealing';
import { sealedPlace, sealedTables } from '../../db/sealed-columns';
import { createTroubles } from '../../db/troubles';
import { emailDigest } from '../../platform/crypto/hmac';
import type { KeyRing } from '../../platform/crypto/keyring';
import { open, seal } from '../../platform/crypto/seal';
import { openTestDatabase } from '../helpers/database';
import { aConnection } from '../helpers/domain';
import { testRing } from '../helpers/keys';
import { runElsewhere } from '../helpers/other-process';

/** Sealing anew: everything is read as before, under the new key alone, whatever happens meanwhile. */

const old = testRing('k1');
const both = testRing('k2', 'k1');
const young = testRing('k2');
const day = 86_400_000;

let db: Database;
let url: string;
let close: () => Promise<void>;
beforeEach(async () => ({ db, url, close } = await openTestDatabase()));
afterEach(() => close());

const run = (id: string) => ({
  assessmentId: `asm_${id}`,
  workflowId: `assessment/smg/con_1/opp/${id}`,
  vendor: 'smg' as const,
  connectionId: 'con_1',
  opportunityId: 'opp',
});
const trouble = {
  step: 'step',
  code: 'internal' as const,
  message: 'words',
  attempts: 1,
  since: 1,
  tried: 1,
};

/** Something in every sealed column. */
async function fill(ring: KeyRing, name: string): Promise<void> {
  const connection = aConnection({ id: `con_${name}`, key: `key-${name}` });
  const secrets = { credentials: { password: 'p' }, signatureTokens: ['t'] };
  await createConnections(db, ring).insert(connection, secrets, { kind: 'apiKey', apiKey: `api-${name}` });
  await createConnectLinks(db, ring).insert({
    link: {
      id: `link_${name}`,
      vendor: 'smg',
      customer: 'c',
      environment: 'production',
      connectionId: null,
      createdAt: Date.now(),
      expiresAt: Date.now() + day,
    },
    tokenDigest: name,
    referenceDigest: null,
    given: { credentials: { of: name }, settings: {} },
  });
  const troubles = createTroubles(db, ring);
  await troubles.ofConnection(connection.id, trouble);
  await createAssessments(db, ring).write({
    run: run(name),
    deliveries: [],
    records: [
      {
        seq: 1,
        at: 1_000,
        status: 'completed',
        suspended: false,
        attention: false,
        kind: 'status',
        detail: `detail ${name}`,
        closed: true,
        facts: {
          candidate: { name: `Ada ${name}`, email: `ada.${name}@example.com` },
          links: { assessment: 'https://a', report: 'https://r' },
          lastError: 'error',
          context: { some: 'context' } as never,
          traces: { tags: ['t'] } as never,
        },
      },
    ],
  } as never);
  await troubles.ofRun({ assessmentId: `asm_${name}`, identity: null }, trouble);
  await createDeliveries(db, ring).record({
    id: `dlv_${name}`,
    source: 'lever',
    connectionId: 'con_1',
    eventKey: name,
    event: 'e',
    receivedAt: Date.now(),
    verdict: 'ignored',
    opportunityId: null,
    body: Buffer.from(`body ${name}`),
    request: { method: 'POST', pathRest: '', query: {}, headers: {} },
  });
  await createAudit(db, ring).append({ actor: 'a', action: 'x.y', target: name, detail: { of: name } });
  await createHubSecret(db, ring, name)();
  await db.kysely
    .insertInto('erasures')
    .values({
      id: `era_${name}`,
      customer: 'c',
      environment: 'production',
      requested_by: 'a',
      status: 'working',
      subject_sealed: seal(ring, `subject ${name}`, sealedPlace.erasureSubject(`era_${name}`)),
    })
    .execute();
  const bytes = async function* () {
    yield Buffer.alloc(600 * 1024, name);
  };
  await createFiles(db, ring).put(bytes(), {
    assessmentId: `asm_${name}`,
    name: `${name}.pdf`,
    contentType: 'application/pdf',
    maxBytes: 1e9,
  });
}

async function subjectOf(ring: KeyRing, name: string): Promise<string> {
  const id = `era_${name}`;
  const { subject_sealed: sealed } = await db.kysely
    .selectFrom('erasures')
    .select('subject_sealed')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (sealed === null) throw new Error('the subject is gone');
  return open(ring, sealed, sealedPlace.erasureSubject(id)).toString('utf8');
}

/** What is read of it. */
async function contents(ring: KeyRing, name: string) {
  const connections = createConnections(db, ring);
  const connection = await connections.get(`con_${name}`);
  const assessments = createAssessments(db, ring);
  const fileRow = await db.kysely
    .selectFrom('files')
    .select('id')
    .where('assessment_id', '=', `asm_${name}`)
    .executeTakeFirstOrThrow();
  const file = await createFiles(db, ring).open(fileRow.id);
  let size = 0;
  for await (const piece of file.stream()) size += (piece as Buffer).length;
  return {
    connection,
    secrets: await connections.secrets(`con_${name}`),
    grant: await createGrants(db, ring).read(`con_${name}`),
    link: await createConnectLinks(db, ring).given(`link_${name}`),
    assessment: await assessments.get(`asm_${name}`),
    begun: await assessments.begun(`asm_${name}`),
    timeline: await assessments.timeline(`asm_${name}`),
    delivery: await createDeliveries(db, ring).full(`dlv_${name}`),
    audit: (await createAudit(db, ring).list({ target: name, limit: 5 })).data,
    file: [file.name, size],
    hubSecret: (await createHubSecret(db, ring, name)()).toString('hex'),
    erasure: await subjectOf(ring, name),
  };
}

const keysLeft = async (): Promise<(string | null)[]> => [
  ...new Set((await countSealed(db)).map(({ keyId }) => keyId)),
];

it('leaves everything as it was, under the new key alone, and tells no process', async () => {
  await fill(old, 'one');
  const filled = await countSealed(db);
  expect(filled.map(({ table }) => table).sort()).toEqual(
    sealedTables.map(({ table }) => table as string).sort(),
  );
  const before = await contents(old, 'one');
  const listener = new Client({ connectionString: url });
  await listener.connect();
  const told: string[] = [];
  listener.on('notification', ({ channel }) => told.push(channel));
  await listener.query('listen fulcrum_connections');

  const done = await reseal(db, both);
  expect(done.resealed).toBe(filled.reduce((sum, { values }) => sum + values, 0));
  expect([done.left, done.unreadable]).toEqual([0, []]);
  expect(await renewDigests(db, both)).toEqual({ renewed: 1, dropped: 0, unreadable: 0 });

  // A notice comes before the answer to what is asked after it.
  await listener.query('select 1');
  await listener.end();
  expect(told).toEqual([]);
  expect(await keysLeft()).toEqual(['k2']);
  expect(await contents(young, 'one')).toEqual(before);
  const found = await createAssessments(db, young).list({ email: 'ada.one@example.com', limit: 5 });
  expect(found.data.map(({ assessmentId }) => assessmentId)).toEqual(['asm_one']);
  expect((await reseal(db, both)).resealed).toBe(0);
});

it('loses nothing that is written at the same time', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => `con_${String(index)}`);
  for (const id of ids) {
    await createConnections(db, old).insert(
      aConnection({ id, key: id }),
      { credentials: {}, signatureTokens: ['0'] },
      null,
    );
  }
  let isOver = false;
  const written = new Map<string, number>();
  const write = async (ring: KeyRing): Promise<void> => {
    for (let count = 1; !isOver; count += 1) {
      for (const id of ids) {
        await createConnections(db, ring).changeSecrets(id, ({ signatureTokens }) => ({
          credentials: {},
          signatureTokens: [String(Number(signatureTokens[0]) + 1)],
        }));
        written.set(id, (written.get(id) ?? 0) + 1);
      }
    }
  };
  // As in a roll-out: some processes have the new key in front already.
  const writers = [write(testRing('k1', 'k2')), write(both)];
  for (let round = 0; round < 10; round += 1) await reseal(db, both, { patienceMs: 0 });
  isOver = true;
  await Promise.all(writers);
  expect((await reseal(db, both)).left).toBe(0);
  for (const id of ids) {
    const { signatureTokens } = await createConnections(db, young).secrets(id);
    expect([id, Number(signatureTokens[0])]).toEqual([id, written.get(id)]);
  }
});

it('passes over a row that somebody holds on to, and comes back for it', async () => {
  await fill(old, 'one');
  const holder: PgClient = new Client({ connectionString: url });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select 1 from grants for update');
  expect(await reseal(db, both, { patienceMs: 0 })).toMatchObject({ left: 1, unreadable: [] });
  const waiting = reseal(db, both);
  await holder.query('commit');
  await holder.end();
  expect(await waiting).toMatchObject({ resealed: 1, left: 0 });
});

it('names what no key opens, and does the others', async () => {
  await fill(old, 'one');
  await fill(testRing('lost'), 'two');
  await db.kysely
    .updateTable('audit')
    .set({ detail_sealed: Buffer.from('x') })
    .where('target', '=', 'one')
    .execute();
  const { unreadable, left } = await reseal(db, both);
  expect(left).toBe(0);
  expect(unreadable).toContainEqual({
    table: 'grants',
    column: 'grant_sealed',
    row: 'con_two',
    keyId: 'lost',
  });
  expect(unreadable.filter(({ keyId }) => keyId === null)).toMatchObject([{ table: 'audit' }]);
  expect((await keysLeft()).sort()).toEqual(['k2', 'lost', null].sort());
});

it('drops a digest whose address is gone', async () => {
  await fill(old, 'one');
  await db.kysely.updateTable('assessments').set({ candidate_sealed: null }).execute();
  expect(await renewDigests(db, young)).toMatchObject({ dropped: 0 });
  expect(await renewDigests(db, both)).toEqual({ renewed: 0, dropped: 1, unreadable: 0 });
});

it('can be killed anywhere and run again', async () => {
  const rows = Array.from({ length: 4_000 }, (_, index) =>
    toEventRow(
      old,
      { run: { assessmentId: `asm_${String(index % 50)}` }, runId: randomUUID() },
      {
        seq: index,
        at: 1,
        status: 'invited',
        suspended: false,
        attention: false,
        kind: 'status',
        detail: `detail ${String(index)}`,
      },
    ),
  );
  for (let from = 0; from < rows.length; from += 1_000)
    await db.kysely
      .insertInto('assessment_events')
      .values(rows.slice(from, from + 1_000))
      .execute();
  await db.kysely
    .insertInto('audit')
    .values({ actor: 'a', action: 'b', target: 'c', detail_sealed: seal(old, '{}', 'audit/b/c') })
    .execute();
  const sealedBy = async (key: string): Promise<number> =>
    (await countSealed(db)).filter(({ keyId }) => keyId === key).reduce((sum, { values }) => sum + values, 0);
  const steps: number[] = [];
  for (let kill = 0; kill < 4; kill += 1) {
    const elsewhere = await runElsewhere(`
      const { openDatabase } = load('db/database');
      const options = { poolSize: 2, connectTimeoutMs: 30_000, statementTimeoutMs: 0 };
      const db = openDatabase({ url: ${JSON.stringify(url)}, ...options });
      const ring = load('test/helpers/keys').testRing('k2', 'k1');
      await load('db/resealing').reseal(db, ring, { progress: () => console.log('a page is done') });`);
    await elsewhere.kill();
    steps.push(await sealedBy('k2'));
    expect((await sealedBy('k1')) + (await sealedBy('k2'))).toBe(rows.length + 1);
  }
  // Each got further than the one before.
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  expect(steps[0]).toBeGreaterThan(0);
  expect((await reseal(db, both)).left).toBe(0);
  expect(await keysLeft()).toEqual(['k2']);
  const timeline = await createAssessments(db, young).timeline('asm_7');
  expect(timeline.map(({ seq, detail }) => detail === `detail ${String(seq)}`)).toEqual(Array(80).fill(true));
});

it('gives the same digest to the same address', () => {
  expect(emailDigest(both, ' Ada@Example.com')).toBe(emailDigest(young, 'ada@example.com'));
});
