import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { DeliveryReason } from '../domain/delivery-reasons';
import type { Verdict } from '../domain/records';
import type { DeliveryRow, Schema } from './schema';

/** Storing a delivery so that its token is spent once, whoever comes first: api, the drainer, or the run itself. */

/** The verdicts that spend a delivery's token (decision 0002): the same list as in the index `deliveries_spend_once`. */
export const spendingVerdicts = ['started', 'signalled', 'pending'] as const satisfies readonly Verdict[];

/** Whether a verdict spends its delivery's token. */
export const spends = (verdict: Verdict): boolean =>
  (spendingVerdicts as readonly Verdict[]).includes(verdict);

/** `noted_at` is given by runs and amendments alone. */
export type NewDeliveryRow = Omit<DeliveryRow, 'attempts' | 'tried_at' | 'noted_at'> & {
  noted_at?: Date | null;
};

/** Why a delivery has its verdict, as its row has it. */
export const reasonColumns = (reason: DeliveryReason | null) => ({
  reason: reason?.code ?? null,
  reason_detail: reason?.detail ?? null,
});

export interface StoredVerdict {
  /** What stands in the row now; `duplicate` when the token was spent by another delivery. */
  verdict: Verdict;
  /** Whether this call wrote the row. */
  inserted: boolean;
}

/**
 * One statement when the delivery is new. When its id is known already, what the row lacks is filled in and its
 * verdict stays; when its token is spent, it is kept as a duplicate, or not at all where `keepsRepeat` says so.
 */
export async function storeDelivery(
  on: Kysely<Schema>,
  row: NewDeliveryRow,
  keepsRepeat: () => boolean = () => true,
): Promise<StoredVerdict> {
  const inserted = await on
    .insertInto('deliveries')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('verdict')
    .executeTakeFirst();
  if (inserted !== undefined) return { verdict: inserted.verdict, inserted: true };
  const known = await fillIn(on, row);
  if (known !== null) return { verdict: known, inserted: false };
  if (!keepsRepeat()) return { verdict: 'duplicate', inserted: false };
  const duplicate = await on
    .insertInto('deliveries')
    .values({ ...row, verdict: 'duplicate' })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('verdict')
    .executeTakeFirst();
  if (duplicate !== undefined) return { verdict: 'duplicate', inserted: true };
  // Somebody wrote this very delivery between the two statements.
  return { verdict: (await fillIn(on, row)) ?? 'duplicate', inserted: false };
}

/** What a delivery that is written again may add to its row. */
const fillable = [
  'workflow_id',
  'opportunity_id',
  'reference',
  'content_type',
  'body_sealed',
  'request_sealed',
  'noted_at',
] as const;

/**
 * The same in one statement, to be part of a larger one, for a delivery whose token nobody else has spent. When somebody
 * has, the whole statement fails with {@link isUniqueViolation}, and {@link storeDelivery} has to be asked.
 */
export const depositDelivery = (on: Kysely<Schema>, row: NewDeliveryRow) =>
  on
    .insertInto('deliveries')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(
          Object.fromEntries(
            fillable.map((column) => [
              column,
              sql`coalesce(${sql.ref(`deliveries.${column}`)}, ${sql.ref(`excluded.${column}`)})`,
            ]),
          ),
        ),
    )
    .returning(['verdict', 'opportunity_id']);

/** Whether a statement failed because what it wanted to write exists already. */
export const isUniqueViolation = (error: unknown): boolean => (error as { code?: unknown }).code === '23505';

async function fillIn(on: Kysely<Schema>, row: NewDeliveryRow): Promise<Verdict | null> {
  const updated = await on
    .updateTable('deliveries')
    .set(
      Object.fromEntries(
        fillable.map((column) => [column, sql`coalesce(${sql.ref(column)}, ${row[column] ?? null})`]),
      ),
    )
    .where('id', '=', row.id)
    .returning('verdict')
    .executeTakeFirst();
  return updated?.verdict ?? null;
}

export interface TokenHolder {
  deliveryId: string;
  opportunityId: string | null;
  workflowId: string | null;
}

/** The delivery that spent a token. */
export async function tokenHolder(
  on: Kysely<Schema>,
  token: { source: DeliveryRow['source']; connectionId: string; eventKey: string },
): Promise<TokenHolder | null> {
  const row = await on
    .selectFrom('deliveries')
    .select(['id', 'opportunity_id', 'workflow_id'])
    .where('source', '=', token.source)
    .where('connection_id', '=', token.connectionId)
    .where('event_key', '=', token.eventKey)
    .where('verdict', 'in', [...spendingVerdicts])
    .executeTakeFirst();
  return row === undefined
    ? null
    : { deliveryId: row.id, opportunityId: row.opportunity_id, workflowId: row.workflow_id };
}
