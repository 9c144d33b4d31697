import { createHash, createHmac } from 'node:crypto';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { type Subject, tombstoneDays } from '../../domain/erasure';
import { amendmentWorkflowId } from '../../domain/ids';
import { guarded } from '../away';
import type { Database } from '../database';
import type { HubSecret } from '../hub-secret';
import type { Schema, TombstoneRow } from '../schema';

/**
 * What is remembered of erased people, so that Lever's Rerun, a look and a late callback bring nothing of them back
 * (decision 0044). The database is asked each time: several processes answer, and the erasure may be a moment old.
 */
export interface Tombstones {
  /** When these opportunities of a connection were erased, ms since 1970; of the others nothing. */
  opportunities(connectionId: string, opportunityIds: readonly string[]): Promise<Map<string, number>>;
  /** Whether the run that this workflow is, or speaks for, was erased. */
  isErasedWorkflow(workflowId: string): Promise<boolean>;
  /** Whether a vendor's reference was an erased person's, and no run has it since. */
  isErasedReference(connectionId: string, reference: string): Promise<boolean>;
  /** Remembers a run that has slipped through. */
  addRun(run: { assessmentId: string; workflowId: string }): Promise<void>;
  /** Of these workflows those that were erased. */
  erasedAmong(workflowIds: readonly string[]): Promise<Set<string>>;
}

export const erasureSecret = 'erasure-digest';

/**
 * Of what a run is called. Not keyed: triggers of the database look for it, for processes of every release. It tells
 * nothing, because both names hold random parts that nobody can guess.
 */
const plainDigest = (kind: 'run' | 'workflow', id: string): string =>
  createHash('sha256').update(`${kind} ${id}`).digest('hex');

/** Of a row of `assessments`: it is not one that is being erased. */
export const isKept = sql<boolean>`not exists (select from tombstones
  where digest = encode(sha256(convert_to('run ' || assessments.id, 'UTF8')), 'hex'))`;

const keyedDigest = (key: Buffer, kind: 'opportunity' | 'reference', connectionId: string, id: string) =>
  createHmac('sha256', key)
    .update(JSON.stringify([kind, connectionId, id]))
    .digest('hex');

type NewTombstone = Pick<TombstoneRow, 'digest' | 'kind'>;

const ofRun = ({
  assessmentId,
  workflowId,
}: {
  assessmentId: string;
  workflowId: string;
}): NewTombstone[] => [
  { kind: 'run', digest: plainDigest('run', assessmentId) },
  { kind: 'workflow', digest: plainDigest('workflow', workflowId) },
  { kind: 'workflow', digest: plainDigest('workflow', amendmentWorkflowId(assessmentId)) },
];

const ofSubject = (key: Buffer, subject: Subject): NewTombstone[] => [
  ...subject.runs.flatMap(ofRun),
  // At every connection of the customer: the opportunity is the same at all of them.
  ...subject.connectionIds.flatMap((connectionId) =>
    subject.opportunityIds.map((id) => ({
      kind: 'opportunity' as const,
      digest: keyedDigest(key, 'opportunity', connectionId, id),
    })),
  ),
  ...subject.references.map(({ connectionId, reference }) => ({
    kind: 'reference' as const,
    digest: keyedDigest(key, 'reference', connectionId, reference),
  })),
];

const atOnce = 1_000;

/** Those that are there are moved forward, never back. */
async function write(on: Kysely<Schema>, tombstones: NewTombstone[], erasedAt: Date): Promise<void> {
  const expires_at = new Date(erasedAt.getTime() + tombstoneDays * 86_400_000);
  const rows = [...new Map(tombstones.map((one) => [one.digest, one])).values()];
  for (let from = 0; from < rows.length; from += atOnce) {
    await on
      .insertInto('tombstones')
      .values(rows.slice(from, from + atOnce).map((row) => ({ ...row, erased_at: erasedAt, expires_at })))
      .onConflict((conflict) =>
        conflict.column('digest').doUpdateSet({
          erased_at: sql`greatest(tombstones.erased_at, excluded.erased_at)`,
          expires_at: sql`greatest(tombstones.expires_at, excluded.expires_at)`,
        }),
      )
      .execute();
  }
}

export const writeTombstones = (
  on: Kysely<Schema>,
  key: Buffer,
  subject: Subject,
  erasedAt: Date,
): Promise<void> => write(on, ofSubject(key, subject), erasedAt);

export function createTombstones(db: Database, secret: HubSecret): Tombstones {
  const among = async (digests: readonly string[]): Promise<Map<string, number>> => {
    if (digests.length === 0) return new Map();
    const rows = await db.kysely
      .selectFrom('tombstones')
      .select(['digest', 'erased_at'])
      .where(sql<boolean>`digest = any(${[...digests]}::text[])`)
      .execute();
    return new Map(rows.map((row) => [row.digest, row.erased_at.getTime()]));
  };

  return guarded<Tombstones>({
    async opportunities(connectionId, opportunityIds) {
      const key = await secret();
      const digests = opportunityIds.map((id) => keyedDigest(key, 'opportunity', connectionId, id));
      const found = await among(digests);
      return new Map(
        opportunityIds.flatMap((id, index): [string, number][] => {
          const at = found.get(digests[index] ?? '');
          return at === undefined ? [] : [[id, at]];
        }),
      );
    },

    isErasedWorkflow: async (workflowId) => (await among([plainDigest('workflow', workflowId)])).size > 0,

    async isErasedReference(connectionId, reference) {
      const digest = keyedDigest(await secret(), 'reference', connectionId, reference);
      if ((await among([digest])).size === 0) return false;
      const again = await db.kysely
        .selectFrom('assessments')
        .select('id')
        .where('connection_id', '=', connectionId)
        .where('vendor_ref', '=', reference)
        .where(isKept)
        .limit(1)
        .executeTakeFirst();
      return again === undefined;
    },

    async addRun(run) {
      await write(db.kysely, ofRun(run), new Date());
      // The api may have been quicker.
      await db.kysely.deleteFrom('deliveries').where('workflow_id', '=', run.workflowId).execute();
      await db.kysely.deleteFrom('assessments').where('id', '=', run.assessmentId).execute();
    },

    async erasedAmong(workflowIds) {
      const digests = workflowIds.map((id) => plainDigest('workflow', id));
      const found = await among(digests);
      return new Set(workflowIds.filter((_, index) => found.has(digests[index] ?? '')));
    },
  });
}
