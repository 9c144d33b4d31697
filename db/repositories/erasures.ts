import { createHmac, randomUUID } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { LeverEnvironment } from '../../domain/connection';
import type {
  AtVendor,
  ErasedKind,
  ErasureCounts,
  ErasureStatus,
  PersonOfCustomer,
  Subject,
} from '../../domain/erasure';
import { emptySubject, joined, plainEmail } from '../../domain/erasure';
import { FulcrumError } from '../../domain/errors';
import { isTerminal, type Status } from '../../domain/lifecycle';
import type { KeyRing } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import { guarded } from '../away';
import type { Database } from '../database';
import type { HubSecret } from '../hub-secret';
import { assessmentsOf, claimsOf, deliveriesOf, searchBodies, widened } from '../person-search';
import type { ErasureRow, Schema } from '../schema';
import { sealedPlace } from '../sealed-columns';
import { writeTombstones } from './tombstones';

/** Erasing people from the hub's tables, step by step; every step may be repeated (decision 0044). */

export interface Erasure {
  id: string;
  customer: string;
  environment: LeverEnvironment;
  status: ErasureStatus;
  requestedAt: number;
  finishedAt: number | null;
  counts: ErasureCounts;
  atVendors: AtVendor[];
}

/** What would be erased. */
export interface FoundPerson {
  subject: Subject;
  runs: { assessmentId: string; connectionId: string; vendor: string; status: Status; isOpen: boolean }[];
  counts: Required<Pick<ErasureCounts, 'runs' | 'timelineLines' | 'claims' | 'files' | 'deliveries'>>;
}

export interface Erasures {
  /** Looks and changes nothing. */
  preview(person: PersonOfCustomer): Promise<FoundPerson>;
  /** What a confirmation has to name: whoever confirms means this person and these runs. */
  digestOf(person: PersonOfCustomer, shown: readonly string[]): Promise<string>;
  /** Stores the request; one for the same person that is not over yet is joined. */
  request(person: PersonOfCustomer, by: string): Promise<{ id: string; joined: boolean }>;
  get(id: string): Promise<Erasure | null>;
  /** Remembers that the person is erased and takes their runs out of the sweep's sight. Null: it is over. */
  begin(id: string): Promise<{ atVendors: AtVendor[] } | null>;
  /** Whom it is about, and up to when; null: it is over. */
  subjectOf(id: string): Promise<{ subject: Subject; before: Date } | null>;
  /** Takes up what was found elsewhere. */
  learn(id: string, found: Partial<Subject>): Promise<void>;
  noteAtVendor(id: string, at: Pick<AtVendor, 'assessmentId'> & Partial<AtVendor>): Promise<void>;
  /** Deletes what the columns tell of; how much. */
  deleteRows(id: string): Promise<number>;
  /** Looks into the next messages and deletes those that name the person. */
  deleteBodies(id: string, after: string | null): Promise<{ deleted: number; after: string | null }>;
  /** Counts what was found, never less than before: a step that is repeated finds the same again. */
  count(id: string, kind: ErasedKind, found: number): Promise<void>;
  finish(id: string, status: 'finished' | 'incomplete'): Promise<void>;
}

const { erasureSubject: place } = sealedPlace;

/** Bodies that a preview looks into, page by page; what lies behind is found by the erasure itself. */
const mostPagesInPreview = 40;

export function createErasures(db: Database, ring: KeyRing, secret: HubSecret): Erasures {
  const { kysely } = db;

  const named = ({ connectionIds, named: by }: PersonOfCustomer): Subject =>
    joined(
      emptySubject(connectionIds),
      'email' in by ? { emails: [by.email] } : { opportunityIds: [by.opportunityId] },
    );

  const nameOf = ({ customer, environment, named: by }: PersonOfCustomer): string[] => [
    customer,
    environment,
    ...('email' in by ? ['email', plainEmail(by.email)] : ['opportunity', by.opportunityId]),
  ];

  const digest = async (purpose: string, words: readonly string[]): Promise<string> =>
    createHmac('sha256', await secret())
      .update(JSON.stringify([purpose, ...words]))
      .digest('base64url');

  const opened = (row: Selectable<ErasureRow>): Subject | null =>
    row.subject_sealed === null ? null : openJson<Subject>(ring, row.subject_sealed, place(row.id));

  /** Changes the subject under the row's lock; null: the erasure is over. */
  const change = async (
    id: string,
    fn: (tx: Kysely<Schema>, subject: Subject, before: Date) => Promise<Partial<Subject>>,
  ): Promise<Subject | null> =>
    kysely.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('erasures')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      const known = row === undefined ? null : opened(row);
      if (row === undefined || known === null) return null;
      const before = row.erased_at ?? new Date();
      const subject = joined(known, await fn(tx, known, before));
      await tx
        .updateTable('erasures')
        .set({ status: 'working', erased_at: before, subject_sealed: sealJson(ring, subject, place(id)) })
        .where('id', '=', id)
        .execute();
      await writeTombstones(tx, await secret(), subject, before);
      return subject;
    });

  const counted = (tx: Kysely<Schema>, id: string, found: ErasureCounts) =>
    tx
      .updateTable('erasures')
      .set({
        counts: Object.entries(found).reduce(
          (counts, [kind, count]) =>
            sql`jsonb_set(${counts}, array[${kind}::text], to_jsonb(coalesce((${counts} ->> ${kind}::text)::int, 0) + ${count}::int))`,
          sql<ErasureCounts>`counts`,
        ),
      })
      .where('id', '=', id)
      .execute();

  return guarded<Erasures>({
    async preview(person) {
      const before = new Date();
      let subject = await widened(kysely, ring, named(person), before);
      const bodies = new Set<string>();
      for (let page = 0, after: string | null = null; page < mostPagesInPreview; page += 1) {
        const looked = await searchBodies(kysely, ring, subject, { after, before });
        for (const id of looked.ids) bodies.add(id);
        subject = joined(subject, looked.found);
        after = looked.after;
        if (after === null) break;
      }
      subject = await widened(kysely, ring, subject, before);
      const runs = await assessmentsOf(kysely, ring, subject, before)
        .select(['id', 'connection_id', 'vendor', 'status', 'closed_at'])
        .orderBy('created_at')
        .execute();
      const ids = runs.map((run) => run.id);
      const countOf = async (table: 'assessment_events' | 'files'): Promise<number> => {
        const row = await kysely
          .selectFrom(table)
          .select((of) => of.fn.countAll<string>().as('count'))
          .where(sql<boolean>`assessment_id = any(${ids}::text[])`)
          .executeTakeFirstOrThrow();
        return Number(row.count);
      };
      for (const { id } of await deliveriesOf(kysely, subject, before).select('id').execute()) bodies.add(id);
      const claims = await claimsOf(kysely, subject, before).select('workflow_id').execute();
      return {
        subject,
        runs: runs.map((run) => ({
          assessmentId: run.id,
          connectionId: run.connection_id,
          vendor: run.vendor,
          status: run.status,
          isOpen: run.closed_at === null,
        })),
        counts: {
          runs: runs.length,
          timelineLines: await countOf('assessment_events'),
          claims: claims.length,
          files: await countOf('files'),
          deliveries: bodies.size,
        },
      };
    },

    digestOf: (person, shown) => digest('confirm', [...nameOf(person), ...[...shown].sort()]),

    async request(person, by) {
      const subjectDigest = await digest('subject', nameOf(person));
      const id = `era_${randomUUID().replaceAll('-', '')}`;
      const inserted = await kysely
        .insertInto('erasures')
        .values({
          id,
          customer: person.customer,
          environment: person.environment,
          requested_by: by,
          status: 'waiting',
          subject_digest: subjectDigest,
          subject_sealed: sealJson(ring, named(person), place(id)),
        })
        .onConflict((conflict) =>
          conflict.column('subject_digest').where('subject_digest', 'is not', null).doNothing(),
        )
        .returning('id')
        .executeTakeFirst();
      if (inserted !== undefined) return { id, joined: false };
      const other = await kysely
        .selectFrom('erasures')
        .select('id')
        .where('subject_digest', '=', subjectDigest)
        .executeTakeFirst();
      if (other !== undefined) return { id: other.id, joined: true };
      throw new FulcrumError(
        'store.unavailable',
        'An erasure of the same person has just ended. Send it again.',
      );
    },

    async get(id) {
      const row = await kysely.selectFrom('erasures').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return null;
      return {
        id,
        customer: row.customer,
        environment: row.environment,
        status: row.status,
        requestedAt: row.requested_at.getTime(),
        finishedAt: row.finished_at?.getTime() ?? null,
        counts: row.counts,
        atVendors: row.at_vendors,
      };
    },

    async begin(id) {
      const subject = await change(id, async (tx, known, before) => {
        const found = await widened(tx, ring, known, before);
        const rows = await assessmentsOf(tx, ring, found, before).selectAll().execute();
        const row = await tx
          .selectFrom('erasures')
          .select('at_vendors')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        const kept = new Set(row.at_vendors.map(({ assessmentId }) => assessmentId));
        const open = rows
          .filter((run) => run.closed_at === null || run.status === 'failed')
          .filter((run) => !kept.has(run.id) && (!isTerminal(run.status) || run.status === 'failed'))
          .map((run): AtVendor => ({
            assessmentId: run.id,
            connectionId: run.connection_id,
            vendor: run.vendor,
            outcome: 'pending',
            code: null,
            noted: null,
          }));
        await tx
          .updateTable('erasures')
          .set({ at_vendors: sql`${JSON.stringify([...row.at_vendors, ...open])}::jsonb` })
          .where('id', '=', id)
          .execute();
        // The sweep would have the amendments of runs that are about to end tell Lever so.
        await tx
          .updateTable('assessments')
          .set({ closed_at: before, suspended: false, attention: false })
          .where(sql<boolean>`id = any(${rows.map((run) => run.id)}::text[])`)
          .where('closed_at', 'is', null)
          .execute();
        return found;
      });
      if (subject === null) return null;
      const row = await kysely
        .selectFrom('erasures')
        .select('at_vendors')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return { atVendors: row.at_vendors };
    },

    async subjectOf(id) {
      const row = await kysely.selectFrom('erasures').selectAll().where('id', '=', id).executeTakeFirst();
      const subject = row === undefined ? null : opened(row);
      return subject === null ? null : { subject, before: row?.erased_at ?? new Date() };
    },

    async learn(id, found) {
      await change(id, async () => found);
    },

    async noteAtVendor(id, { assessmentId, ...what }) {
      await kysely
        .updateTable('erasures')
        .set({
          at_vendors: sql`(select coalesce(jsonb_agg(
            case when one ->> 'assessmentId' = ${assessmentId} then one || ${JSON.stringify(what)}::jsonb else one end), '[]')
            from jsonb_array_elements(at_vendors) as one)`,
        })
        .where('id', '=', id)
        .execute();
    },

    async deleteRows(id) {
      let deleted = 0;
      await change(id, async (tx, known, before) => {
        const found = await widened(tx, ring, known, before);
        const ids = (await assessmentsOf(tx, ring, found, before).select('id').execute()).map(
          (row) => row.id,
        );
        const all = [...new Set([...ids, ...found.runs.map(({ assessmentId }) => assessmentId)])];
        const gone = {
          timelineLines: await deleteOf(tx, 'assessment_events', 'assessment_id', all),
          files: await deleteOf(tx, 'files', 'assessment_id', all),
          runs: await deleteOf(tx, 'assessments', 'id', all),
          claims: 0,
          deliveries: 0,
        };
        const claims = await claimsOf(tx, found, before)
          .select(['connection_id', 'opportunity_id', 'assessment_ref', 'stage_changed_at'])
          .execute();
        for (const claim of claims) {
          await tx
            .deleteFrom('claims')
            .where('connection_id', '=', claim.connection_id)
            .where('opportunity_id', '=', claim.opportunity_id)
            .where('assessment_ref', '=', claim.assessment_ref)
            .where('stage_changed_at', '=', claim.stage_changed_at)
            .execute();
          gone.claims += 1;
        }
        const deliveries = await deliveriesOf(tx, found, before).select('id').execute();
        gone.deliveries = await deleteOf(
          tx,
          'deliveries',
          'id',
          deliveries.map((row) => row.id),
        );
        await counted(tx, id, gone);
        deleted = Object.values(gone).reduce((sum, count) => sum + count, 0);
        return found;
      });
      return deleted;
    },

    async deleteBodies(id, after) {
      let page = { deleted: 0, after: null as string | null };
      await change(id, async (tx, known, before) => {
        const looked = await searchBodies(tx, ring, known, { after, before });
        const deleted = await deleteOf(tx, 'deliveries', 'id', looked.ids);
        if (deleted > 0) await counted(tx, id, { deliveries: deleted });
        page = { deleted, after: looked.after };
        return looked.found;
      });
      return page;
    },

    async count(id, kind, found) {
      await kysely
        .updateTable('erasures')
        .set({
          counts: sql`jsonb_set(counts, array[${kind}::text],
            to_jsonb(greatest(coalesce((counts ->> ${kind}::text)::int, 0), ${found}::int)))`,
        })
        .where('id', '=', id)
        .execute();
    },

    async finish(id, status) {
      await kysely
        .updateTable('erasures')
        .set({ status, finished_at: new Date(), subject_digest: null, subject_sealed: null })
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .execute();
    },
  });
}

async function deleteOf(
  tx: Kysely<Schema>,
  table: 'assessment_events' | 'files' | 'assessments' | 'deliveries',
  column: 'id' | 'assessment_id',
  ids: readonly string[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const { numAffectedRows } = await sql`delete from ${sql.table(table)}
    where ${sql.ref(column)} = any(${[...ids]}::text[])`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
