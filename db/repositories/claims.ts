import type { Kysely } from 'kysely';
import { FulcrumError } from '../../domain/errors';
import type { AnsweredChange } from '../../domain/reconciling';
import { guarded } from '../away';
import type { Database } from '../database';
import { isUniqueViolation } from '../delivery-store';
import type { Schema } from '../schema';

/**
 * The lasting guard against a second invitation (decision 0002): one run per stage change and assessment for ever, and
 * one active run per opportunity and assessment at a time.
 */

export interface ClaimKey {
  connectionId: string;
  opportunityId: string;
  assessmentRef: string;
  /** When the opportunity entered its stage, ms since 1970. */
  stageChangedAt: number;
}

export interface Claim extends ClaimKey {
  workflowId: string;
}

export interface ClaimHolder {
  workflowId: string;
  stageChangedAt: number;
  active: boolean;
}

export type ClaimAnswer =
  | 'taken'
  /** Another run answered this very stage change. */
  | 'already_assessed'
  /** Another run for the same opportunity and assessment is open. */
  | 'already_active';

export interface Claims {
  /** One answer per claim, in order. Taking a claim again for the same workflow succeeds. */
  take(claims: Claim[]): Promise<ClaimAnswer[]>;
  /** Ends the active claims of a workflow; they still guard their stage changes. */
  release(workflowId: string): Promise<void>;
  /** Who answered this stage change. */
  holder(key: ClaimKey): Promise<ClaimHolder | null>;
  /** Who is active for this opportunity and assessment, whatever the stage change. */
  activeHolder(key: Omit<ClaimKey, 'stageChangedAt'>): Promise<ClaimHolder | null>;
  /** Assessments that runs of one stage change have claimed. */
  ofStageChange(key: Omit<ClaimKey, 'assessmentRef'>): Promise<(ClaimHolder & { assessmentRef: string })[]>;
  /** Stage changes of these opportunities that any run has claimed, whatever became of it. */
  ofOpportunities(connectionId: string, opportunityIds: readonly string[]): Promise<AnsweredChange[]>;
  /** Workflows that hold a claim since before then (ms since 1970), longest first. */
  active(takenBefore: number): Promise<string[]>;
}

const columns = ['workflow_id', 'stage_changed_at', 'active', 'assessment_ref'] as const;

/** A release between the refused insert and the look at its holder; more than a few in a row do not happen. */
const tries = 5;

export const releaseOfClaims = (on: Kysely<Schema>, workflowId: string) =>
  on
    .updateTable('claims')
    .set({ active: false, released_at: new Date() })
    .where('workflow_id', '=', workflowId)
    .where('active', '=', true);

export function createClaims(db: Database): Claims {
  const ofOpportunity = (key: Pick<ClaimKey, 'connectionId' | 'opportunityId'>) =>
    db.kysely
      .selectFrom('claims')
      .select(columns)
      .where('connection_id', '=', key.connectionId)
      .where('opportunity_id', '=', key.opportunityId);

  const toHolder = (row: { workflow_id: string; stage_changed_at: Date; active: boolean }): ClaimHolder => ({
    workflowId: row.workflow_id,
    stageChangedAt: row.stage_changed_at.getTime(),
    active: row.active,
  });

  async function takeOne(claim: Claim): Promise<ClaimAnswer> {
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const inserted = await db.kysely
        .insertInto('claims')
        .values({
          connection_id: claim.connectionId,
          opportunity_id: claim.opportunityId,
          assessment_ref: claim.assessmentRef,
          stage_changed_at: new Date(claim.stageChangedAt),
          workflow_id: claim.workflowId,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning('workflow_id')
        .executeTakeFirst();
      if (inserted !== undefined) return 'taken';
      const rivals = (
        await ofOpportunity(claim).where('assessment_ref', '=', claim.assessmentRef).execute()
      ).filter((row) => row.active || row.stage_changed_at.getTime() === claim.stageChangedAt);
      const own = rivals.find((row) => row.workflow_id === claim.workflowId);
      if (own !== undefined) {
        return own.active || (await takeUp(claim)) ? 'taken' : 'already_active';
      }
      if (rivals.some((row) => row.stage_changed_at.getTime() === claim.stageChangedAt))
        return 'already_assessed';
      if (rivals.length > 0) return 'already_active';
    }
    throw new FulcrumError('store.unavailable', 'A claim changed hands again and again; try again.');
  }

  /** A run that was reset holds its claim anew. False: another has become active meanwhile. */
  async function takeUp({ workflowId, assessmentRef }: Claim): Promise<boolean> {
    try {
      await db.kysely
        .updateTable('claims')
        .set({ active: true, released_at: null })
        .where('workflow_id', '=', workflowId)
        .where('assessment_ref', '=', assessmentRef)
        .execute();
      return true;
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return false;
    }
  }

  return guarded<Claims>({
    // One statement each rather than one transaction: two runs that claim the same in another order cannot deadlock.
    async take(claims) {
      const answers: ClaimAnswer[] = [];
      for (const claim of claims) answers.push(await takeOne(claim));
      return answers;
    },

    release: async (workflowId) => {
      await releaseOfClaims(db.kysely, workflowId).execute();
    },

    async holder(key) {
      const row = await ofOpportunity(key)
        .where('assessment_ref', '=', key.assessmentRef)
        .where('stage_changed_at', '=', new Date(key.stageChangedAt))
        .executeTakeFirst();
      return row === undefined ? null : toHolder(row);
    },

    async activeHolder(key) {
      const row = await ofOpportunity(key)
        .where('assessment_ref', '=', key.assessmentRef)
        .where('active', '=', true)
        .executeTakeFirst();
      return row === undefined ? null : toHolder(row);
    },

    async ofStageChange(key) {
      const rows = await ofOpportunity(key)
        .where('stage_changed_at', '=', new Date(key.stageChangedAt))
        .execute();
      return rows.map((row) => ({ ...toHolder(row), assessmentRef: row.assessment_ref }));
    },

    async ofOpportunities(connectionId, opportunityIds) {
      if (opportunityIds.length === 0) return [];
      const rows = await db.kysely
        .selectFrom('claims')
        .select(['opportunity_id', 'stage_changed_at', 'workflow_id'])
        .where('connection_id', '=', connectionId)
        .where('opportunity_id', 'in', opportunityIds)
        .execute();
      return rows.map((row) => ({
        opportunityId: row.opportunity_id,
        stageChangedAt: row.stage_changed_at.getTime(),
        workflowId: row.workflow_id,
      }));
    },

    async active(takenBefore) {
      const rows = await db.kysely
        .selectFrom('claims')
        .select('workflow_id')
        .where('active', '=', true)
        .where('taken_at', '<', new Date(takenBefore))
        .groupBy('workflow_id')
        .orderBy((of) => of.fn.min('taken_at'))
        .execute();
      return rows.map((row) => row.workflow_id);
    },
  });
}
