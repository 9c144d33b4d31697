import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';
import type { DeliveryNote, RecordBatch, RunIdentity } from '../domain/records';
import type { KeyRing } from '../platform/crypto/keyring';
import { factColumns, fold, newRow, toEventRow } from './assessment-rows';
import { storeDelivery, tokenHolder } from './delivery-store';
import { releaseClaims } from './repositories/claims';
import { toDeliveryRow } from './repositories/deliveries';
import type { AssessmentRow, Schema } from './schema';

/** What runs write. Everything here may come twice, late, or out of order, and then changes nothing (design D13). */

/** One transaction's worth of what a run learned. */
export async function writeBatch(tx: Kysely<Schema>, ring: KeyRing, batch: RecordBatch): Promise<void> {
  const { run } = batch;
  const end = fold(batch);
  if (end !== null) {
    const id = run.assessmentId;
    await upsert(
      tx,
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
      end.facts.lastError !== undefined,
    );
    await tx
      .insertInto('assessment_events')
      .values(batch.records.map((record) => toEventRow(ring, id, record)))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    if (end.closedAt !== null) await releaseClaims(tx, run.workflowId);
  }
  for (const note of batch.deliveries) {
    await storeDelivery(tx, { ...toDeliveryRow(note), workflow_id: run.workflowId });
  }
}

/** Columns that say how the run stands: the newest record's word counts. */
const stateColumns = ['status', 'suspended', 'attention', 'seq', 'updated_at'] as const;

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
  'context_sealed',
] as const;

async function upsert(tx: Kysely<Schema>, row: AssessmentRow, saysLastError: boolean): Promise<void> {
  const newer = sql<boolean>`assessments.seq < excluded.seq`;
  const newest = (column: keyof AssessmentRow): RawBuilder<never> =>
    sql`case when ${newer} then ${sql.ref(`excluded.${column}`)} else ${sql.ref(`assessments.${column}`)} end`;
  const known = (column: keyof AssessmentRow): RawBuilder<never> => {
    const [theirs, ours] = [sql.ref(`excluded.${column}`), sql.ref(`assessments.${column}`)];
    return sql`case when ${newer} then coalesce(${theirs}, ${ours}) else coalesce(${ours}, ${theirs}) end`;
  };
  const set = Object.fromEntries([
    ...stateColumns.map((column) => [column, newest(column)]),
    ...factNames.map((column) => [column, known(column)]),
    // The one fact that is also taken back: no error any more.
    ...(saysLastError ? [['last_error_sealed', newest('last_error_sealed')]] : []),
    ['closed_at', sql`coalesce(assessments.closed_at, excluded.closed_at)`],
    ['created_at', sql`least(assessments.created_at, excluded.created_at)`],
  ]) as Record<keyof AssessmentRow, RawBuilder<never>>;
  await tx
    .insertInto('assessments')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(set))
    .execute();
}

/**
 * The first thing a run does: its row, so that an archive event finds it, and the delivery that started it.
 * `tokenSpentElsewhere`: the webhook's token was already spent for another opportunity, so this one is a forgery or a
 * fault, and the run must end (design D1).
 */
export async function openRun(
  tx: Kysely<Schema>,
  run: RunIdentity,
  delivery: DeliveryNote | null,
): Promise<{ tokenSpentElsewhere: boolean }> {
  await tx
    .insertInto('assessments')
    .values(newRow(run, new Date(delivery?.receivedAt ?? Date.now())))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  if (delivery === null) return { tokenSpentElsewhere: false };
  const stored = await storeDelivery(tx, { ...toDeliveryRow(delivery), workflow_id: run.workflowId });
  if (stored.inserted && stored.verdict !== 'duplicate') return { tokenSpentElsewhere: false };
  const holder = await tokenHolder(tx, delivery);
  if (holder === null || holder.opportunityId === run.opportunityId) return { tokenSpentElsewhere: false };
  await tx
    .updateTable('deliveries')
    .set({ verdict: 'rejected', reason: 'token_reused' })
    .where('id', '=', delivery.id)
    .where('verdict', '=', 'duplicate')
    .execute();
  return { tokenSpentElsewhere: true };
}
