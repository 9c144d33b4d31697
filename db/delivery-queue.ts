import { type ExpressionBuilder, type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { DeliveryReason } from '../domain/delivery-reasons';
import type { Verdict } from '../domain/records';
import type { Database } from './database';
import { reasonColumns, spendingVerdicts, strippedColumns } from './delivery-store';
import type { DeliveryRow, Schema } from './schema';

/** Deliveries that wait: for Temporal's return (pending), or for their reference to become known (unmatched). */

/** What became of a delivery that was taken. */
export interface TakeAnswer {
  verdict: Verdict;
  workflowId?: string;
  reason?: DeliveryReason | null;
}

/** Callbacks of one connection that wait for a run nobody knows: a look at them is never longer than that. */
export const mostUnmatched = 1_000;
/** … and what they say, sealed. */
const mostUnmatchedBytes = 32 * 1024 * 1024;
const matchedDays = 7;
/**
 * An attempt that is longer ago counts for nothing: a delivery that met an outage is not overtaken for ever by those that
 * have come since.
 */
const triedForMs = 60_000;
/** Attempts of one connection that one call forgets; the next call goes on. */
const mostForgotten = 100;
/** Connections whose unmatched callbacks one call looks at; the next call goes on behind them. */
const mostLooks = 25;

type Row = Selectable<DeliveryRow>;
type Tx = Transaction<Schema>;

/** One of the two kinds of waiting; remembers whose turn it is, so that no connection is always the first. */
export interface Queue {
  verdict: 'pending' | 'unmatched';
  /** The connection that was served last. */
  servedLast: string;
}

/**
 * Takes up to `limit`, one of each connection in turn: however many wait for one, the others' turn comes. One transaction
 * per delivery, `for update skip locked`: parallel takers share the work. Each delivery is tried at most once per call, and
 * those that were tried within the last minute come behind those that were not, so that one which cannot be settled does not
 * hold up the others.
 * @param resting runs of which none is taken now; asked for each that is
 */
export async function takeEach(
  db: Database,
  queue: Queue,
  limit: number,
  fn: (row: Row) => Promise<TakeAnswer | null>,
  resting: () => readonly string[] = () => [],
): Promise<number> {
  const passStart = new Date();
  const tried: string[] = [];
  const turns = await nextTurns(db.slow, queue, queue.verdict === 'pending' ? limit : mostLooks);
  if (queue.verdict === 'pending' && turns.length > 0) {
    await byIndex(db.slow, (tx) => forgetTries(tx, turns, new Date(passStart.getTime() - triedForMs)));
  }
  let settled = 0;
  while (tried.length < limit) {
    const connectionId = turns.shift();
    if (connectionId === undefined) break;
    queue.servedLast = connectionId;
    // A failure of `fn` is carried out of the transaction, which must commit the attempt.
    const step = await byIndex(db.slow, async (tx) => {
      const row = await (queue.verdict === 'pending'
        ? nextPending(tx, connectionId, passStart, tried, resting())
        : nextMatched(tx, connectionId, passStart, tried));
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
    if (typeof step === 'object') throw step.error;
    if (step !== 'empty') turns.push(connectionId);
    if (step === 'settled') settled += 1;
  }
  return settled;
}

/**
 * In a transaction that goes by indexes whatever the planner thinks of them: it counts the pages that a flood has left
 * behind in table and index, and statistics from before a flood, and would read and sort everything, every second.
 */
const byIndex = <T>(on: Kysely<Schema>, fn: (tx: Tx) => Promise<T>): Promise<T> =>
  on.transaction().execute(async (tx) => {
    await sql`select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
      set_config('enable_sort', 'off', true)`.execute(tx);
    return fn(tx);
  });

/** Up to `most` connections for which something waits, from behind the one that was served last. */
const nextTurns = (on: Kysely<Schema>, { verdict, servedLast }: Queue, most: number): Promise<string[]> =>
  byIndex(on, async (tx) => {
    const after = await waitingBehind(tx, verdict, servedLast, most);
    if (after.length === most || servedLast === '') return after;
    return [...after, ...(await waitingBehind(tx, verdict, '', most - after.length, servedLast))];
  });

/**
 * Goes from one connection to the next in the index: what it costs grows with them, not with what waits for them. What
 * comes before what is PostgreSQL's to say, which need not order as JavaScript does.
 * @param upTo the last that counts; default: all do
 */
async function waitingBehind(
  on: Tx,
  verdict: Queue['verdict'],
  connectionId: string,
  most: number,
  upTo?: string,
): Promise<string[]> {
  // Written out: only so is the partial index known to hold all of them.
  const waits = sql.raw(`verdict = '${verdict}'`);
  const inTime = upTo === undefined ? sql`true` : sql`connection_id <= ${upTo}`;
  const { rows } = await sql<{ id: string }>`
    with recursive turn(id) as (
      (select connection_id from deliveries where ${waits} and ${inTime} and connection_id > ${connectionId}
        order by connection_id limit 1)
      union all
      select (select connection_id from deliveries where ${waits} and ${inTime} and connection_id > turn.id
        order by connection_id limit 1)
      from turn where turn.id is not null
    )
    select id from turn where id is not null limit ${most}`.execute(on);
  return rows.map(({ id }) => id);
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

/**
 * Written and not left to the order in which they are taken: no index knows what time it is. Read in the order of the index,
 * which no other one has.
 */
async function forgetTries(tx: Tx, connectionIds: readonly string[], before: Date): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select tried.id from unnest(${connectionIds}::text[]) as turn(id), lateral (
      select id from deliveries
      where verdict = 'pending' and connection_id = turn.id and tried_at < ${before}
      order by tried_at nulls first, received_at limit ${mostForgotten} for update skip locked
    ) as tried`.execute(tx);
  if (rows.length === 0) return;
  await sql`update deliveries set tried_at = null
    where id = any(${rows.map(({ id }) => id)}::text[])`.execute(tx);
}

const nextPending = (
  tx: Tx,
  connectionId: string,
  passStart: Date,
  tried: readonly string[],
  resting: readonly string[],
): Promise<Row | undefined> =>
  tx
    .selectFrom('deliveries')
    .selectAll()
    .where('verdict', '=', 'pending')
    .where('connection_id', '=', connectionId)
    .where(notTried(passStart, tried))
    .$if(resting.length > 0, (query) =>
      query.where(sql<boolean>`coalesce(workflow_id <> all(${[...resting]}::text[]), true)`),
    )
    .orderBy('tried_at', (order) => order.asc().nullsFirst())
    .orderBy('received_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();

async function nextMatched(
  tx: Tx,
  connectionId: string,
  passStart: Date,
  tried: readonly string[],
): Promise<Row | undefined> {
  for (const id of await matched(
    tx,
    connectionId,
    new Date(passStart.getTime() - matchedDays * 86_400_000),
  )) {
    const row = await tx
      .selectFrom('deliveries')
      .selectAll()
      .where('id', '=', id)
      .where('verdict', '=', 'unmatched')
      .where(notTried(passStart, tried))
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Ids of the connection's unmatched callbacks, oldest first, whose reference an assessment has. */
async function matched(tx: Tx, connectionId: string, since: Date): Promise<string[]> {
  // Asked of each row, which no plan can turn round: read the other way it would go through all assessments.
  const { rows } = await sql<{ id: string }>`
    with waiting as materialized (
      select id, reference, received_at from deliveries
      where verdict = 'unmatched' and connection_id = ${connectionId} and received_at > ${since}
      order by received_at desc, id desc limit ${mostUnmatched}
    )
    select id from waiting
    where (select assessments.id from assessments
      where connection_id = ${connectionId} and vendor_ref = waiting.reference limit 1) is not null
    order by received_at`.execute(tx);
  return rows.map(({ id }) => id);
}

/** Callbacks that were let go, of one connection and source. */
export interface Trimmed {
  connectionId: string;
  source: DeliveryRow['source'];
  count: number;
}

/** Rows that one statement takes. */
const trimmedAtOnce = 10_000;

/**
 * Lets go of the oldest unmatched callbacks beyond {@link mostUnmatched}, or {@link mostUnmatchedBytes}, of each connection
 * whose turn it is, a bounded part at a time.
 */
export async function trimUnmatched(on: Kysely<Schema>, queue: Queue): Promise<Trimmed[]> {
  const trimmed: Trimmed[] = [];
  for (const connectionId of await nextTurns(on, queue, mostLooks)) {
    queue.servedLast = connectionId;
    const gone = await byIndex(on, (tx) => trim(tx, connectionId));
    for (const source of new Set(gone)) {
      trimmed.push({ connectionId, source, count: gone.filter((one) => one === source).length });
    }
  }
  return trimmed;
}

/** In one transaction with the note that something went: see `overflows.ts`. @returns the source of each that went */
async function trim(tx: Tx, connectionId: string): Promise<DeliveryRow['source'][]> {
  // Lengths are read of the row alone: what it says is not fetched.
  const { rows: beyond } = await sql<{ id: string }>`
    select id from (
      select id, row_number() over newest_first as place, sum(
          coalesce(octet_length(body_sealed), 0) + coalesce(octet_length(request_sealed), 0)
        ) over newest_first as bytes
      from deliveries where verdict = 'unmatched' and connection_id = ${connectionId}
      window newest_first as (order by received_at desc, id desc rows unbounded preceding)
    ) as waiting
    where place > ${mostUnmatched} or bytes > ${mostUnmatchedBytes}
    limit ${trimmedAtOnce}`.execute(tx);
  if (beyond.length === 0) return [];
  // By a list: a plan that joins could go through all of them for each row.
  const gone = await tx
    .deleteFrom('deliveries')
    .where(sql<boolean>`id = any(${beyond.map(({ id }) => id)}::text[])`)
    .where('verdict', '=', 'unmatched')
    .returning('source')
    .execute();
  const sources = gone.map(({ source }) => source);
  for (const source of new Set(sources)) {
    await tx
      .insertInto('unmatched_overflows')
      .values({ connection_id: connectionId, source, gone_at: sql`now()` })
      .onConflict((conflict) =>
        conflict.columns(['connection_id', 'source']).doUpdateSet({ gone_at: sql`now()` }),
      )
      .execute();
  }
  return sources;
}

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
      ...(answer.reason !== undefined && reasonColumns(answer.reason)),
      ...strippedColumns(row.id, answer.reason),
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
