import type { Transaction } from 'kysely';
import { sql } from 'kysely';
import { endedUnseen } from '../../domain/after-end';
import { deliveryReason } from '../../domain/delivery-reasons';
import type { EndCode } from '../../domain/end-reasons';
import { amendmentPrefix } from '../../domain/ids';
import type { Status } from '../../domain/lifecycle';
import { isTerminal, statuses } from '../../domain/lifecycle';
import type { RunIdentity } from '../../domain/records';
import type { Ending } from '../../domain/sweep';
import { endingWords } from '../../domain/sweep';
import type { KeyRing } from '../../platform/crypto/keyring';
import { toEventRow } from '../assessment-rows';
import { guarded } from '../away';
import type { Database } from '../database';
import { isUniqueViolation, reasonColumns } from '../delivery-store';
import { lockedRow } from '../locked-row';
import type { AssessmentRow, Schema } from '../schema';
import { releaseOfClaims } from './claims';
import { isKept } from './tombstones';

/** Rows against Temporal: what the sweep reads and what it sets right. */

/** A row whose run is open, as far as the database knows. */
export interface OpenRow {
  assessmentId: string;
  workflowId: string;
}

export interface SweptRows {
  /** Open rows, by id, of runs that said nothing since then (ms since 1970). */
  openRows(quietSince: number, page: { after: string | null; limit: number }): Promise<OpenRow[]>;
  /** How many rows are open altogether. */
  countOpen(): Promise<number>;
  /** Rows of these workflows that were closed before then (ms since 1970). */
  closedAmong(workflowIds: readonly string[], closedBefore: number): Promise<OpenRow[]>;
  /**
   * Closes the row of a run that left without a last record, says why in its timeline, and gives back its claims. News of a
   * vendor's that an open run had taken are brought once more.
   * @returns the run, also where this was done before; null where it has closed in its own way, or said something since
   */
  close(row: OpenRow, ending: Ending, quietSince: number): Promise<RunIdentity | null>;
  /** Opens the row of a run that was reset after its end, and gives it its claims again where nobody else holds them. */
  reopen(row: OpenRow, closedBefore: number): Promise<boolean>;
  /** Of these workflows those of runs that are under way and whose claims are all given back: they were reset after their end. */
  unclaimedAmong(workflowIds: readonly string[]): Promise<string[]>;
  /** Gives a run its claims again where nobody else holds them. */
  takeBack(workflowId: string): Promise<void>;
  /** Workflows of open runs that may wait for this one: those of the same subject. */
  waitingFor(run: Pick<RunIdentity, 'connectionId'>, subject: string): Promise<string[]>;
  /** Closed runs by the ids of their assessments. */
  closedRuns(assessmentIds: readonly string[]): Promise<RunIdentity[]>;
  /** Assessments whose end was found by the sweep between these times (ms since 1970). */
  unseenBetween(from: number, to: number): Promise<string[]>;
  /** News that were given to a run which is closed, or its amendment, before then (ms since 1970), and never noted. */
  unnoted(before: number, limit: number): Promise<UnnotedNews[]>;
  /** Has these news brought once more, to whoever takes them now; how many. */
  giveBack(ids: readonly string[]): Promise<number>;
}

export interface UnnotedNews {
  deliveryId: string;
  /** The run's or the amendment's. */
  workflowId: string;
}

/** News that come back again and again are left: their amendment cannot take them. */
const mostTries = 10;
/** Messages are erased after 30 days. */
const youngestDays = 29;

const terminal = statuses.filter(isTerminal);

const toIdentity = (
  row: Pick<AssessmentRow, 'id' | 'workflow_id' | 'vendor' | 'connection_id' | 'opportunity_id'>,
): RunIdentity => ({
  assessmentId: row.id,
  workflowId: row.workflow_id,
  vendor: row.vendor,
  connectionId: row.connection_id,
  opportunityId: row.opportunity_id,
});

export function createSweptRows(db: Database, ring: KeyRing): SweptRows {
  const { kysely } = db;
  const columns = ['id', 'workflow_id'] as const;
  const toOpenRow = (row: { id: string; workflow_id: string }): OpenRow => ({
    assessmentId: row.id,
    workflowId: row.workflow_id,
  });

  const say = async (
    tx: Transaction<Schema>,
    row: { id: string; suspended: boolean; attention: boolean },
    line: { seq: number; at: Date; status: Status; kind: 'ended_unseen' | 'reopened'; detail: string },
  ): Promise<void> => {
    const { suspended, attention } = row;
    await tx
      .insertInto('assessment_events')
      .values(
        toEventRow(
          ring,
          // No Temporal run has said it: it stands beside whatever the runs have under the same number.
          { run: { assessmentId: row.id }, runId: `sweep ${line.kind}` },
          { ...line, at: line.at.getTime(), suspended, attention },
        ),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  };

  return guarded<SweptRows>({
    async openRows(quietSince, { after, limit }) {
      const rows = await kysely
        .selectFrom('assessments')
        .select(columns)
        .where('closed_at', 'is', null)
        .where('updated_at', '<', new Date(quietSince))
        .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toOpenRow);
    },

    async countOpen() {
      const row = await kysely
        .selectFrom('assessments')
        .select((of) => of.fn.countAll<string>().as('open'))
        .where('closed_at', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(row.open);
    },

    async closedAmong(workflowIds, closedBefore) {
      if (workflowIds.length === 0) return [];
      const rows = await kysely
        .selectFrom('assessments')
        .select(columns)
        .where('workflow_id', 'in', workflowIds)
        .where('closed_at', '<', new Date(closedBefore))
        .execute();
      return rows.map(toOpenRow);
    },

    close: ({ assessmentId }, ending, quietSince) =>
      kysely.transaction().execute(async (tx) => {
        const row = await lockedRow(tx, 'assessments', assessmentId);
        if (row === undefined) return null;
        const run = toIdentity(row);
        // A repeat, whose first attempt may not have come to telling it; what has changed since knows of the end.
        if (row.closed_at !== null) return row.unseen_at?.getTime() === row.updated_at.getTime() ? run : null;
        if (row.updated_at.getTime() >= quietSince) return null;
        const at = new Date();
        const seq = row.seq + 1;
        const status = endedUnseen(row.status);
        await tx
          .updateTable('assessments')
          .set({
            status,
            ...(status !== row.status && { reason: 'ended_unseen' as const }),
            seq,
            suspended: false,
            attention: false,
            updated_at: at,
            closed_at: at,
            unseen_at: at,
          })
          .where('id', '=', row.id)
          .execute();
        const detail = endingWords[ending];
        await say(
          tx,
          { ...row, suspended: false, attention: false },
          { seq, at, status, kind: 'ended_unseen', detail },
        );
        await releaseOfClaims(tx, row.workflow_id).execute();
        // What it had taken, and had not carried out when it ended, its amendment has to take. A result is told anyway.
        if (status !== 'completed') await bringAgain(tx, row.workflow_id, at);
        return run;
      }),

    async reopen({ assessmentId, workflowId }, closedBefore) {
      const reopened = await kysely.transaction().execute(async (tx) => {
        const at = new Date();
        const row = await tx
          .updateTable('assessments')
          .set({
            closed_at: null,
            unseen_at: null,
            reason: sql`nullif(reason, ${'ended_unseen' satisfies EndCode})`,
          })
          .where('id', '=', assessmentId)
          .where('closed_at', '<', new Date(closedBefore))
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return false;
        const detail = 'its workflow runs again in Temporal, e.g. because it was reset';
        await say(tx, row, { seq: row.seq, at, status: row.status, kind: 'reopened', detail });
        return true;
      });
      if (reopened) await takeBack(workflowId);
      return reopened;
    },

    async unclaimedAmong(workflowIds) {
      if (workflowIds.length === 0) return [];
      const rows = await kysely
        .selectFrom('assessments')
        .select('workflow_id')
        .where('workflow_id', 'in', workflowIds)
        .where('closed_at', 'is', null)
        .where('status', 'not in', terminal)
        .where((where) =>
          where.exists(
            where
              .selectFrom('claims')
              .select('claims.workflow_id')
              .whereRef('claims.workflow_id', '=', 'assessments.workflow_id')
              .having((count) => count.fn('bool_or', ['claims.active']), '=', false)
              .groupBy('claims.workflow_id'),
          ),
        )
        .execute();
      return rows.map((row) => row.workflow_id);
    },

    takeBack: (workflowId) => takeBack(workflowId),

    async waitingFor({ connectionId }, subject) {
      const rows = await kysely
        .selectFrom('assessments')
        .select('workflow_id')
        .where('connection_id', '=', connectionId)
        .where(sql<boolean>`starts_with(workflow_id, ${subject})`)
        .where('closed_at', 'is', null)
        .where('turn_at', 'is', null)
        .execute();
      return rows.map((row) => row.workflow_id);
    },

    async closedRuns(assessmentIds) {
      if (assessmentIds.length === 0) return [];
      const rows = await kysely
        .selectFrom('assessments')
        .select(['id', 'workflow_id', 'vendor', 'connection_id', 'opportunity_id'])
        .where('id', 'in', assessmentIds)
        .where('closed_at', 'is not', null)
        // Nobody is told how the run of an erased person ended.
        .where(isKept)
        .execute();
      return rows.map(toIdentity);
    },

    async unseenBetween(from, to) {
      const rows = await kysely
        .selectFrom('assessments')
        .select('id')
        .where('unseen_at', '>', new Date(from))
        .where('unseen_at', '<', new Date(to))
        .execute();
      return rows.map(({ id }) => id);
    },

    async unnoted(before, limit) {
      const rows = await kysely
        .selectFrom('deliveries')
        .select(['deliveries.id', 'deliveries.workflow_id'])
        .where('deliveries.verdict', '=', 'signalled')
        .where('deliveries.noted_at', 'is', null)
        .where('deliveries.received_at', '<', new Date(before))
        .where('deliveries.received_at', '>', new Date(before - youngestDays * 86_400_000))
        .where('deliveries.attempts', '<', mostTries)
        .where((where) =>
          where.exists(
            where
              .selectFrom('assessments')
              .select('assessments.id')
              .where((either) =>
                either.or([
                  either('assessments.workflow_id', '=', either.ref('deliveries.workflow_id')),
                  sql<boolean>`assessments.id = substr(deliveries.workflow_id, ${amendmentPrefix.length + 1}::int)
                    and starts_with(deliveries.workflow_id, ${amendmentPrefix}::text)`,
                ]),
              )
              .where('assessments.closed_at', '<', new Date(before)),
          ),
        )
        .orderBy('deliveries.received_at')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ deliveryId: row.id, workflowId: row.workflow_id ?? '' }));
    },

    async giveBack(ids) {
      if (ids.length === 0) return 0;
      const { numUpdatedRows } = await kysely
        .updateTable('deliveries')
        .set({
          verdict: 'pending',
          ...reasonColumns(deliveryReason('run_ended_without_taking')),
          tried_at: null,
        })
        .where('id', 'in', ids)
        .where('verdict', '=', 'signalled')
        .where('noted_at', 'is', null)
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },
  });

  async function bringAgain(tx: Transaction<Schema>, workflowId: string, at: Date): Promise<void> {
    await tx
      .updateTable('deliveries')
      .set({
        verdict: 'pending',
        ...reasonColumns(deliveryReason('run_ended_without_carrying_out')),
        tried_at: null,
        noted_at: null,
      })
      .where('workflow_id', '=', workflowId)
      .where('verdict', '=', 'signalled')
      .where('source', '!=', 'lever')
      .where('received_at', '>', new Date(at.getTime() - youngestDays * 86_400_000))
      .execute();
  }

  /** One by one: a claim that somebody else has taken meanwhile must not cost the others. */
  async function takeBack(workflowId: string): Promise<void> {
    const claims = await kysely
      .selectFrom('claims')
      .selectAll()
      .where('workflow_id', '=', workflowId)
      .where('active', '=', false)
      .execute();
    for (const claim of claims) {
      try {
        await kysely
          .updateTable('claims')
          .set({ active: true, released_at: null })
          .where('connection_id', '=', claim.connection_id)
          .where('opportunity_id', '=', claim.opportunity_id)
          .where('assessment_ref', '=', claim.assessment_ref)
          .where('stage_changed_at', '=', claim.stage_changed_at)
          .execute();
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
      }
    }
  }
}
