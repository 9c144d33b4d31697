import type { Invitation, Route, Subject } from './assessment';
import type { EndCode } from './end-reasons';
import type { HighWaterMark } from './event-position';
import type { SkipReason } from './events';
import type { VendorId } from './ids';
import type { Status } from './lifecycle';
import type { Screening } from './screening';
import type { Traces } from './traces';

/**
 * What a run tells the database about itself (decision 0014). Records carry the run's own sequence number, so writing
 * one twice, or late, changes nothing.
 */

/** Who a record is about; enough to make the row where none is yet. */
export interface RunIdentity {
  assessmentId: string;
  workflowId: string;
  vendor: VendorId;
  connectionId: string;
  /** The opportunity; null until a vendor-initiated run has found one. */
  opportunityId: string | null;
}

/** The kinds of lines in a run's timeline. */
export const timelineKinds = [
  'opened',
  'status',
  'event_ignored',
  'event_held',
  'plan_started',
  'plan_finished',
  'effect_failed',
  'effect_settled',
  'suspended',
  'resumed',
  'operator',
  /** The vendor was asked to write to the candidate once more. */
  'reminded',
  /** News that came after the run was over (decision 0012). */
  'amended',
  'closed',
  /** Its workflow was over without a last record: said by the sweep, not by the run. */
  'ended_unseen',
  /** … or goes on although its last record was written, e.g. because it was reset. */
  'reopened',
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** What may become known on the way; every field is written once it is known. */
export interface RunFacts extends HighWaterMark {
  postingId?: string;
  assessmentRef?: string;
  assessmentName?: string;
  vendorRef?: string;
  /** Sealed at rest: who was assessed, and how they are found again (HMAC of the e-mail). */
  candidate?: { name: string; email: string | null };
  links?: { assessment?: string | null; report?: string | null };
  /** What an amendment needs to go on where the run ended; sealed at rest. */
  context?: {
    subject: Subject;
    route: Route;
    inheritTags: string[];
    invitation: Invitation | null;
    /** Of a run that its vendor began: all that the vendor ever tells of it. */
    screening?: Screening;
  };
  /** Digest of the last result, by which an amendment sees whether anything changed. */
  resultDigest?: string;
  lastError?: string | null;
  /** What the run has done to its opportunity; sealed at rest, as tags tell of results. */
  traces?: Traces;
  /** Why nobody was invited. */
  skipReason?: SkipReason;
  /** Why its status is what it is; null: nothing is to be said of it. */
  reason?: EndCode | null;
}

export interface RunRecord {
  seq: number;
  /** Workflow time, ms since 1970. */
  at: number;
  status: Status;
  suspended: boolean;
  attention: boolean;
  kind: TimelineKind;
  /** A short code or sentence; sealed at rest, because reasons come from outside. */
  detail: string | null;
  facts?: RunFacts;
  /** The last record of a run. Its claim it has given back with the first record of its end. */
  closed?: boolean;
}

export interface RecordBatch {
  run: RunIdentity;
  /** Temporal's id of the run that numbers the records; absent in batches of older code. */
  runId?: string;
  records: RunRecord[];
  /** Deliveries this run was started or signalled with, in case api could not write them (decision 0003). */
  deliveries: DeliveryNote[];
}

/** What an amendment needs of a run that is over (decision 0012). */
export interface ClosedRun {
  run: RunIdentity & { opportunityId: string };
  status: Status;
  /** The number of the last record, to go on from. */
  seq: number;
  facts: RunFacts;
  /** Null for a run that ended before the vendor was asked: there is nothing to amend. Whom the vendor refused may be invited. */
  context: RunFacts['context'] | null;
}

/** What is on record of a run whose vendor may have invited, be it open or over. */
export interface Begun extends NonNullable<RunFacts['context']> {
  /** The vendor's name for the invitation; null: none is known to be out. */
  vendorRef: string | null;
  traces?: Traces;
}

/** Enough of a delivery to be written by the run that it reached. */
export interface DeliveryNote {
  id: string;
  source: 'lever' | VendorId;
  connectionId: string;
  eventKey: string;
  event: string;
  receivedAt: number;
  verdict: Verdict;
  opportunityId: string | null;
}

/** What became of a delivery. */
export const verdicts = [
  /** A run was started by it. */
  'started',
  /** Its news were given to a running workflow, or to an amendment. */
  'signalled',
  /** The same was already taken. */
  'duplicate',
  /** Nothing in the connection's settings asks for a reaction. */
  'ignored',
  /** A test ping from Lever's settings page. */
  'ping',
  /** Temporal could not be reached; it is delivered as soon as it can. */
  'pending',
  /** A person has to release or discard it (pause, limits, disconnected). */
  'held',
  'discarded',
  /** An account-level callback whose reference nobody knows yet. */
  'unmatched',
  /** Unreadable, unsigned, oversized … */
  'rejected',
] as const;
export type Verdict = (typeof verdicts)[number];
