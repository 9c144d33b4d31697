import type { Kysely, OperationNodeSource, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { deliveryReason } from '../domain/delivery-reasons';
import { isTerminal, statuses } from '../domain/lifecycle';
import type { DeliveryNote, RecordBatch, RunIdentity, Verdict } from '../domain/records';
import type { KeyRing } from '../platform/crypto/keyring';
import { factColumns, fold, newRow, toEventRow } from './assessment-rows';
import {
  depositDelivery,
  isUniqueViolation,
  reasonColumns,
  spends,
  storeDelivery,
  tokenHolder,
} from './delivery-store';
import { releaseOfClaims } from './repositories/claims';
import { toDeliveryRow } from './repositories/deliveries';
import type { AssessmentRow, Schema } from './schema';

/** What runs write. Everything here may come twice, late, or out of order, and then changes nothing (decision 0014). */

/**
 * One transaction's worth of what a run learned: a single statement, because a run writes half a dozen times and each
 * round trip costs more than what it carries; with a delivery that is not the first of its token, several.
 */
export async function writeBatch(db: Kysely<Schema>, ring: KeyRing, batch: RecordBatch): Promise<void> {
  const { run, deliveries } = batch;
  const notes = deliveries.map((note) => ({
    ...toDeliveryRow(note),
    workflow_id: run.workflowId,
    noted_at: new Date(),
  }));
  const records = recordQueries(db, ring, batch);
  const [first, second] = notes;
  if (first === undefined) return together(db, records);
  // Two notes of one delivery could not be told from each other inside one statement.
  if (second === undefined) {
    try {
      return await together(db, [...records, depositDelivery(db, first)]);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }
  await db.transaction().execute(async (tx) => {
    await together(tx, records);
    for (const note of notes) await storeDelivery(tx, note);
  });
}

/** Carries out several writes as one statement: all of them or none. */
async function together(on: Kysely<Schema>, queries: readonly OperationNodeSource[]): Promise<void> {
  if (queries.length === 0) return;
  const steps = queries.map((query, index) => sql`${sql.ref(`step_${index}`)} as (${query})`);
  await sql`with ${sql.join(steps)} select 1`.execute(on);
}

function recordQueries(db: Kysely<Schema>, ring: KeyRing, batch: RecordBatch): OperationNodeSource[] {
  const { run } = batch;
  const end = fold(batch);
  if (end === null) return [];
  const id = run.assessmentId;
  return [
    upsert(
      db,
      {
        ...newRow(run, new Date(end.first.at)),
        ...factColumns(ring, id, end.facts),
        status: end.last.status,
        suspended: end.last.suspended,
        attention: end.last.attention,
        seq: end.last.seq,
        updated_at: new Date(end.last.at),
        closed_at: end.closedAt,
      },
      [
        ...(end.facts.lastError === undefined ? [] : (['last_error_sealed'] as const)),
        ...(end.facts.reason === undefined ? [] : (['reason'] as const)),
      ],
    ),
    db
      .insertInto('assessment_events')
      .values(batch.records.map((record) => toEventRow(ring, batch, record)))
      // A local activity may have written what its workflow task, done once more, numbers otherwise: the later word counts.
      .onConflict((conflict) =>
        conflict
          .columns(['assessment_id', 'seq', 'run_id'])
          .doUpdateSet(takenOver)
          .whereRef('assessment_events.at', '<', sql.ref('excluded.at')),
      ),
    ...(batch.records.some(({ status }) => isTerminal(status)) ? [releaseOfClaims(db, run.workflowId)] : []),
  ];
}

/** Rows of runs that are about to be started, so that hints reach them from then on; a row that is there stays as it is. */
export const announceRuns = (db: Kysely<Schema>, runs: readonly RunIdentity[]) =>
  db
    .insertInto('assessments')
    .values(runs.map((run) => newRow(run, new Date())))
    .onConflict((conflict) => conflict.doNothing());

/** What a line of the timeline says besides whose it is. */
const takenOver = Object.fromEntries(
  (['at', 'kind', 'status', 'suspended', 'attention', 'detail_sealed'] as const).map((column) => [
    column,
    sql.ref(`excluded.${column}`),
  ]),
);

/** Columns that say how the run stands: the newest record's word counts. */
const stateColumns = [
  'status',
  'suspended',
  'attention',
  'seq',
  'updated_at',
  // A run that has something to say has got past what kept failing.
  'trouble_sealed',
  'trouble_since',
] as const;

/** Columns of facts: the newest known value counts; an older batch only fills what is still unknown. */
const factNames = [
  'opportunity_id',
  'posting_id',
  'assessment_ref',
  'assessment_name',
  'vendor_ref',
  'candidate_sealed',
  'email_digest',
  'assessment_link_sealed',
  'report_link_sealed',
  'result_digest',
  'newest',
  'context_sealed',
  'skip_reason',
  'traces_sealed',
] as const;

/** @param said facts that can be taken back, and of which the batch speaks: nothing is a word as well */
function upsert(db: Kysely<Schema>, row: AssessmentRow, said: readonly ('last_error_sealed' | 'reason')[]) {
  // Of a run that was reset the numbers begin again, and the times do not. A row that was only opened says nothing yet.
  const newer = sql<boolean>`(assessments.seq < 0 or
    (assessments.updated_at, assessments.seq) < (excluded.updated_at, excluded.seq))`;
  const open = statuses.filter((status) => !isTerminal(status));
  const isReopened = sql<boolean>`(${newer} and excluded.closed_at is null and excluded.status in (${sql.join(open)}))`;
  const wasOver = sql<boolean>`(assessments.closed_at is not null or assessments.status not in (${sql.join(open)}))`;
  const comesBack = sql<boolean>`(${isReopened} and ${wasOver})`;
  const newest = (column: keyof AssessmentRow): RawBuilder<never> =>
    sql`case when ${newer} then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`assessments.${column}`)} end`;
  const known = (column: keyof AssessmentRow): RawBuilder<never> => {
    const [theirs, ours] = [sql.ref(`excluded.${column}`), sql.ref(`assessments.${column}`)];
    return sql`case when ${newer} then coalesce(${theirs}, ${ours}) else coalesce(${ours}, ${theirs}) end`;
  };
  const set = Object.fromEntries([
    ...stateColumns.map((column) => [column, newest(column)]),
    ...factNames.map((column) => [column, known(column)]),
    ...said.map((column) => [column, newest(column)]),
    // A run that was closed, and was reset to before its end, is open again; what the old one still had to say changes that no more.
    [
      'closed_at',
      sql`case
        when ${isReopened} then null
        when not ${newer} and assessments.status in (${sql.join(open)}) then assessments.closed_at
        else coalesce(assessments.closed_at, excluded.closed_at) end`,
    ],
    ['unseen_at', sql`case when ${isReopened} then null else assessments.unseen_at end`],
    // Why it was over, or invited nobody, is so no more.
    ['skip_reason', sql`case when ${comesBack} then excluded.skip_reason else ${known('skip_reason')} end`],
    [
      'reason',
      said.includes('reason')
        ? newest('reason')
        : sql`case when ${comesBack} then null else assessments.reason end`,
    ],
    ['created_at', sql`least(assessments.created_at, excluded.created_at)`],
  ]) as Record<keyof AssessmentRow, RawBuilder<never>>;
  return db
    .insertInto('assessments')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(set));
}

/**
 * The first thing a run does: its row, so that an archive event finds it, and the delivery that started it.
 * `tokenSpentElsewhere`: the webhook's token was already spent for another opportunity, so this one is a forgery or a
 * fault, and the run must end (decision 0002).
 */
export async function openRun(
  db: Kysely<Schema>,
  run: RunIdentity,
  delivery: DeliveryNote | null,
): Promise<{ tokenSpentElsewhere: boolean }> {
  const openRow = (on: Kysely<Schema>) =>
    on
      .insertInto('assessments')
      .values(newRow(run, new Date(delivery?.receivedAt ?? Date.now())))
      // A run that was over and begins once more was reset to its beginning.
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({
            status: 'routing',
            suspended: false,
            attention: false,
            closed_at: null,
            turn_at: null,
            // Why it was over, or invited nobody, is so no more.
            reason: null,
            skip_reason: null,
          })
          .where('assessments.closed_at', 'is not', null),
      );
  if (delivery === null) {
    await openRow(db).execute();
    return { tokenSpentElsewhere: false };
  }
  const note = { ...toDeliveryRow(delivery), workflow_id: run.workflowId };
  try {
    const { rows } = await sql<{ verdict: Verdict; opportunity_id: string | null }>`
      with run as (${openRow(db)}), note as (${depositDelivery(db, note)}) select * from note`.execute(db);
    const [kept] = rows;
    if (kept !== undefined && spends(kept.verdict) && kept.opportunity_id === run.opportunityId) {
      return { tokenSpentElsewhere: false };
    }
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
  // The row that failed with its delivery is written again.
  return db.transaction().execute(async (tx) => {
    await openRow(tx).execute();
    return findHolder(tx, run, delivery);
  });
}

/** Who spent the token, where it was not plainly this run's own delivery. */
async function findHolder(
  tx: Kysely<Schema>,
  run: RunIdentity,
  delivery: DeliveryNote,
): Promise<{ tokenSpentElsewhere: boolean }> {
  const stored = await storeDelivery(tx, { ...toDeliveryRow(delivery), workflow_id: run.workflowId });
  if (stored.inserted && stored.verdict !== 'duplicate') return { tokenSpentElsewhere: false };
  const holder = await tokenHolder(tx, delivery);
  if (holder === null || holder.opportunityId === run.opportunityId) return { tokenSpentElsewhere: false };
  await tx
    .updateTable('deliveries')
    .set({ verdict: 'rejected', ...reasonColumns(deliveryReason('token_reused')) })
    .where('id', '=', delivery.id)
    .where('verdict', '=', 'duplicate')
    .execute();
  return { tokenSpentElsewhere: true };
}
