import { z } from 'zod';
import type { Reach } from '../../domain/access';
import { type DeliveryReason, deliveryReason, reasonText } from '../../domain/delivery-reasons';
import { FulcrumError } from '../../domain/errors';
import type { SkipReason } from '../../domain/events';
import { dealtWith } from '../../domain/reconciling';
import type { DeliveryNote, Verdict } from '../../domain/records';
import type { KeyRing } from '../../platform/crypto/keyring';
import { open, openJson, seal, sealJson } from '../../platform/crypto/seal';
import { guarded } from '../away';
import type { Database } from '../database';
import type { Queue, TakeAnswer, Trimmed } from '../delivery-queue';
import { takeEach, trimUnmatched } from '../delivery-queue';
import type { NewDeliveryRow, TokenHolder } from '../delivery-store';
import {
  reasonColumns,
  spendingVerdicts,
  storeDelivery,
  strippedColumns,
  tokenHolder,
} from '../delivery-store';
import type { Page } from '../paging';
import { newestFirst, pageOf } from '../paging';
import { withinReach } from '../reach';
import type { DeliveryRow } from '../schema';
import { sealedPlace } from '../sealed-columns';

/** What of a request must be kept to process it again. Header names are lower case. */
const deliveryRequest = z.object({
  method: z.string(),
  headers: z.record(z.string(), z.string()),
  /** What followed the key in the address. */
  pathRest: z.string(),
  query: z.record(z.string(), z.string()),
});
export type DeliveryRequest = z.output<typeof deliveryRequest>;

export interface NewDelivery extends DeliveryNote {
  workflowId?: string | null;
  /** The vendor's id of the run. */
  reference?: string | null;
  /** Why the verdict is what it is. */
  reason?: DeliveryReason | null;
  contentType?: string | null;
  /** Sealed; kept 30 days. */
  body?: Buffer | null;
  request?: DeliveryRequest | null;
}

/** A stored delivery without what only its processing needs. */
export interface StoredDelivery extends DeliveryNote {
  workflowId: string | null;
  reference: string | null;
  /** The code may be one that only another release knows. */
  reason: { code: string; detail: string | null } | null;
  contentType: string | null;
  /** How often it was tried to bring it to Temporal. */
  attempts: number;
}

/** A delivery with everything that is needed to process it again. */
export interface FullDelivery extends StoredDelivery {
  body: Buffer | null;
  request: DeliveryRequest | null;
}

/** A delivery about a stage change. */
export interface Move extends Omit<FullDelivery, 'request'> {
  skipReason: SkipReason | null;
}

export interface DeliveryFilter {
  connection?: string;
  verdict?: Verdict;
  source?: DeliveryNote['source'];
  opportunity?: string;
  workflow?: string;
  /** Default: everything, as below. */
  reach?: Reach;
  limit: number;
  after?: string;
}

export interface Deliveries {
  /**
   * Stores a delivery; the verdict is `duplicate` when another one spent its token before, or both are held, and then
   * `keepsRepeat` is asked whether it has a row all the same.
   */
  record(delivery: NewDelivery, keepsRepeat?: () => boolean): Promise<{ verdict: Verdict }>;
  spentBy(
    source: DeliveryNote['source'],
    connectionId: string,
    eventKey: string,
  ): Promise<TokenHolder | null>;
  /**
   * Takes up to `limit` pending deliveries, one of each connection in turn and each connection's oldest first, in a
   * transaction each: two takers never hold the same one. `fn` says what became of it; null, or an error, leaves it pending,
   * for a minute behind those that were not tried yet. One whose message cannot be opened is held, with that as its reason.
   * @param resting runs of which none is taken now; asked for each that is
   * @returns how many were settled
   * @throws whatever `fn` threw; that delivery has one attempt more
   */
  takePending(
    limit: number,
    fn: (delivery: FullDelivery) => Promise<TakeAnswer | null>,
    resting?: () => readonly string[],
  ): Promise<number>;
  /** The same for unmatched callbacks, younger than 7 days, whose reference an assessment has meanwhile. */
  takeMatched(limit: number, fn: (delivery: FullDelivery) => Promise<TakeAnswer | null>): Promise<number>;
  /** Lets go of the oldest unmatched callbacks of connections that have too many; a bounded part at each call. */
  trimUnmatched(): Promise<Trimmed[]>;
  /** The verdict that stands afterwards: `duplicate` when the token is spent; null when there is no such delivery. */
  setVerdict(
    id: string,
    verdict: Verdict,
    more?: { workflowId?: string; reason?: DeliveryReason | null },
  ): Promise<Verdict | null>;
  list(filter: DeliveryFilter): Promise<Page<StoredDelivery>>;
  get(id: string, reach?: Reach): Promise<StoredDelivery | null>;
  /** With body and request. @throws FulcrumError `conflict` when they cannot be opened */
  full(id: string): Promise<FullDelivery | null>;
  /** Null as well when it cannot be opened. */
  body(id: string): Promise<Buffer | null>;
  /**
   * Deliveries about stage changes of these opportunities that have been or will be dealt with, with their bodies, and why
   * the run that each started invited nobody.
   */
  moves(connectionId: string, opportunityIds: readonly string[]): Promise<Move[]>;
}

/** What one message is read as must not stop whoever reads many: null where no key opens it. */
function openedOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

const uniqueViolation = '23505';
const { deliveryBody: bodyPlace, deliveryRequest: requestPlace } = sealedPlace;

export const toDeliveryRow = (note: DeliveryNote): NewDeliveryRow => ({
  id: note.id,
  source: note.source,
  connection_id: note.connectionId,
  event_key: note.eventKey,
  event: note.event,
  received_at: new Date(note.receivedAt),
  verdict: note.verdict,
  opportunity_id: note.opportunityId,
  workflow_id: null,
  reference: null,
  reason: null,
  reason_detail: null,
  content_type: null,
  body_sealed: null,
  request_sealed: null,
});

const toStored = (
  row: Omit<DeliveryRow, 'body_sealed' | 'request_sealed' | 'tried_at' | 'noted_at' | 'attempts'> & {
    attempts: number;
  },
): StoredDelivery => ({
  id: row.id,
  source: row.source,
  connectionId: row.connection_id,
  eventKey: row.event_key,
  event: row.event,
  receivedAt: row.received_at.getTime(),
  verdict: row.verdict,
  opportunityId: row.opportunity_id,
  workflowId: row.workflow_id,
  reference: row.reference,
  reason: row.reason === null ? null : { code: row.reason, detail: row.reason_detail },
  contentType: row.content_type,
  attempts: row.attempts,
});

const shownColumns = [
  'id',
  'source',
  'connection_id',
  'event_key',
  'event',
  'received_at',
  'verdict',
  'opportunity_id',
  'workflow_id',
  'reference',
  'reason',
  'reason_detail',
  'content_type',
  'attempts',
] as const;

export function createDeliveries(db: Database, ring: KeyRing): Deliveries {
  const bodyOf = (row: { id: string; body_sealed: Buffer | null }): Buffer | null =>
    row.body_sealed === null ? null : open(ring, row.body_sealed, bodyPlace(row.id));

  type Row = Parameters<typeof toStored>[0] & { body_sealed: Buffer | null; request_sealed: Buffer | null };
  const toFull = (row: Row): FullDelivery => ({
    ...toStored(row),
    body: bodyOf(row),
    request:
      row.request_sealed === null
        ? null
        : deliveryRequest.parse(openJson(ring, row.request_sealed, requestPlace(row.id))),
  });

  const opened =
    (fn: (delivery: FullDelivery) => Promise<TakeAnswer | null>) =>
    async (row: Row): Promise<TakeAnswer | null> => {
      const full = openedOrNull(() => toFull(row));
      return full === null ? { verdict: 'held', reason: deliveryReason('unopened') } : fn(full);
    };

  const pending: Queue = { verdict: 'pending', servedLast: '' };
  const matched: Queue = { verdict: 'unmatched', servedLast: '' };
  const trimmed: Queue = { verdict: 'unmatched', servedLast: '' };

  return guarded<Deliveries>({
    async record(delivery, keepsRepeat) {
      const { id, body = null, request = null } = delivery;
      const row = {
        ...toDeliveryRow(delivery),
        workflow_id: delivery.workflowId ?? null,
        reference: delivery.reference ?? null,
        ...reasonColumns(delivery.reason ?? null),
        content_type: delivery.contentType ?? null,
        body_sealed: body === null ? null : seal(ring, body, bodyPlace(id)),
        request_sealed: request === null ? null : sealJson(ring, request, requestPlace(id)),
      };
      const { verdict } = await storeDelivery(db.kysely, row, keepsRepeat);
      return { verdict };
    },

    spentBy: (source, connectionId, eventKey) => tokenHolder(db.kysely, { source, connectionId, eventKey }),

    takePending: (limit, fn, resting) => takeEach(db, pending, limit, opened(fn), resting),
    takeMatched: (limit, fn) => takeEach(db, matched, limit, opened(fn)),
    trimUnmatched: () => trimUnmatched(db.slow, trimmed),

    async setVerdict(id, verdict, more = {}) {
      const write = async (value: Verdict): Promise<Verdict | null> => {
        const row = await db.kysely
          .updateTable('deliveries')
          .set({
            verdict: value,
            ...(more.workflowId !== undefined && { workflow_id: more.workflowId }),
            ...(more.reason !== undefined && reasonColumns(more.reason)),
            ...strippedColumns(id, more.reason),
          })
          .where('id', '=', id)
          .returning('verdict')
          .executeTakeFirst();
        return row?.verdict ?? null;
      };
      try {
        return await write(verdict);
      } catch (error) {
        const spends = (spendingVerdicts as readonly Verdict[]).includes(verdict);
        if (!spends || (error as { code?: unknown }).code !== uniqueViolation) throw error;
        return await write('duplicate');
      }
    },

    async list(filter) {
      let query = newestFirst(db.kysely.selectFrom('deliveries').select(shownColumns), 'received_at', filter);
      query = query.where(withinReach(filter.reach, 'deliveries.connection_id'));
      if (filter.connection !== undefined) query = query.where('connection_id', '=', filter.connection);
      if (filter.verdict !== undefined) query = query.where('verdict', '=', filter.verdict);
      if (filter.source !== undefined) query = query.where('source', '=', filter.source);
      if (filter.opportunity !== undefined) query = query.where('opportunity_id', '=', filter.opportunity);
      if (filter.workflow !== undefined) query = query.where('workflow_id', '=', filter.workflow);
      const rows = await query.execute();
      return pageOf(rows, filter.limit, (row) => ({ at: row.received_at, id: row.id }), toStored);
    },

    async get(id, reach) {
      const row = await db.kysely
        .selectFrom('deliveries')
        .select(shownColumns)
        .where('id', '=', id)
        .where(withinReach(reach, 'deliveries.connection_id'))
        .executeTakeFirst();
      return row === undefined ? null : toStored(row);
    },

    async full(id) {
      const row = await db.kysely
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      if (row === undefined) return null;
      const full = openedOrNull(() => toFull(row));
      if (full === null)
        throw new FulcrumError(
          'conflict',
          `This cannot be done again: ${reasonText(deliveryReason('unopened'))}.`,
        );
      return full;
    },

    async body(id) {
      const row = await db.kysely
        .selectFrom('deliveries')
        .select(['id', 'body_sealed'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : openedOrNull(() => bodyOf(row));
    },

    async moves(connectionId, opportunityIds) {
      if (opportunityIds.length === 0) return [];
      const rows = await db.kysely
        .selectFrom('deliveries')
        .leftJoin('assessments', 'assessments.workflow_id', 'deliveries.workflow_id')
        .select([
          ...shownColumns.map((column) => `deliveries.${column}` as const),
          'body_sealed',
          'skip_reason',
        ])
        .where('deliveries.opportunity_id', 'in', opportunityIds)
        .where('deliveries.connection_id', '=', connectionId)
        .where('source', '=', 'lever')
        .where('event', '=', 'candidateStageChange')
        .where('verdict', 'in', [...dealtWith])
        .execute();
      return rows.map((row) => ({
        ...toStored(row),
        body: openedOrNull(() => bodyOf(row)),
        skipReason: row.skip_reason,
      }));
    },
  });
}
