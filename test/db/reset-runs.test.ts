import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/database';
import { createAssessments } from '../../db/repositories/assessments';
import { openTestDatabase } from '../helpers/database';
import { aRecord, aRun } from '../helpers/domain';
import { testRing } from '../helpers/keys';

/** Rows of runs that were reset, or are only announced. */

let close: () => Promise<void>;
let db: Database;
let assessments: ReturnType<typeof createAssessments>;

beforeAll(async () => {
  const opened = await openTestDatabase();
  ({ close, db } = opened);
  assessments = createAssessments(opened.db, testRing('k1'));
});
afterAll(() => close());

it('a run that was reset counts from an earlier number: its later records count, and open the row again', async () => {
  const run = aRun();
  const at = Date.now();
  const write = (patch: Parameters<typeof aRecord>[0], runId = 'first') =>
    assessments.write({ run, runId, records: [aRecord(patch)], deliveries: [] });
  await write({ seq: 1, at, status: 'inviting' });
  await write({ seq: 9, at: at + 100, status: 'expired', kind: 'closed', closed: true });
  await write({ seq: 2, at: at + 200, status: 'invited' }, 'second');
  expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'invited', closedAt: null });
  // What the old one had still to say comes late, and is a line of the timeline and nothing else.
  await write({ seq: 10, at: at + 150, status: 'expired', kind: 'closed', closed: true });
  expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'invited', closedAt: null });
  await write({ seq: 9, at: at + 300, status: 'completed', kind: 'closed', closed: true }, 'second');
  expect(await assessments.get(run.assessmentId)).toMatchObject({
    status: 'completed',
    closedAt: at + 300,
  });
  expect((await assessments.timeline(run.assessmentId)).map(({ seq }) => seq)).toEqual([1, 9, 10, 2, 9]);
});

it('a run that was reset is no longer where it is for the reason that it had', async () => {
  const run = aRun();
  const at = Date.now();
  const write = (patch: Parameters<typeof aRecord>[0], runId = 'first') =>
    assessments.write({ run, runId, records: [aRecord(patch)], deliveries: [] });
  await write({ seq: 9, at, status: 'expired', facts: { reason: 'deadline' }, closed: true });
  expect(await assessments.get(run.assessmentId)).toMatchObject({ reason: 'deadline' });
  await write({ seq: 2, at: at + 100, status: 'invited' }, 'second');
  expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'invited', reason: null });
  await write({ seq: 3, at: at + 200, status: 'failed', facts: { reason: 'fault' }, closed: true }, 'second');
  await assessments.openRow(run, null);
  expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'routing', reason: null });
});

it('a run that goes on keeps the reason that it has, whatever else it says', async () => {
  const run = aRun();
  const at = Date.now();
  const waits = { status: 'awaiting_result', facts: { reason: 'result_not_shown' } } as const;
  await assessments.write({ run, records: [aRecord({ seq: 4, at, ...waits })], deliveries: [] });
  const more = aRecord({ seq: 5, at: at + 100, status: 'awaiting_result', kind: 'event_ignored' });
  await assessments.write({ run, records: [more], deliveries: [] });
  expect(await assessments.get(run.assessmentId)).toMatchObject({ reason: 'result_not_shown' });
});

it('a run that was skipped, and was reset, may invite after all', async () => {
  const run = aRun();
  const at = Date.now();
  const skipped = aRecord({
    seq: 3,
    at,
    status: 'skipped',
    facts: { skipReason: 'no_email', reason: 'no_email' },
  });
  await assessments.write({ run, runId: 'first', records: [skipped], deliveries: [] });
  const invited = aRecord({ seq: 2, at: at + 100, status: 'invited' });
  await assessments.write({ run, runId: 'second', records: [invited], deliveries: [] });
  const row = await db.kysely
    .selectFrom('assessments')
    .select(['reason', 'skip_reason'])
    .where('id', '=', run.assessmentId)
    .executeTakeFirst();
  expect(row).toEqual({ reason: null, skip_reason: null });
});

it('a workflow task that is done once more numbers anew what was written: the later word takes the place', async () => {
  const run = aRun();
  const at = Date.now();
  const write = (...records: Parameters<typeof aRecord>[0][]) =>
    assessments.write({ run, runId: 'only', records: records.map((one) => aRecord(one)), deliveries: [] });
  await write({ seq: 4, at, status: 'invited', kind: 'plan_finished' });
  await write(
    { seq: 4, at: at + 10, status: 'completed' },
    { seq: 5, at: at + 10, status: 'completed', kind: 'plan_finished' },
  );
  await write({ seq: 4, at, status: 'invited', kind: 'plan_finished' });
  expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'completed', seq: 5 });
  expect((await assessments.timeline(run.assessmentId)).map(({ seq, kind }) => [seq, kind])).toEqual([
    [4, 'status'],
    [5, 'plan_finished'],
  ]);
});

it('opens the row of a run again that was reset to its beginning; announcing it does not', async () => {
  const run = aRun();
  const end = aRecord({ seq: 4, status: 'expired', kind: 'closed', closed: true });
  await assessments.write({ run, records: [end], deliveries: [] });
  await assessments.announce([run]);
  expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'expired', closedAt: end.at });
  await assessments.openRow(run, null);
  expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'routing', closedAt: null });
});

it('announces runs, each of which is new until it has said something', async () => {
  const opportunityId = randomUUID();
  const [one, other] = [aRun({ opportunityId }), aRun({ opportunityId })];
  await assessments.announce([]);
  await assessments.announce([one, other]);
  await assessments.write({
    run: other,
    records: [aRecord({ seq: 1, status: 'inviting' })],
    deliveries: [],
  });
  const open = await assessments.openRunsOf('con_1', opportunityId);
  expect(new Map(open.map(({ assessmentId, isNew }) => [assessmentId, isNew]))).toEqual(
    new Map([
      [one.assessmentId, true],
      [other.assessmentId, false],
    ]),
  );
});
