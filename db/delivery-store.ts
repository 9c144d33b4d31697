import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { DeliveryReason, DeliveryReasonCode } from '../domain/delivery-reasons';
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

/** Of a message about somebody who was erased there is left that it came. */
export const strippedColumns = (id: string, reason: DeliveryReason | null | undefined) =>
  reason?.code === 'erased'
    ? {
        event_key: id,
        opportunity_id: null,
        workflow_id: null,
        reference: null,
        body_sealed: null,
        request_sealed: null,
      }
    : {};

export interface StoredVerdict {
  /** What stands in the row now; `duplicate` when the token was spent by another delivery, or that one is held as well. */
  verdict: Verdict;
  /** Whether this call wrote the row. */
  inserted: boolean;
}

/**
 * Whether a message to be held is a repeat: of one that spent the token, so that no release could let it go on, or of one
 * that is held with all that a release needs. Looked up and no unique index: a held one spends no token, and two of the
 * same, written at one moment or by older releases, do no harm. The second that is released becomes a duplicate.
 */
async function isRepeatOfKept(on: Kysely<Schema>, row: NewDeliveryRow): Promise<boolean> {
  if ((await tokenHolder(on, toToken(row), row.id)) !== null) return true;
  const held = await ofToken(on, toToken(row))
    .where('verdict', '=', 'held')
    .where('id', '!=', row.id)
    .where('body_sealed', 'is not', null)
    .where(sql<boolean>`reason is distinct from ${'unopened' satisfies DeliveryReasonCode}`)
    .limit(1)
    .executeTakeFirst();
  return held !== undefined;
}

/**
 * One statement when the delivery is new and not held. When its id is known already, what the row lacks is filled in and
 * its verdict stays; when its token is spent, or it is to be held as another one of the same token is, it is kept as a
 * duplicate, or not at all where `keepsRepeat` says so.
 */
export async function storeDelivery(
  on: Kysely<Schema>,
  row: NewDeliveryRow,
  keepsRepeat: () => boolean = () => true,
): Promise<StoredVerdict> {
  const isRepeat = row.verdict === 'held' && (await isRepeatOfKept(on, row));
  const inserted = isRepeat
    ? undefined
    : await on
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

interface Token {
  source: DeliveryRow['source'];
  connectionId: string;
  eventKey: string;
}
const toToken = (row: NewDeliveryRow): Token => ({
  source: row.source,
  connectionId: row.connection_id,
  eventKey: row.event_key,
});

const ofToken = (on: Kysely<Schema>, { source, connectionId, eventKey }: Token) =>
  on
    .selectFrom('deliveries')
    .select(['id', 'opportunity_id', 'workflow_id'])
    .where('source', '=', source)
    .where('connection_id', '=', connectionId)
    .where('event_key', '=', eventKey);

/** The delivery that spent a token. @param besides a delivery that is not asked about */
export async function tokenHolder(
  on: Kysely<Schema>,
  token: Token,
  besides?: string,
): Promise<TokenHolder | null> {
  const row = await ofToken(on, token)
    .where('verdict', 'in', [...spendingVerdicts])
    .$if(besides !== undefined, (query) => query.where('id', '!=', besides ?? ''))
    .executeTakeFirst();
  return row === undefined
    ? null
    : { deliveryId: row.id, opportunityId: row.opportunity_id, workflowId: row.workflow_id };
}
