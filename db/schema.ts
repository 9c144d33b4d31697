import type { ColumnType, Generated } from 'kysely';
import type { Reach, Right } from '../domain/access';
import type { AuditOutcome } from '../domain/audit';
import type {
  Connection,
  FormerAddress,
  LeverEnvironment,
  RegisteredWebhook,
  StageName,
} from '../domain/connection';
import type { EndCode } from '../domain/end-reasons';
import type { AtVendor, ErasureCounts, ErasureStatus, TombstoneKind } from '../domain/erasure';
import type { SkipReason } from '../domain/events';
import type { VendorId } from '../domain/ids';
import type { Refusals } from '../domain/impairment';
import type { Status } from '../domain/lifecycle';
import type { DeliveryNote, TimelineKind, Verdict } from '../domain/records';
import type { SweepAlarmKind } from '../domain/sweep';

/**
 * The tables as kysely sees them. What ends in `_sealed` is encrypted (platform/crypto/seal.ts); everything else is
 * ids, codes and times, so that the database alone tells nothing about a person (decision 0016).
 */

/** Stored as JSON; written as text, because pg would send an array as a PostgreSQL array. */
type Json<T> = ColumnType<T, string, string>;

export interface ConnectionRow extends Pick<
  Connection,
  'id' | 'key' | 'vendor' | 'customer' | 'environment' | 'status'
> {
  /** A code of `domain/connection-reasons.ts`, and what its sentence says besides. */
  status_code: string | null;
  status_reason: string | null;
  /** Settings name people (service user) and hold free text. */
  settings_sealed: Buffer;
  secrets_sealed: Buffer;
  lever_account_id: string | null;
  perform_as: string | null;
  stages: Json<StageName[]>;
  webhooks: Json<RegisteredWebhook[]>;
  webhook_problem: string | null;
  last_heard_at: Date | null;
  first_heard_at: Date | null;
  refused_since: Date | null;
  /** When a refused connection may be probed again; later while somebody is at it. */
  probe_after: Date | null;
  /** Why it was not active before Lever refused it; null: it was. */
  code_before: string | null;
  reason_before: string | null;
  /** What keeps failing for no run's sake, with its words; {@link trouble_since} says since when. */
  trouble_sealed: Buffer | null;
  trouble_since: Date | null;
  refusals: Json<Refusals>;
  /** What was refused to attempts that began before says nothing any more. */
  mended_at: Date | null;
  /** When an impaired connection was last tried. */
  probed_at: Date | null;
  ends_runs: boolean;
  /** Id of the key that makes the callback address which people are shown; null: not settled yet. */
  address_key: string | null;
  /** Counts how often its addresses were made anew. */
  address_generation: Generated<number>;
  former_addresses: ColumnType<FormerAddress[], string | undefined, string>;
  created_at: Date;
  updated_at: Date;
  /** Kept by a trigger; null: it is not disabled. */
  disabled_at: Generated<Date | null>;
  /** When its credentials were removed because it was disabled for long. */
  credentials_removed_at: Generated<Date | null>;
}

export interface GrantRow {
  connection_id: string;
  grant_sealed: Buffer;
  updated_at: Date;
  granted_at: Generated<Date>;
  refreshed_at: Generated<Date>;
}

export interface DeliveryRow {
  id: string;
  source: DeliveryNote['source'];
  connection_id: string;
  event_key: string;
  event: string;
  received_at: Date;
  verdict: Verdict;
  opportunity_id: string | null;
  workflow_id: string | null;
  /** The vendor's id of the run, for callbacks that name one. */
  reference: string | null;
  /** A code of `domain/delivery-reasons.ts`, or of a refusal; an unknown one was written by another release. */
  reason: string | null;
  reason_detail: string | null;
  content_type: string | null;
  body_sealed: Buffer | null;
  request_sealed: Buffer | null;
  attempts: Generated<number>;
  tried_at: Date | null;
  /** When the run or amendment that it was signalled to put it on record; null: nobody has taken it yet. */
  noted_at: Date | null;
}

export interface DeliveryTallyRow {
  connection_id: string;
  source: DeliveryNote['source'];
  verdict: Verdict;
  /** In UTC; kysely's driver reads a date as one of local time, so it is always selected as text. */
  day: ColumnType<never, string, string>;
  count: ColumnType<string, number, number>;
}

export interface UnmatchedOverflowRow {
  connection_id: string;
  source: DeliveryNote['source'];
  /** When a callback was last let go. */
  gone_at: Date;
  /** When its open invitations were last begun to be asked; null: never. */
  asked_at: Date | null;
  /** The assessment up to which they have been; null: all, or none is being asked. */
  asking_behind: string | null;
}

export interface ClaimRow {
  connection_id: string;
  opportunity_id: string;
  assessment_ref: string;
  stage_changed_at: Date;
  workflow_id: string;
  active: Generated<boolean>;
  taken_at: Generated<Date>;
  released_at: Date | null;
}

export interface AssessmentRow {
  id: string;
  workflow_id: string;
  vendor: VendorId;
  connection_id: string;
  opportunity_id: string | null;
  posting_id: string | null;
  assessment_ref: string | null;
  assessment_name: string | null;
  vendor_ref: string | null;
  status: Status;
  suspended: boolean;
  attention: boolean;
  /** Sequence number of the newest record that was applied. */
  seq: number;
  candidate_sealed: Buffer | null;
  email_digest: string | null;
  assessment_link_sealed: Buffer | null;
  report_link_sealed: Buffer | null;
  result_digest: string | null;
  /** How far the vendor's own count of its news has come: `attempt/sequence`. */
  newest: string | null;
  /** Since when it works on what only one run of its subject may; see `takeTurn`. */
  turn_at: Date | null;
  /** What an amendment goes on from. */
  context_sealed: Buffer | null;
  last_error_sealed: Buffer | null;
  skip_reason: SkipReason | null;
  /** Why the status is what it is. */
  reason: EndCode | null;
  /** Id of the key that made the callback address which its vendor was given; null: none was, or it was not noted. */
  address_key: string | null;
  /** What the run has done to its opportunity. */
  traces_sealed: Buffer | null;
  /** What keeps failing at present, told by the activity itself. */
  trouble_sealed: Buffer | null;
  trouble_since: Date | null;
  created_at: Date;
  updated_at: Date;
  closed_at: Date | null;
  /** When the sweep closed it, because its workflow was over without having said so. */
  unseen_at: Date | null;
}

export interface AssessmentEventRow {
  assessment_id: string;
  seq: number;
  /** Temporal's id of the run in which the number was given; empty for what older code wrote. */
  run_id: string;
  at: Date;
  kind: TimelineKind;
  status: Status;
  suspended: boolean;
  attention: boolean;
  detail_sealed: Buffer | null;
}

export interface AuditRow {
  id: Generated<string>;
  at: Generated<Date>;
  /** `operator`, the id of a token, or whoever else caused it. */
  actor: string;
  action: string;
  target: string;
  detail_sealed: Buffer | null;
  outcome: Generated<AuditOutcome>;
  /** Of the refusal or the fault. */
  code: string | null;
  /** By these two a line is within a token's reach. */
  connection_id: string | null;
  vendor: VendorId | null;
  /** The line that was written before the change. */
  intended_id: string | null;
}

export interface ApiTokenRow {
  id: string;
  /** Of the token, which itself is stored nowhere. */
  digest: Buffer;
  label: string;
  reach: Reach['kind'];
  vendor: VendorId | null;
  connection_id: string | null;
  rights: Right[];
  created_by: string;
  created_at: Generated<Date>;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export interface CatalogueItem {
  id: string;
  name: string;
  type?: string;
}

export interface CatalogueRow {
  connection_id: string;
  items: Json<CatalogueItem[]>;
  as_of: Date;
}

export interface TriggerStageRow {
  connection_id: string;
  stage_id: string;
  activated_at: Date;
  looked_until: Date | null;
}

export interface ConnectLinkRow {
  id: string;
  token_digest: string;
  reference_digest: string | null;
  vendor: VendorId;
  customer: string;
  environment: LeverEnvironment;
  /** Set when the link renews the access of a connection that exists. */
  connection_id: string | null;
  /** Credentials and settings for the connection to be made. */
  given_sealed: Buffer;
  created_at: Generated<Date>;
  expires_at: Date;
  used_at: Date | null;
}

/** One answer of Lever's consent page, by what the browser's cookie held. */
export interface ConnectAnswerRow {
  link_id: string;
  nonce_digest: string;
  taken_at: Generated<Date>;
}

export interface FileRow {
  id: string;
  assessment_id: string;
  /** Vendors name reports after people. */
  name_sealed: Buffer;
  content_type: string;
  /** Bytes that are here; pg gives bigint as text. */
  size: ColumnType<string, number, number>;
  /** Of the content, in hex; null until all of it is here. */
  sha256: string | null;
  created_at: Generated<Date>;
}

export interface FilePieceRow {
  file_id: string;
  number: number;
  content_sealed: Buffer;
}

/** One row, with the id 1. */
export interface SweepRow {
  id: Generated<number>;
  /** The Temporal namespace in which the runs are that the database knows. */
  namespace_id: string | null;
  /** When a sweep last came to its end. */
  swept_at: Date | null;
  /** Why nothing is closed until a person says so. */
  alarm: SweepAlarmKind | null;
  alarm_detail: string | null;
  /** Rows that were to be closed when it was raised. */
  alarm_rows: Generated<number>;
  /** Some of their assessments. */
  alarm_examples: Generated<string[]>;
  alarm_at: Date | null;
  /** The other namespace that was met. */
  found_namespace_id: string | null;
  /** So many rows may be closed at once, because a person has said so; 0: the limit decides. */
  released_rows: Generated<number>;
}

export interface HubSecretRow {
  name: string;
  value_sealed: Buffer;
  created_at: Generated<Date>;
}

/** What was erased, so that nothing of it comes back; no digest tells whom it is about. */
export interface TombstoneRow {
  digest: string;
  kind: TombstoneKind;
  erased_at: Date;
  expires_at: Date;
}

export interface ErasureRow {
  id: string;
  customer: string;
  environment: LeverEnvironment;
  requested_by: string;
  requested_at: Generated<Date>;
  status: ErasureStatus;
  /** What came before is erased; null until it has begun. */
  erased_at: Generated<Date | null>;
  finished_at: Generated<Date | null>;
  counts: Generated<ErasureCounts>;
  at_vendors: Generated<AtVendor[]>;
  /** By which a second request for the same person joins; null once it is over, like the next. */
  subject_digest: string | null;
  subject_sealed: Buffer | null;
}

export interface Schema {
  connections: ConnectionRow;
  grants: GrantRow;
  trigger_stages: TriggerStageRow;
  catalogues: CatalogueRow;
  connect_links: ConnectLinkRow;
  connect_answers: ConnectAnswerRow;
  files: FileRow;
  file_pieces: FilePieceRow;
  deliveries: DeliveryRow;
  delivery_tallies: DeliveryTallyRow;
  unmatched_overflows: UnmatchedOverflowRow;
  claims: ClaimRow;
  assessments: AssessmentRow;
  assessment_events: AssessmentEventRow;
  audit: AuditRow;
  api_tokens: ApiTokenRow;
  sweep: SweepRow;
  hub_secrets: HubSecretRow;
  tombstones: TombstoneRow;
  erasures: ErasureRow;
}
