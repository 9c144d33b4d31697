import type { ExpressionBuilder, Selectable, Transaction } from 'kysely';
import type { Verdict } from '../domain/records';
import type { Database } from './database';
import { spendingVerdicts } from './delivery-store';
import type { DeliveryRow, Schema } from './schema';

/** Deliveries that wait: for Temporal's return (pending), or for their reference to become known (unmatched). */

/** What became of a delivery that was taken. */
export interface TakeAnswer {
  verdict: Verdict;
  workflowId?: string;
  reason?: string | null;
}

const matchedDays = 7;
type Row = Selectable<DeliveryRow>;
type Tx = Transaction<Schema>;

/**
 * One transaction per delivery, `for update skip locked`: parallel takers share the work. Each delivery is tried at
 * most once per call, so that one which cannot be settled does not hold up the others.
 */
export async function takeEach(
  db: Database,
  kind: 'pending' | 'matched',
  limit: number,
  fn: (row: Row) => Promise<TakeAnswer | null>,
): Promise<number> {
  const passStart = new Date();
  const tried: string[] = [];
  let settled = 0;
  for (let taken = 0; taken < limit; taken += 1) {
    // A failure of `fn` is carried out of the transaction, which must commit the attempt.
    const step = await db.slow.transaction().execute(async (tx) => {
      const row = await (kind === 'pending' ? nextPending : nextMatched)(tx, passStart, tried);
      if (row === undefined) return 'empty' as const;
      tried.push(row.id);
      try {
        const answer = await fn(row);
        await (answer === null ? countAttempt(tx, row) : settle(tx, row, answer));
        return answer === null ? ('left' as const) : ('settled' as const);
      } catch (error) {
        await countAttempt(tx, row);
        return { error };
      }
    });
    if (step === 'empty') break;
    if (typeof step === 'object') throw step.error;
    if (step === 'settled') settled += 1;
  }
  return settled;
}

/**
 * Neither tried since the pass began, be it by another taker, nor in it: one of the very millisecond in which the pass began
 * was tried before.
 */
const notTried =
  (passStart: Date, tried: readonly string[]) => (where: ExpressionBuilder<Schema, 'deliveries'>) =>
    where.and([
      where.or([where('tried_at', 'is', null), where('tried_at', '<=', passStart)]),
      ...(tried.length === 0 ? [] : [where('id', 'not in', tried)]),
    ]);

const nextPending = (tx: Tx, passStart: Date, tried: readonly string[]): Promise<Row | undefined> =>
  tx
    .selectFrom('deliveries')
    .selectAll()
    .where('verdict', '=', 'pending')
    .where(notTried(passStart, tried))
    .orderBy('received_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();

const nextMatched = (tx: Tx, passStart: Date, tried: readonly string[]): Promise<Row | undefined> =>
  tx
    .selectFrom('deliveries')
    .selectAll()
    .where('verdict', '=', 'unmatched')
    .where('received_at', '>', new Date(passStart.getTime() - matchedDays * 86_400_000))
    .where(notTried(passStart, tried))
    .where((where) =>
      where.exists(
        where
          .selectFrom('assessments')
          .select('assessments.id')
          .whereRef('assessments.connection_id', '=', 'deliveries.connection_id')
          .whereRef('assessments.vendor_ref', '=', 'deliveries.reference'),
      ),
    )
    .orderBy('received_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();

async function countAttempt(tx: Tx, row: Row): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({ attempts: row.attempts + 1, tried_at: new Date() })
    .where('id', '=', row.id)
    .execute();
}

async function settle(tx: Tx, row: Row, answer: TakeAnswer): Promise<void> {
  const spends = (spendingVerdicts as readonly Verdict[]).includes(answer.verdict);
  // An unmatched row holds no token yet; the same callback may have come again and found its run.
  const spent = spends && row.verdict === 'unmatched' && (await isSpent(tx, row));
  await tx
    .updateTable('deliveries')
    .set({
      verdict: spent ? 'duplicate' : answer.verdict,
      attempts: row.attempts + 1,
      tried_at: new Date(),
      ...(answer.workflowId !== undefined && { workflow_id: answer.workflowId }),
      ...(answer.reason !== undefined && { reason: answer.reason }),
    })
    .where('id', '=', row.id)
    .execute();
}

async function isSpent(tx: Tx, row: Row): Promise<boolean> {
  const other = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('source', '=', row.source)
    .where('connection_id', '=', row.connection_id)
    .where('event_key', '=', row.event_key)
    .where('verdict', 'in', [...spendingVerdicts])
    .where('id', '!=', row.id)
    .executeTakeFirst();
  return other !== undefined;
}
