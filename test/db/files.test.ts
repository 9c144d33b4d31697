import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Database } from '../../db/database';
import { createAssessments } from '../../db/repositories/assessments';
import type { Files } from '../../db/repositories/files';
import { createFiles } from '../../db/repositories/files';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { openTestDatabase, openTestPool } from '../helpers/database';
import { writtenKey } from '../helpers/keys';
import { startTcpProxy } from '../helpers/tcp-proxy';

const ring = parseKeyRing(writtenKey('files'));
let db: Database;
let url: string;
let close: () => Promise<void>;
let files: Files;

beforeAll(async () => {
  const opened = await openTestDatabase();
  ({ db, url, close } = opened);
  files = createFiles(db, ring);
});
afterAll(() => close());

const about = {
  assessmentId: 'asm_1',
  name: 'Report of Ada Test.pdf',
  contentType: 'application/pdf',
  maxBytes: 2_000_000,
};
const keep = (content: Buffer, chunk = 60_001, change: Partial<typeof about> = {}) =>
  files.put(inChunks(content, chunk), { ...about, ...change });
function* inChunksOf(content: Buffer, chunk: number): Generator<Buffer> {
  for (let at = 0; at < content.length; at += chunk) yield content.subarray(at, at + chunk);
}
const inChunks = (content: Buffer, chunk: number): Readable =>
  Readable.from(inChunksOf(content, chunk), { objectMode: false });
const contentOf = async (stream: Readable): Promise<Buffer> =>
  Buffer.concat((await stream.toArray()) as Buffer[]);
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

const pieces = (id: string) =>
  db.kysely.selectFrom('file_pieces').selectAll().where('file_id', '=', id).orderBy('number').execute();
const rows = async (): Promise<string[]> =>
  (await db.kysely.selectFrom('files').select('id').execute()).map(({ id }) => id);

it.each([
  ['nothing', 0, 1],
  ['a byte', 1, 1],
  ['exactly one piece', 256 * 1024, 1000],
  ['one byte more than two pieces', 512 * 1024 + 1, 70_000],
  ['more in one chunk than several pieces', 1_500_000, 1_500_000],
])('gives back %s as it came, as often as it is asked for', async (_, size, chunk) => {
  const content = randomBytes(size);
  const kept = await keep(content, chunk);
  expect(kept).toMatchObject({ size, sha256: sha256(content) });
  const file = await files.open(kept.id);
  expect(file).toMatchObject({ ...kept, name: about.name, contentType: about.contentType });
  for (const stream of [file.stream(), file.stream()]) {
    expect(sha256(await contentOf(stream))).toBe(kept.sha256);
  }
});

it('keeps neither content nor name in plain text', async () => {
  const content = Buffer.from('Ada Test answered as follows. '.repeat(20_000));
  const { id } = await keep(content);
  const row = await db.kysely.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(row.name_sealed.includes('Ada')).toBe(false);
  const stored = await pieces(id);
  expect(stored).toHaveLength(3);
  for (const { content_sealed } of stored) expect(content_sealed.includes('Ada Test')).toBe(false);
});

it('refuses a larger file as soon as it shows, and keeps nothing of it', async () => {
  const before = await rows();
  let given = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        given += 100_000;
        yield Buffer.alloc(100_000);
      }
    })(),
    { objectMode: false },
  );
  await expect(files.put(endless, { ...about, maxBytes: 1_000_000 })).rejects.toMatchObject({
    code: 'input.too_large',
    message: 'The file is larger than 1000000 bytes.',
  });
  expect(endless.destroyed).toBe(true);
  expect(given).toBeLessThan(2_000_000);
  expect(await rows()).toEqual(before);
  await expect(keep(Buffer.alloc(1_000), 100, { maxBytes: 1_000 })).resolves.toMatchObject({ size: 1_000 });
});

it('keeps nothing of a stream that breaks, and says what broke it', async () => {
  const before = await rows();
  const broken = new Error('the vendor hung up');
  const content = Readable.from(
    (async function* () {
      yield Buffer.alloc(300_000);
      throw broken;
    })(),
  );
  await expect(files.put(content, about)).rejects.toBe(broken);
  expect(await rows()).toEqual(before);
});

it('does not give a file that never came to its end', async () => {
  const { id } = await keep(Buffer.from('whole'));
  await db.kysely.updateTable('files').set({ sha256: null }).where('id', '=', id).execute();
  await expect(files.open(id)).rejects.toMatchObject({ code: 'not_found' });
});

it('breaks rather than give pieces that are missing, changed, or of another place', async () => {
  const { id } = await keep(randomBytes(600_000));
  const read = async (): Promise<Buffer> => contentOf((await files.open(id)).stream());
  const number = (from: number, to: number) =>
    db.kysely
      .updateTable('file_pieces')
      .set({ number: to })
      .where('file_id', '=', id)
      .where('number', '=', from)
      .execute();
  await number(1, 9);
  await expect(read()).rejects.toMatchObject({ code: 'not_found' });
  await number(0, 1);
  await number(9, 0);
  await expect(read()).rejects.toMatchObject({ code: 'internal' });
});

it('says that the database went away in the middle of a stream', async () => {
  const target = new URL(url);
  const proxy = await startTcpProxy({ host: target.hostname, port: Number(target.port) });
  target.host = `127.0.0.1:${proxy.port}`;
  const far = openTestPool(target.toString());
  try {
    const { id } = await keep(randomBytes(1_900_000));
    const stream = (await createFiles(far, ring).open(id)).stream();
    const read = (async () => {
      for await (const _ of stream) await proxy.cut();
    })();
    await expect(read).rejects.toMatchObject({ code: 'db.unavailable' });
  } finally {
    await far.close();
    await proxy.stop();
  }
});

it('removes one file, or those that are older than they may be', async () => {
  const [old, older, young] = [
    await keep(Buffer.from('1')),
    await keep(Buffer.from('2')),
    await keep(Buffer.from('3')),
  ];
  const age = (id: string, days: number) =>
    db.kysely
      .updateTable('files')
      .set({ created_at: new Date(Date.now() - days * 86_400_000) })
      .where('id', '=', id)
      .execute();
  await age(old.id, 31);
  await age(older.id, 300);
  await age(young.id, 29);
  await expect(files.removeOlderThan(30)).resolves.toBe(2);
  await expect(files.removeOlderThan(30)).resolves.toBe(0);
  await expect(files.open(old.id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(pieces(older.id)).resolves.toEqual([]);
  await files.open(young.id);
  await files.remove(young.id);
  await expect(files.open(young.id)).rejects.toMatchObject({ code: 'not_found' });
  await files.remove(young.id);
});

it('keeps the files of a run that is still open, however old they are', async () => {
  const assessments = createAssessments(db, ring);
  const run = {
    assessmentId: 'asm_open',
    workflowId: 'assessment/smg/con_1/opp_1/token',
    vendor: 'smg',
    connectionId: 'con_1',
    opportunityId: 'opp_1',
  } as const;
  await assessments.openRow(run, null);
  const { id } = await keep(Buffer.from('1'), 1, { assessmentId: run.assessmentId });
  const longAgo = new Date(Date.now() - 40 * 86_400_000);
  await db.kysely.updateTable('files').set({ created_at: longAgo }).where('id', '=', id).execute();
  await files.removeOlderThan(30);
  await expect(rows()).resolves.toContain(id);
  await db.kysely.updateTable('assessments').set({ closed_at: new Date() }).execute();
  await files.removeOlderThan(30);
  await expect(rows()).resolves.not.toContain(id);
});
