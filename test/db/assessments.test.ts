import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/database';
import { createAssessments } from '../../db/repositories/assessments';
import { createClaims } from '../../db/repositories/claims';
import { createDeliveries } from '../../db/repositories/deliveries';
import { deliveryReason } from '../../domain/delivery-reasons';
import type { RunFacts, RunRecord } from '../../domain/records';
import { openTestDatabase } from '../helpers/database';
import { aNote, aRecord, aRun } from '../helpers/domain';
import { testRing } from '../helpers/keys';

const ring = testRing('k2', 'k1');
let db: Database;
let close: () => Promise<void>;
let assessments: ReturnType<typeof createAssessments>;
let deliveries: ReturnType<typeof createDeliveries>;

beforeAll(async () => {
  ({ db, close } = await openTestDatabase());
  assessments = createAssessments(db, ring);
  deliveries = createDeliveries(db, ring);
});
afterAll(() => close());

const candidate = { name: 'Ann Lee', email: 'Ann@Example.org' };
const context: NonNullable<RunFacts['context']> = {
  subject: {
    opportunity: {
      id: 'opp_1',
      contactId: 'contact_1',
      postingId: 'p1',
      stageId: 's1',
      stageChangedAt: 500,
      tags: [],
      links: [],
      candidate: { ...candidate, phone: null },
      archived: false,
    },
    posting: null,
    policy: {
      expiresAfterMs: null,
      reminderOffsetsMs: [],
      onLeaveStage: 'keep',
      suspendLimitMs: 1000,
      poll: null,
    },
    vendorCan: { remind: false, cancel: false },
    siblings: 0,
  },
  route: { assessmentRef: '10002063', assessmentName: 'Leadership', options: { emailCandidate: true } },
  inheritTags: [],
  invitation: { vendorRef: '647', url: null, expiresAt: null },
};

describe('write', () => {
  it('keeps state and facts, and the whole timeline', async () => {
    const run = aRun();
    await assessments.write({
      run,
      records: [
        aRecord({ seq: 1, at: 1000, kind: 'opened' }),
        aRecord({
          seq: 2,
          at: 2000,
          status: 'invited',
          detail: 'position 10002063',
          facts: { postingId: 'p1', vendorRef: '647', candidate, links: { assessment: 'https://vendor/a' } },
        }),
      ],
      deliveries: [],
    });
    await assessments.write({
      run,
      records: [
        aRecord({
          seq: 3,
          at: 3000,
          status: 'completed',
          facts: { links: { report: 'https://vendor/r' } },
          attention: true,
        }),
      ],
      deliveries: [],
    });
    expect(await assessments.get(run.assessmentId)).toEqual({
      ...run,
      postingId: 'p1',
      assessmentRef: null,
      assessmentName: null,
      vendorRef: '647',
      status: 'completed',
      suspended: false,
      attention: true,
      candidate,
      links: { assessment: 'https://vendor/a', report: 'https://vendor/r' },
      resultDigest: null,
      trouble: null,
      reason: null,
      lastError: null,
      seq: 3,
      createdAt: 1000,
      updatedAt: 3000,
      closedAt: null,
    });
    expect((await assessments.timeline(run.assessmentId)).map(({ seq, detail }) => [seq, detail])).toEqual([
      [1, null],
      [2, 'position 10002063'],
      [3, null],
    ]);
  });

  it('keeps why the status is what it is until something else is said of it, or nothing', async () => {
    const run = aRun();
    const say = (record: Partial<RunRecord> & { seq: number }) =>
      assessments.write({ run, records: [aRecord({ at: record.seq, ...record })], deliveries: [] });
    const reason = async () => (await assessments.get(run.assessmentId))?.reason;
    await say({ seq: 1, kind: 'opened' });
    expect(await reason()).toBeNull();
    await say({ seq: 2, status: 'expired', facts: { reason: 'deadline' } });
    await say({ seq: 3, status: 'expired' });
    expect(await reason()).toBe('deadline');
    await say({ seq: 4, status: 'completed', facts: { reason: null } });
    expect(await reason()).toBeNull();
    // A batch that was overtaken.
    await say({ seq: 2, status: 'expired', facts: { reason: 'deadline' } });
    expect(await reason()).toBeNull();
  });

  it('changes nothing when it comes again, late, or out of order', async () => {
    const run = aRun();
    const early = {
      run,
      records: [aRecord({ seq: 1, facts: { vendorRef: '1', lastError: 'lever.unavailable' } })],
      deliveries: [],
    };
    const late = {
      run,
      records: [aRecord({ seq: 2, status: 'invited' as const, facts: { lastError: null } })],
      deliveries: [],
    };
    await assessments.write(late);
    await assessments.write(early);
    const settled = await assessments.get(run.assessmentId);
    expect(settled).toMatchObject({ status: 'invited', seq: 2, vendorRef: '1', lastError: null });
    await Promise.all([early, late, early, late].map((batch) => assessments.write(batch)));
    expect(await assessments.get(run.assessmentId)).toEqual(settled);
    expect(await assessments.timeline(run.assessmentId)).toHaveLength(2);
  });

  it('a newer fact replaces an older one, an older one never a newer', async () => {
    const run = aRun();
    const begin = Date.now();
    const say = (seq: number, assessmentName: string) => {
      const record = aRecord({ seq, at: begin + seq, facts: { assessmentName } });
      return assessments.write({ run, records: [record], deliveries: [] });
    };
    await say(2, 'second');
    await say(1, 'first');
    expect(await assessments.get(run.assessmentId)).toMatchObject({ assessmentName: 'second' });
    await say(3, 'third');
    expect(await assessments.get(run.assessmentId)).toMatchObject({ assessmentName: 'third' });
  });

  it('leaves nothing personal in plain text', async () => {
    const run = aRun();
    await assessments.write({
      run,
      records: [
        aRecord({
          detail: 'Ann Lee declined',
          facts: {
            candidate,
            links: { assessment: 'https://v/ann', report: null },
            lastError: 'no Ann',
            context,
          },
        }),
      ],
      deliveries: [],
    });
    const rows = [
      await db.kysely.selectFrom('assessments').selectAll().where('id', '=', run.assessmentId).execute(),
      await db.kysely
        .selectFrom('assessment_events')
        .selectAll()
        .where('assessment_id', '=', run.assessmentId)
        .execute(),
    ].flat();
    const bytes = rows
      .flatMap((row) => Object.values(row))
      .map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value))));
    expect(Buffer.concat(bytes).toString('latin1').toLowerCase()).not.toMatch(
      /ann lee|ann@example|v\/ann|no ann/,
    );
  });

  it('writes the deliveries that api could not, and respects those it could', async () => {
    const run = aRun();
    const [lost, kept] = [aNote(), aNote()];
    await deliveries.record({ ...kept, body: Buffer.from('body') });
    await assessments.write({ run, records: [], deliveries: [lost, kept] });
    expect(await deliveries.get(lost.id)).toMatchObject({ verdict: 'started', workflowId: run.workflowId });
    expect(await deliveries.full(kept.id)).toMatchObject({
      workflowId: run.workflowId,
      body: Buffer.from('body'),
    });
  });

  it('keeps a delivery whose token is spent as a duplicate, and what the run learned beside it', async () => {
    const run = aRun();
    const eventKey = randomUUID();
    await deliveries.record(aNote({ eventKey }));
    const [alone, first, second] = [aNote({ eventKey }), aNote({ eventKey }), aNote()];
    await assessments.write({ run, records: [aRecord({ seq: 1 })], deliveries: [alone] });
    await assessments.write({ run, records: [aRecord({ seq: 2 })], deliveries: [first, second] });
    expect(await deliveries.get(alone.id)).toMatchObject({
      verdict: 'duplicate',
      workflowId: run.workflowId,
    });
    expect(await deliveries.get(first.id)).toMatchObject({ verdict: 'duplicate' });
    expect(await deliveries.get(second.id)).toMatchObject({ verdict: 'started' });
    expect(await assessments.timeline(run.assessmentId)).toHaveLength(2);
  });

  it('closes the run; its claim is free from the first record of its end on', async () => {
    const run = aRun();
    const claims = createClaims(db);
    const key = { connectionId: 'con_1', opportunityId: randomUUID(), assessmentRef: 'a' };
    await claims.take([{ ...key, stageChangedAt: 1, workflowId: run.workflowId }]);
    expect(await assessments.closedRun(run.assessmentId)).toBeNull();
    const newest = { attempt: 2, sequence: 17 };
    const closedAt = Date.now() + 1_000;
    const facts = { assessmentRef: '10002063', assessmentName: 'Leadership', resultDigest: 'd', newest };
    await assessments.write({
      run,
      records: [aRecord({ seq: 2, status: 'invited', facts: { context } })],
      deliveries: [],
    });
    expect(await claims.activeHolder(key)).not.toBeNull();
    await assessments.write({ run, records: [aRecord({ seq: 3, status: 'completed' })], deliveries: [] });
    expect(await claims.activeHolder(key)).toBeNull();
    expect(await assessments.closedRun(run.assessmentId)).toBe('open');
    await assessments.write({
      run,
      records: [aRecord({ seq: 9, at: closedAt, status: 'completed', kind: 'closed', closed: true, facts })],
      deliveries: [],
    });
    expect(await assessments.closedRun(run.assessmentId)).toMatchObject({
      run,
      status: 'completed',
      seq: 9,
      facts,
      context,
    });
    expect(await assessments.get(run.assessmentId)).toMatchObject({ closedAt });
    const other = aRun();
    await assessments.write({ run: other, records: [aRecord({ closed: true })], deliveries: [] });
    expect(await assessments.closedRun(other.assessmentId)).toMatchObject({ context: null });
  });
});

describe('openRow', () => {
  it('writes the row before anything is known, and any number of times', async () => {
    const run = aRun({ opportunityId: randomUUID() });
    const note = aNote({ opportunityId: run.opportunityId });
    await Promise.all(
      Array.from({ length: 5 }, async () =>
        expect(await assessments.openRow(run, note)).toEqual({ tokenSpentElsewhere: false }),
      ),
    );
    expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'routing', seq: -1 });
    expect(await assessments.openRunsOf('con_1', run.opportunityId as string)).toEqual([
      { assessmentId: run.assessmentId, workflowId: run.workflowId, isNew: true },
    ]);
    expect(await deliveries.get(note.id)).toMatchObject({ verdict: 'started', workflowId: run.workflowId });
    await assessments.write({ run, records: [aRecord({ seq: 0, status: 'inviting' })], deliveries: [] });
    expect(await assessments.openRow(run, note)).toEqual({ tokenSpentElsewhere: false });
    expect(await assessments.get(run.assessmentId)).toMatchObject({ status: 'inviting' });
  });

  it('goes on when the same opportunity was told of twice', async () => {
    const run = aRun();
    const eventKey = randomUUID();
    await deliveries.record(aNote({ eventKey }));
    expect(await assessments.openRow(run, aNote({ eventKey }))).toEqual({ tokenSpentElsewhere: false });
  });

  it('lets one opportunity have a token, and refuses it to any other', async () => {
    const eventKey = randomUUID();
    const attempts = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const run = aRun({ opportunityId: randomUUID() });
        const note = aNote({ eventKey, opportunityId: run.opportunityId });
        return { ...(await assessments.openRow(run, note)), noteId: note.id };
      }),
    );
    const refused = attempts.filter(({ tokenSpentElsewhere }) => tokenSpentElsewhere);
    expect(refused).toHaveLength(9);
    for (const { noteId } of refused) {
      expect(await deliveries.get(noteId)).toMatchObject({
        verdict: 'rejected',
        reason: deliveryReason('token_reused'),
      });
    }
  });

  it('children bring no delivery', async () => {
    const run = aRun();
    expect(await assessments.openRow(run, null)).toEqual({ tokenSpentElsewhere: false });
    expect(await assessments.getByWorkflow(run.workflowId)).toMatchObject({ assessmentId: run.assessmentId });
  });
});

describe('finding runs', () => {
  it('by e-mail in any case, under every key of the ring', async () => {
    const connectionId = randomUUID();
    const old = createAssessments(db, testRing('k1'));
    for (const repository of [old, assessments]) {
      const run = aRun({ connectionId });
      await repository.write({ run, records: [aRecord({ facts: { candidate } })], deliveries: [] });
    }
    const found = await assessments.list({ connection: connectionId, email: ' ann@example.ORG', limit: 10 });
    expect(found.data.map((row) => row.candidate?.name)).toEqual(['Ann Lee', 'Ann Lee']);
    expect(
      (await assessments.list({ connection: connectionId, email: 'bob@example.org', limit: 10 })).data,
    ).toEqual([]);
  });

  it('by status, attention and opportunity, in pages', async () => {
    const connectionId = randomUUID();
    for (let i = 0; i < 5; i += 1) {
      const run = aRun({ connectionId, opportunityId: `opp-${i}` });
      const status = i === 0 ? 'expired' : 'invited';
      await assessments.write({
        run,
        records: [aRecord({ at: 1000, status, attention: i === 1 })],
        deliveries: [],
      });
    }
    const first = await assessments.list({ connection: connectionId, limit: 3 });
    const rest = await assessments.list({ connection: connectionId, limit: 3, after: first.next as string });
    expect(new Set([...first.data, ...rest.data].map((row) => row.opportunityId)).size).toBe(5);
    expect(rest.next).toBeNull();
    expect(
      (await assessments.list({ connection: connectionId, status: 'expired', limit: 9 })).data,
    ).toHaveLength(1);
    expect(
      (await assessments.list({ connection: connectionId, attention: true, limit: 9 })).data,
    ).toHaveLength(1);
    expect(
      (await assessments.list({ connection: connectionId, opportunity: 'opp-4', limit: 9 })).data,
    ).toHaveLength(1);
  });

  it("by the vendor's reference within its connection: the newest", async () => {
    const connectionId = randomUUID();
    for (const at of [1000, 2000]) {
      const run = aRun({ connectionId });
      await assessments.write({ run, records: [aRecord({ at, facts: { vendorRef: '5' } })], deliveries: [] });
    }
    expect(await assessments.byVendorRef(connectionId, '5')).toMatchObject({ createdAt: 2000 });
    expect(await assessments.byVendorRef('con_other', '5')).toBeNull();
  });

  it('siblings are the open runs of the same stage change', async () => {
    const claims = createClaims(db);
    const opportunityId = randomUUID();
    const runs = [aRun(), aRun(), aRun(), aRun()].map((run) => ({ ...run, opportunityId }));
    const [mine, open, done, earlier] = runs as [
      (typeof runs)[0],
      (typeof runs)[0],
      (typeof runs)[0],
      (typeof runs)[0],
    ];
    for (const run of runs) {
      await assessments.openRow(run, null);
      const stageChangedAt = run === earlier ? 1000 : 2000;
      await claims.take([
        {
          connectionId: 'con_1',
          opportunityId,
          assessmentRef: run.assessmentId,
          stageChangedAt,
          workflowId: run.workflowId,
        },
      ]);
    }
    await assessments.write({ run: open, records: [aRecord({ status: 'invited' })], deliveries: [] });
    await assessments.write({ run: done, records: [aRecord({ status: 'completed' })], deliveries: [] });
    expect(await assessments.siblings(mine.workflowId)).toEqual([
      { workflowId: open.workflowId, assessmentId: open.assessmentId, status: 'invited' },
    ]);
  });
});
