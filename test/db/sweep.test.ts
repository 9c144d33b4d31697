import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/database';
import { createAssessments } from '../../db/repositories/assessments';
import { createClaims } from '../../db/repositories/claims';
import { createDeliveries } from '../../db/repositories/deliveries';
import { createSweptRows } from '../../db/repositories/sweep';
import { createSweepMemory } from '../../db/repositories/sweep-memory';
import { createWatch } from '../../db/repositories/watch';
import type { RunIdentity, RunRecord } from '../../domain/records';
import { endings, endingWords } from '../../domain/sweep';
import { openTestDatabase } from '../helpers/database';
import { aNote, aRecord, aRun } from '../helpers/domain';
import { testRing } from '../helpers/keys';

const ring = testRing();
let db: Database;
let close: () => Promise<void>;
let assessments: ReturnType<typeof createAssessments>;
let claims: ReturnType<typeof createClaims>;
let deliveries: ReturnType<typeof createDeliveries>;
let rows: ReturnType<typeof createSweptRows>;
let memory: ReturnType<typeof createSweepMemory>;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  assessments = createAssessments(db, ring);
  claims = createClaims(db);
  deliveries = createDeliveries(db, ring);
  rows = createSweptRows(db, ring);
  memory = createSweepMemory(db);
});
afterAll(() => close());

const later = (): number => Date.now() + 60_000;
const rowOf = ({ assessmentId, workflowId }: RunIdentity) => ({ assessmentId, workflowId });

async function anOpenRun(change: Partial<RunRecord> = {}, run = aRun()): Promise<RunIdentity> {
  const at = Date.now() - 1_000;
  await assessments.write({
    run,
    records: [aRecord({ seq: 1, at, status: 'invited', ...change })],
    deliveries: [],
  });
  return run;
}

const claimOf = (run: RunIdentity, opportunityId = randomUUID()) => ({
  connectionId: run.connectionId,
  opportunityId,
  assessmentRef: '1',
  stageChangedAt: 1_000,
  workflowId: run.workflowId,
});

describe('the row of a run that ended unseen', () => {
  it.each(endings)('is closed with a reason in words, and gives back its claim: %s', async (ending) => {
    const run = await anOpenRun({ attention: true, suspended: true });
    await claims.take([claimOf(run)]);
    expect(await rows.close(rowOf(run), ending, later())).toEqual(run);
    expect(await assessments.get(run.assessmentId)).toMatchObject({
      status: 'failed',
      attention: false,
      suspended: false,
      closedAt: expect.any(Number),
    });
    expect((await assessments.timeline(run.assessmentId)).at(-1)).toMatchObject({
      kind: 'ended_unseen',
      status: 'failed',
      detail: endingWords[ending],
    });
    expect(await claims.active(later())).not.toContain(run.workflowId);
  });

  it('keeps what it had come to', async () => {
    const run = await anOpenRun({ status: 'completed' });
    await rows.close(rowOf(run), 'terminated', later());
    expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'completed' });
  });

  it('is closed once, and tells the same when asked again', async () => {
    const run = await anOpenRun();
    await rows.close(rowOf(run), 'terminated', later());
    expect(await rows.close(rowOf(run), 'unknown', later())).toEqual(run);
    const timeline = await assessments.timeline(run.assessmentId);
    expect(timeline.filter(({ kind }) => kind === 'ended_unseen')).toHaveLength(1);
  });

  it('is left alone where the run closed it, or said something meanwhile', async () => {
    const over = await anOpenRun({ kind: 'closed', closed: true, status: 'completed' });
    expect(await rows.close(rowOf(over), 'completed', later())).toBeNull();
    const busy = await anOpenRun();
    expect(await rows.close(rowOf(busy), 'terminated', Date.now() - 10_000)).toBeNull();
    expect(await assessments.get(busy.assessmentId)).toMatchObject({ closedAt: null, status: 'invited' });
  });

  it('is not changed by records of its last steps that come in late', async () => {
    const run = await anOpenRun();
    await rows.close(rowOf(run), 'terminated', later());
    const late = aRecord({ seq: 2, at: Date.now() - 500, status: 'in_progress' });
    await assessments.write({ run, records: [late], deliveries: [] });
    expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'failed' });
    expect(await assessments.timeline(run.assessmentId)).toContainEqual(
      expect.objectContaining({ seq: 2, status: 'in_progress' }),
    );
  });
});

describe('a run that was reset after its end', () => {
  it('has its row opened, its claim back, and its word again, though it counts its records anew', async () => {
    const run = await anOpenRun();
    const claim = claimOf(run);
    await claims.take([claim]);
    const closed = aRecord({
      seq: 9,
      at: Date.now() - 500,
      kind: 'closed',
      status: 'completed',
      closed: true,
    });
    await assessments.write({ run, records: [closed], deliveries: [] });
    expect(await rows.reopen(rowOf(run), later())).toBe(true);
    expect(await claims.activeHolder(claim)).toMatchObject({ workflowId: run.workflowId });

    const again = aRecord({ seq: 2, at: Date.now() + 10, status: 'in_progress' });
    await assessments.write({ run, records: [again], deliveries: [] });
    expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'in_progress', closedAt: null });
    const kinds = (await assessments.timeline(run.assessmentId)).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['closed', 'reopened']));

    const end = aRecord({
      seq: 3,
      at: Date.now() + 20,
      kind: 'closed',
      status: 'cancelled',
      closed: true,
    });
    await assessments.write({ run, records: [end], deliveries: [] });
    expect(await assessments.get(run.assessmentId)).toMatchObject({
      status: 'cancelled',
      closedAt: expect.any(Number),
    });
  });

  it('keeps the lines of both lives, the later behind the earlier', async () => {
    const run = await anOpenRun({ at: 1_000 });
    const write = (seq: number, at: number, detail: string) =>
      assessments.write({ run, runId: detail, records: [aRecord({ seq, at, detail })], deliveries: [] });
    await write(2, 2_000, 'first');
    await write(3, 3_000, 'first');
    await write(2, 4_000, 'second');
    await write(2, 4_000, 'second');
    const lines = (await assessments.timeline(run.assessmentId)).map(({ seq, detail }) => [seq, detail]);
    expect(lines.slice(1)).toEqual([
      [2, 'first'],
      [3, 'first'],
      [2, 'second'],
    ]);
  });

  it('has its claims again also where its own records have opened the row', async () => {
    const run = await anOpenRun();
    const claim = claimOf(run);
    await claims.take([claim]);
    await rows.close(rowOf(run), 'terminated', later());
    const goesOn = aRecord({ seq: 2, at: Date.now() + 10_000, status: 'invited' });
    await assessments.write({ run, records: [goesOn], deliveries: [] });
    expect(await rows.unclaimedAmong([run.workflowId, 'another'])).toEqual([run.workflowId]);
    await rows.takeBack(run.workflowId);
    expect(await claims.activeHolder(claim)).toMatchObject({ workflowId: run.workflowId });
    expect(await rows.unclaimedAmong([run.workflowId])).toEqual([]);
  });

  it('leaves a claim to whoever has taken it meanwhile, and is not opened when it has just closed', async () => {
    const run = await anOpenRun();
    const claim = claimOf(run);
    await claims.take([claim]);
    await rows.close(rowOf(run), 'terminated', later());
    await claims.take([{ ...claim, stageChangedAt: 2_000, workflowId: 'another' }]);
    expect(await rows.reopen(rowOf(run), Date.now() - 10_000)).toBe(false);
    expect(await rows.reopen(rowOf(run), later())).toBe(true);
    expect(await claims.activeHolder(claim)).toMatchObject({ workflowId: 'another' });
  });
});

describe('news that were given to a run', () => {
  const given = async (workflowId: string): Promise<string> => {
    const note = aNote({ source: 'smg', verdict: 'signalled' });
    await deliveries.record({ ...note, workflowId, body: Buffer.from('{}') });
    return note.id;
  };
  const closedRun = async (): Promise<RunIdentity> => {
    const run = await anOpenRun();
    await rows.close(rowOf(run), 'terminated', later());
    return run;
  };
  const unnoted = async (): Promise<string[]> =>
    (await rows.unnoted(later(), 1_000)).map(({ deliveryId }) => deliveryId);

  it('and that its amendment never noted go back once it is closed', async () => {
    const run = await anOpenRun();
    const news = await given(`amendment/${run.assessmentId}`);
    expect(await unnoted()).not.toContain(news);
    await rows.close(rowOf(run), 'failed', later());
    expect(await unnoted()).toContain(news);
    expect(await rows.giveBack([news])).toBe(1);
    expect(await deliveries.get(news)).toMatchObject({ verdict: 'pending' });
    expect(await unnoted()).not.toContain(news);
  });

  it('which had not come to an end are brought once more, noted or not', async () => {
    const run = await anOpenRun();
    const note = aNote({ source: 'smg', verdict: 'signalled' });
    const hint = aNote({ source: 'lever', verdict: 'signalled' });
    for (const each of [note, hint]) await deliveries.record({ ...each, workflowId: run.workflowId });
    await assessments.write({ run, records: [], deliveries: [note] });
    const other = await given(run.workflowId);
    await rows.close(rowOf(run), 'terminated', later());
    for (const id of [note.id, other]) expect(await deliveries.get(id)).toMatchObject({ verdict: 'pending' });
    expect(await deliveries.get(hint.id)).toMatchObject({ verdict: 'signalled' });
  });

  it('which had come to its end are not', async () => {
    const run = await anOpenRun();
    await assessments.write({ run, records: [aRecord({ seq: 1, status: 'completed' })], deliveries: [] });
    const news = await given(run.workflowId);
    await rows.close(rowOf(run), 'terminated', Date.now() + 60_000);
    expect(await deliveries.get(news)).toMatchObject({ verdict: 'signalled' });
  });

  it('are noted by its records, whoever wrote them first', async () => {
    const run = await closedRun();
    const late = aNote({ source: 'smg', verdict: 'signalled' });
    await assessments.write({ run, records: [], deliveries: [late] });
    await deliveries.record({ ...late, workflowId: run.workflowId, body: Buffer.from('{}') });
    const early = await given(run.workflowId);
    const note = aNote({ id: early, source: 'smg', verdict: 'signalled' });
    await assessments.write({ run, records: [aRecord({ seq: 5 })], deliveries: [note] });
    const found = await unnoted();
    expect(found).not.toContain(late.id);
    expect(found).not.toContain(early);
    expect(await rows.giveBack([early])).toBe(0);
  });

  it('are not brought for ever', async () => {
    const run = await closedRun();
    const id = await given(run.workflowId);
    await db.kysely.updateTable('deliveries').set({ attempts: 10 }).where('id', '=', id).execute();
    expect(await unnoted()).not.toContain(id);
  });
});

it('names the open runs of one subject that have not had their turn', async () => {
  const connectionId = randomUUID();
  const of = (event: string, session = 's1') =>
    anOpenRun(
      {},
      aRun({ connectionId, workflowId: `assessment/upwage/${connectionId}/${session}/${event}` }),
    );
  const [mine, next] = [await of('e1'), await of('e2')];
  await of('e3', 's2');
  await assessments.takeTurn(mine);
  expect(await rows.waitingFor(mine, `assessment/upwage/${connectionId}/s1/`)).toEqual([next.workflowId]);
});

describe('the memory of the sweep', () => {
  const tooMany = {
    kind: 'too_many',
    reason: 'words',
    rows: 30,
    examples: [],
    foundNamespaceId: null,
  } as const;

  it('knows the first namespace, and another one only when a person says so', async () => {
    expect(await memory.namespace('ns-1')).toBe('ns-1');
    expect(await memory.namespace('ns-2')).toBe('ns-1');
    expect(await memory.release('other_server')).toBe(false);
    await memory.raise({
      kind: 'other_server',
      reason: 'words',
      rows: 0,
      examples: [],
      foundNamespaceId: 'ns-2',
    });
    expect(await memory.release('too_many')).toBe(false);
    expect(await memory.release('other_server')).toBe(true);
    expect(await memory.state()).toMatchObject({ namespaceId: 'ns-2', alarm: null });
  });

  it('keeps the time of an alarm, and what a person released until nothing is left', async () => {
    await memory.raise(tooMany);
    const { alarm } = await memory.state();
    await memory.raise({ ...tooMany, rows: 31 });
    expect((await memory.state()).alarm).toEqual({ ...alarm, rows: 31 });
    await memory.release('too_many');
    const { releasedRows } = await memory.state();
    expect(releasedRows).toBeGreaterThanOrEqual(31);
    await memory.looked({ allIsWell: false });
    expect(await memory.state()).toMatchObject({ releasedRows, alarm: null, sweptAt: expect.any(Number) });
    await memory.looked({ allIsWell: true });
    expect(await memory.state()).toMatchObject({ releasedRows: 0 });
  });
});

it('tells since when the oldest waits', async () => {
  const watch = createWatch(db);
  await db.kysely.deleteFrom('assessments').execute();
  await db.kysely.deleteFrom('deliveries').execute();
  const now = Date.now();
  const run = await anOpenRun({ at: now - 600_000 });
  await assessments.write({
    run,
    records: [
      aRecord({ seq: 2, at: now - 300_000, attention: true }),
      // Says something more since, which does not make the wait shorter.
      aRecord({ seq: 3, at: now - 1_000, attention: true }),
    ],
    deliveries: [],
  });
  await deliveries.record(aNote({ verdict: 'held', receivedAt: now - 120_000 }));
  await deliveries.record(aNote({ verdict: 'unmatched', receivedAt: now - 8 * 86_400_000 }));
  const { runs, deliveries: waiting } = await watch.read();
  expect(runs.attention.count).toBe(1);
  expect(runs.attention.oldest).toBeGreaterThan(290);
  expect(runs.attention.oldest).toBeLessThan(400);
  expect(runs.suspended).toEqual({ count: 0, oldest: null });
  expect(waiting.held.count).toBe(1);
  expect(waiting.held.oldest).toBeGreaterThan(110);
  // Given up after seven days: nobody waits for it any more.
  expect(waiting.unmatched.count).toBe(0);
});
