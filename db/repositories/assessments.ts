import { sql } from 'kysely';
import type { Reach } from '../../domain/access';
import type { EventPosition } from '../../domain/event-position';
import { higherOf, marked } from '../../domain/event-position';
import { stageChangeOf, subjectPrefix } from '../../domain/ids';
import type { Status } from '../../domain/lifecycle';
import { isTerminal, statuses } from '../../domain/lifecycle';
import type {
  Begun,
  ClosedRun,
  DeliveryNote,
  RecordBatch,
  RunFacts,
  RunIdentity,
} from '../../domain/records';
import type { Traces } from '../../domain/traces';
import { together } from '../../domain/traces';
import { emailDigests } from '../../platform/crypto/hmac';
import type { KeyRing } from '../../platform/crypto/keyring';
import type { Assessment, TimelineLine } from '../assessment-rows';
import { toAssessment, toContext, toHighWaterMark, toTimelineLine, toTraces } from '../assessment-rows';
import { announceRuns, openRun, writeBatch } from '../assessment-write';
import { guarded } from '../away';
import type { Database } from '../database';
import type { Page } from '../paging';
import { newestFirst, pageOf } from '../paging';
import { withinVendorReach } from '../reach';

export interface AssessmentFilter {
  connection?: string;
  opportunity?: string;
  status?: Status;
  attention?: boolean;
  /** Found by its digest: the address itself is nowhere in plain text. */
  email?: string;
  /** Default: everything, as below. */
  reach?: Reach;
  limit: number;
  after?: string;
}

export interface OpenRun {
  workflowId: string;
  assessmentId: string;
}

/** As a hint finds it. */
export interface HintedRun extends OpenRun {
  /** Announced a moment ago: its workflow may not have begun. */
  isNew: boolean;
}

/** From its announcement to its start a run takes as long as one workflow task. */
const newForMs = 60_000;

/** A run of another stage change of the same candidate. */
export interface EarlierRun {
  assessmentRef: string | null;
  /** It is over, and about to write the rest of it to Lever. */
  isWriting: boolean;
  traces: Traces | undefined;
}

export interface InvitedRun {
  assessmentId: string;
  workflowId: string;
}

export interface Assessments {
  /** One transaction; may be repeated, or come late, without any change. */
  write(batch: RecordBatch): Promise<void>;
  openRow(run: RunIdentity, delivery: DeliveryNote | null): Promise<{ tokenSpentElsewhere: boolean }>;
  /** Rows of runs that are about to be started, so that hints reach them from then on. */
  announce(runs: readonly RunIdentity[]): Promise<void>;
  /** Notes which key makes the callback address that the run's vendor is about to be given. */
  noteAddressKey(id: string, keyId: string): Promise<void>;
  get(id: string, reach?: Reach): Promise<Assessment | null>;
  getByWorkflow(workflowId: string): Promise<Assessment | null>;
  list(filter: AssessmentFilter): Promise<Page<Assessment>>;
  timeline(id: string): Promise<TimelineLine[]>;
  /** Runs of an opportunity that are not over yet. */
  openRunsOf(connectionId: string, opportunityId: string): Promise<HintedRun[]>;
  /** Runs of a connection that are not over and whose vendor has named the invitation, by their id from behind `behind` on. */
  invitedRuns(connectionId: string, behind: string, limit: number): Promise<InvitedRun[]>;
  /** The newest run with this reference at the vendor. */
  byVendorRef(connectionId: string, vendorRef: string): Promise<Assessment | null>;
  /**
   * Of several runs of one subject lets one work at a time, the earliest first; asked again, a run keeps its turn until it
   * is closed. One that waits for a person holds nobody up.
   */
  takeTurn(run: Pick<RunIdentity, 'assessmentId' | 'connectionId' | 'workflowId'>): Promise<boolean>;
  /** How far the vendor's news with this reference have come, whichever run brought them; null: they are not counted. */
  highWaterMarkOf(connectionId: string, vendorRef: string): Promise<EventPosition | null>;
  /** Other runs of the same stage change that have not come to an end at the vendor. */
  siblings(workflowId: string): Promise<(OpenRun & { status: Status })[]>;
  /** Runs of other stage changes of the candidate, at this connection. */
  earlierRuns(
    run: Pick<RunIdentity, 'connectionId' | 'workflowId'>,
    opportunityId: string,
  ): Promise<EarlierRun[]>;
  /**
   * Whether a newer run speaks for the same candidate: one that answered a later stage change with the same assessment, or
   * that brought later news of the same session at the vendor.
   */
  isOvertaken(id: string): Promise<boolean>;
  /** What all other runs of the same stage change have left on the opportunity. */
  siblingTraces(workflowId: string): Promise<Traces>;
  /** What all runs with this reference at the vendor have left on the opportunity. */
  sessionTraces(connectionId: string, vendorRef: string): Promise<Traces>;
  /** Null: there is no such run, or nobody can have been invited yet. */
  begun(id: string): Promise<Begun | null>;
  /** 'open' while the run is open; null when nothing is known of it, or it never found its opportunity. */
  closedRun(id: string): Promise<ClosedRun | 'open' | null>;
}

const within = (reach: Reach | undefined) =>
  withinVendorReach(reach, { vendor: 'assessments.vendor', connection: 'assessments.connection_id' });

const openStatuses = statuses.filter((status) => !isTerminal(status));

export function createAssessments(db: Database, ring: KeyRing): Assessments {
  const rows = () => db.kysely.selectFrom('assessments').selectAll('assessments');
  const orNull = (row: Parameters<typeof toAssessment>[1] | undefined): Assessment | null =>
    row === undefined ? null : toAssessment(ring, row);

  return guarded<Assessments>({
    write: (batch) => writeBatch(db.kysely, ring, batch),

    openRow: (run, delivery) => openRun(db.kysely, run, delivery),

    announce: async (runs) => {
      if (runs.length > 0) await announceRuns(db.kysely, runs).execute();
    },

    noteAddressKey: async (id, keyId) => {
      await db.kysely.updateTable('assessments').set({ address_key: keyId }).where('id', '=', id).execute();
    },

    get: async (id, reach) =>
      orNull(await rows().where('id', '=', id).where(within(reach)).executeTakeFirst()),

    getByWorkflow: async (workflowId) =>
      orNull(await rows().where('workflow_id', '=', workflowId).executeTakeFirst()),

    async list(filter) {
      let query = newestFirst(rows(), 'created_at', filter).where(within(filter.reach));
      if (filter.connection !== undefined) query = query.where('connection_id', '=', filter.connection);
      if (filter.opportunity !== undefined) query = query.where('opportunity_id', '=', filter.opportunity);
      if (filter.status !== undefined) query = query.where('status', '=', filter.status);
      if (filter.attention !== undefined) query = query.where('attention', '=', filter.attention);
      if (filter.email !== undefined)
        query = query.where('email_digest', 'in', emailDigests(ring, filter.email));
      const found = await query.execute();
      return pageOf(
        found,
        filter.limit,
        (row) => ({ at: row.created_at, id: row.id }),
        (row) => toAssessment(ring, row),
      );
    },

    async timeline(id) {
      const lines = await db.kysely
        .selectFrom('assessment_events')
        .selectAll()
        .where('assessment_id', '=', id)
        .orderBy('at')
        .orderBy('seq')
        .execute();
      return lines.map((line) => toTimelineLine(ring, line));
    },

    async openRunsOf(connectionId, opportunityId) {
      const open = await db.kysely
        .selectFrom('assessments')
        .select(['id', 'workflow_id', 'seq', 'created_at'])
        .where('connection_id', '=', connectionId)
        .where('opportunity_id', '=', opportunityId)
        .where('closed_at', 'is', null)
        .execute();
      return open.map((row) => ({
        workflowId: row.workflow_id,
        assessmentId: row.id,
        isNew: row.seq < 0 && row.created_at.getTime() > Date.now() - newForMs,
      }));
    },

    async invitedRuns(connectionId, behind, limit) {
      const open = await db.kysely
        .selectFrom('assessments')
        .select(['id', 'workflow_id'])
        .where('connection_id', '=', connectionId)
        .where('closed_at', 'is', null)
        .where('vendor_ref', 'is not', null)
        .where('id', '>', behind)
        .orderBy('id')
        .limit(limit)
        .execute();
      return open.map((row) => ({ assessmentId: row.id, workflowId: row.workflow_id }));
    },

    byVendorRef: async (connectionId, vendorRef) =>
      orNull(
        await rows()
          .where('connection_id', '=', connectionId)
          .where('vendor_ref', '=', vendorRef)
          .orderBy('created_at', 'desc')
          .executeTakeFirst(),
      ),

    takeTurn: ({ assessmentId, connectionId, workflowId }) =>
      db.kysely.transaction().execute(async (tx) => {
        const subject = subjectPrefix(workflowId);
        // Rows that are being written elsewhere are not seen here: who asks second must find the first one's turn.
        await sql`select pg_advisory_xact_lock(hashtextextended(${subject}, 0))`.execute(tx);
        const rival = await tx
          .selectFrom('assessments as mine')
          .innerJoin('assessments as theirs', (join) =>
            join.on(
              sql<boolean>`theirs.id <> mine.id and
                (theirs.turn_at is not null or (theirs.created_at, theirs.id) < (mine.created_at, mine.id))`,
            ),
          )
          .select('theirs.id')
          .where('mine.id', '=', assessmentId)
          .where('mine.turn_at', 'is', null)
          .where('theirs.connection_id', '=', connectionId)
          .where(sql<boolean>`starts_with(theirs.workflow_id, ${subject})`)
          .where('theirs.closed_at', 'is', null)
          .where('theirs.attention', '=', false)
          .limit(1)
          .executeTakeFirst();
        if (rival !== undefined) return false;
        await tx
          .updateTable('assessments')
          .set({ turn_at: new Date() })
          .where('id', '=', assessmentId)
          .where('turn_at', 'is', null)
          .execute();
        return true;
      }),

    async highWaterMarkOf(connectionId, vendorRef) {
      const all = await rows()
        .where('connection_id', '=', connectionId)
        .where('vendor_ref', '=', vendorRef)
        .where('newest', 'is not', null)
        .execute();
      return all
        .map(toHighWaterMark)
        .reduce<EventPosition | null>((one, next) => higherOf(one ?? undefined, next), null);
    },

    async siblings(workflowId) {
      const open = await db.kysely
        .selectFrom('claims as mine')
        .innerJoin('claims as theirs', (join) =>
          join
            .onRef('theirs.connection_id', '=', 'mine.connection_id')
            .onRef('theirs.opportunity_id', '=', 'mine.opportunity_id')
            .onRef('theirs.stage_changed_at', '=', 'mine.stage_changed_at')
            .onRef('theirs.workflow_id', '!=', 'mine.workflow_id'),
        )
        .innerJoin('assessments', 'assessments.workflow_id', 'theirs.workflow_id')
        .select(['assessments.id', 'assessments.workflow_id', 'assessments.status'])
        .distinct()
        .where('mine.workflow_id', '=', workflowId)
        .where('assessments.closed_at', 'is', null)
        .where('assessments.status', 'in', openStatuses)
        .execute();
      return open.map((row) => ({ workflowId: row.workflow_id, assessmentId: row.id, status: row.status }));
    },

    async earlierRuns({ connectionId, workflowId }, opportunityId) {
      const mine = stageChangeOf(workflowId);
      const found = await rows()
        .where('connection_id', '=', connectionId)
        .where('opportunity_id', '=', opportunityId)
        .where('workflow_id', '<>', mine)
        .where(sql<boolean>`not starts_with(workflow_id, ${`${mine}/`})`)
        .execute();
      return found.map((row) => ({
        assessmentRef: row.assessment_ref,
        isWriting: row.closed_at === null && isTerminal(row.status) && !row.attention && !row.suspended,
        traces: toTraces(ring, row),
      }));
    },

    async isOvertaken(id) {
      const { rows: found } = await sql`
        select 1 from assessments me
          join claims mine on mine.workflow_id = me.workflow_id
          join claims theirs on theirs.connection_id = mine.connection_id and theirs.opportunity_id = mine.opportunity_id
            and theirs.assessment_ref = mine.assessment_ref and theirs.workflow_id <> mine.workflow_id
            and theirs.stage_changed_at > mine.stage_changed_at
          where me.id = ${id}
        union all
        select 1 from assessments mine
          join assessments theirs on theirs.connection_id = mine.connection_id and theirs.vendor_ref = mine.vendor_ref
            and theirs.status <> 'skipped'
            and (coalesce(theirs.turn_at, theirs.created_at), theirs.id) > (coalesce(mine.turn_at, mine.created_at), mine.id)
          where mine.id = ${id}
        limit 1`.execute(db.kysely);
      return found.length > 0;
    },

    async siblingTraces(workflowId) {
      const first = stageChangeOf(workflowId);
      const all = await rows()
        .where((where) =>
          where.or([
            where('workflow_id', '=', first),
            sql<boolean>`starts_with(workflow_id, ${`${first}/`})`,
          ]),
        )
        .where('workflow_id', '<>', workflowId)
        .execute();
      return together(all.map((row) => toTraces(ring, row)));
    },

    async sessionTraces(connectionId, vendorRef) {
      const all = await rows()
        .where('connection_id', '=', connectionId)
        .where('vendor_ref', '=', vendorRef)
        .execute();
      return together(all.map((row) => toTraces(ring, row)));
    },

    async begun(id) {
      const row = await rows().where('id', '=', id).executeTakeFirst();
      const context = row === undefined ? null : (toContext(ring, row) ?? null);
      if (row === undefined || context === null) return null;
      const traces = toTraces(ring, row);
      return { ...context, vendorRef: row.vendor_ref, ...(traces !== undefined && { traces }) };
    },

    async closedRun(id) {
      const row = await rows().where('id', '=', id).executeTakeFirst();
      return row === undefined
        ? null
        : toClosedRun(toAssessment(ring, row), toContext(ring, row), {
            mark: toHighWaterMark(row),
            traces: toTraces(ring, row),
          });
    },
  });
}

function toClosedRun(
  found: Assessment,
  context: ClosedRun['context'],
  { mark, traces }: { mark: EventPosition | undefined; traces: RunFacts['traces'] },
): ClosedRun | 'open' | null {
  const { assessmentId, workflowId, vendor, connectionId, opportunityId, closedAt } = found;
  if (closedAt === null) return 'open';
  if (opportunityId === null) return null;
  return {
    run: { assessmentId, workflowId, vendor, connectionId, opportunityId },
    status: found.status,
    seq: found.seq,
    facts: {
      ...(found.postingId !== null && { postingId: found.postingId }),
      ...(found.assessmentRef !== null && { assessmentRef: found.assessmentRef }),
      ...(found.assessmentName !== null && { assessmentName: found.assessmentName }),
      ...(found.vendorRef !== null && { vendorRef: found.vendorRef }),
      ...(found.candidate !== null && { candidate: found.candidate }),
      links: found.links,
      ...(found.resultDigest !== null && { resultDigest: found.resultDigest }),
      ...(mark !== undefined && marked(mark)),
      ...(traces !== undefined && { traces }),
      reason: found.reason,
      lastError: found.lastError,
    },
    context,
  };
}
