import type { Selectable } from 'kysely';
import { type EndCode, type EndReason, endReasonText } from '../domain/end-reasons';
import { type EventPosition, highWaterMarkOf } from '../domain/event-position';
import type { Status } from '../domain/lifecycle';
import type { RecordBatch, RunFacts, RunIdentity, RunRecord } from '../domain/records';
import type { Trouble } from '../domain/trouble';
import { emailDigest } from '../platform/crypto/hmac';
import type { KeyRing } from '../platform/crypto/keyring';
import { open, openJson, seal, sealJson } from '../platform/crypto/seal';
import type { AssessmentEventRow, AssessmentRow } from './schema';
import { type AssessmentPart, sealedPlace } from './sealed-columns';
import { toTrouble, troublePlace } from './trouble-columns';

/** Rows of runs ↔ what the hub says of them. What a person could be known by is sealed, each part for its own row. */

/** One assessment as the database knows it. */
export interface Assessment extends RunIdentity {
  postingId: string | null;
  assessmentRef: string | null;
  assessmentName: string | null;
  vendorRef: string | null;
  status: Status;
  suspended: boolean;
  attention: boolean;
  candidate: { name: string; email: string | null } | null;
  links: { assessment: string | null; report: string | null };
  resultDigest: string | null;
  /** Why the status is what it is. */
  reason: EndCode | null;
  lastError: string | null;
  /** What keeps failing at present; null: nothing does, or the run itself has said more since. */
  trouble: Trouble | null;
  seq: number;
  createdAt: number;
  updatedAt: number;
  /** When the run was over; null while it is open. */
  closedAt: number | null;
}

export type TimelineLine = Pick<
  RunRecord,
  'seq' | 'at' | 'status' | 'suspended' | 'attention' | 'kind' | 'detail'
>;

const place = sealedPlace.assessment;

/** What an amendment goes on from; kept out of {@link Assessment}, which pages and programs see. */
export const toContext = (ring: KeyRing, row: Selectable<AssessmentRow>): RunFacts['context'] | null =>
  row.context_sealed === null ? null : openJson(ring, row.context_sealed, place(row.id, 'context'));

/** What the run has done to its opportunity; undefined where it has done nothing that matters later. */
export const toTraces = (ring: KeyRing, row: Selectable<AssessmentRow>): RunFacts['traces'] =>
  row.traces_sealed === null ? undefined : openJson(ring, row.traces_sealed, place(row.id, 'traces'));

/** How far the vendor's news of the run have come; undefined where the vendor does not count them. */
export function toHighWaterMark({ newest }: Selectable<AssessmentRow>): EventPosition | undefined {
  if (newest === null) return undefined;
  const [attempt, sequence] = newest.split('/').map(Number);
  return { attempt: attempt ?? 1, sequence: sequence ?? 0 };
}

export function toAssessment(ring: KeyRing, row: Selectable<AssessmentRow>): Assessment {
  const text = (sealed: Buffer | null, what: AssessmentPart): string | null =>
    sealed === null ? null : open(ring, sealed, place(row.id, what)).toString('utf8');
  return {
    assessmentId: row.id,
    workflowId: row.workflow_id,
    vendor: row.vendor,
    connectionId: row.connection_id,
    opportunityId: row.opportunity_id,
    postingId: row.posting_id,
    assessmentRef: row.assessment_ref,
    assessmentName: row.assessment_name,
    vendorRef: row.vendor_ref,
    status: row.status,
    suspended: row.suspended,
    attention: row.attention,
    candidate:
      row.candidate_sealed === null ? null : openJson(ring, row.candidate_sealed, place(row.id, 'candidate')),
    links: {
      assessment: text(row.assessment_link_sealed, 'assessment-link'),
      report: text(row.report_link_sealed, 'report-link'),
    },
    resultDigest: row.result_digest,
    // A process of a release before 0.2 writes the reason of a skip alone.
    reason: row.reason ?? row.skip_reason,
    lastError: text(row.last_error_sealed, 'last-error'),
    trouble: toTrouble(ring, row, troublePlace.run(row.id)),
    seq: row.seq,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    closedAt: row.closed_at?.getTime() ?? null,
  };
}

/** The columns that hold facts; null means "not known by this batch". */
export function factColumns(ring: KeyRing, id: string, facts: RunFacts) {
  const text = (value: string | null | undefined, what: AssessmentPart): Buffer | null =>
    value === undefined || value === null ? null : seal(ring, value, place(id, what));
  const email = facts.candidate?.email ?? null;
  const mark = highWaterMarkOf(facts);
  return {
    posting_id: facts.postingId ?? null,
    assessment_ref: facts.assessmentRef ?? null,
    assessment_name: facts.assessmentName ?? null,
    vendor_ref: facts.vendorRef ?? null,
    candidate_sealed:
      facts.candidate === undefined ? null : sealJson(ring, facts.candidate, place(id, 'candidate')),
    email_digest: email === null ? null : emailDigest(ring, email),
    assessment_link_sealed: text(facts.links?.assessment, 'assessment-link'),
    report_link_sealed: text(facts.links?.report, 'report-link'),
    result_digest: facts.resultDigest ?? null,
    newest: mark === undefined ? null : `${mark.attempt}/${mark.sequence}`,
    context_sealed: facts.context === undefined ? null : sealJson(ring, facts.context, place(id, 'context')),
    last_error_sealed: text(facts.lastError, 'last-error'),
    skip_reason: facts.skipReason ?? null,
    reason: facts.reason ?? null,
    traces_sealed: facts.traces === undefined ? null : sealJson(ring, facts.traces, place(id, 'traces')),
  };
}

/** The row before anything is known of the run but who it is about. */
export function newRow(run: RunIdentity, at: Date): AssessmentRow {
  return {
    id: run.assessmentId,
    workflow_id: run.workflowId,
    vendor: run.vendor,
    connection_id: run.connectionId,
    opportunity_id: run.opportunityId,
    posting_id: null,
    assessment_ref: null,
    assessment_name: null,
    vendor_ref: null,
    status: 'routing',
    suspended: false,
    attention: false,
    // Below every record's number.
    seq: -1,
    candidate_sealed: null,
    email_digest: null,
    assessment_link_sealed: null,
    report_link_sealed: null,
    result_digest: null,
    newest: null,
    turn_at: null,
    context_sealed: null,
    last_error_sealed: null,
    skip_reason: null,
    reason: null,
    address_key: null,
    traces_sealed: null,
    trouble_sealed: null,
    trouble_since: null,
    created_at: at,
    updated_at: at,
    closed_at: null,
    unseen_at: null,
  };
}

/** What a batch says in the end: its newest record's state, all its facts, the newest of each. */
export function fold(
  batch: RecordBatch,
): { first: RunRecord; last: RunRecord; facts: RunFacts; closedAt: Date | null } | null {
  const records = [...batch.records].sort((a, b) => a.seq - b.seq);
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) return null;
  const facts = records.reduce<RunFacts>((all, record) => mergeFacts(all, record.facts ?? {}), {});
  const closing = records.find((record) => record.closed === true);
  return { first, last, facts, closedAt: closing === undefined ? null : new Date(closing.at) };
}

/** Only what is really said counts: an undefined field must not wipe out a known one. */
function mergeFacts(all: RunFacts, more: RunFacts): RunFacts {
  const { links, ...rest } = more;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const saidLinks = Object.fromEntries(
    Object.entries(links ?? {}).filter(([, value]) => value !== undefined && value !== null),
  );
  return { ...all, ...said, links: { ...all.links, ...saidLinks } };
}

export function toEventRow(
  ring: KeyRing,
  { run: { assessmentId: id }, runId = '' }: { run: Pick<RunIdentity, 'assessmentId'>; runId?: string },
  record: RunRecord,
): AssessmentEventRow {
  // A release before 0.2 that was given a continued run passes its reason on as it is.
  const given = record.detail as string | EndReason | null;
  const detail = typeof given === 'string' ? given : endReasonText(given);
  return {
    assessment_id: id,
    seq: record.seq,
    run_id: runId,
    at: new Date(record.at),
    kind: record.kind,
    status: record.status,
    suspended: record.suspended,
    attention: record.attention,
    detail_sealed: detail === null ? null : seal(ring, detail, sealedPlace.assessmentEvent(id, record.seq)),
  };
}

export const toTimelineLine = (ring: KeyRing, row: AssessmentEventRow): TimelineLine => ({
  seq: row.seq,
  at: row.at.getTime(),
  kind: row.kind,
  status: row.status,
  suspended: row.suspended,
  attention: row.attention,
  detail:
    row.detail_sealed === null
      ? null
      : open(ring, row.detail_sealed, sealedPlace.assessmentEvent(row.assessment_id, row.seq)).toString(
          'utf8',
        ),
});
