import { createHash } from 'node:crypto';
import type { Claims } from '../db/repositories/claims';
import type { Deliveries, NewDelivery } from '../db/repositories/deliveries';
import type { TriggerStages } from '../db/repositories/trigger-stages';
import { type DeliveryReason, deliveryReason } from '../domain/delivery-reasons';
import {
  backfillLimitReached,
  type Entry,
  entryKey,
  isAnswered,
  type KnownMove,
  scanOf,
  type StageScan,
  triggerStageIds,
} from '../domain/reconciling';
import { stageChangedAt } from '../lever/to-domain';
import { leverDelivery } from '../lever/webhook-schema';
import { callLever } from './access';
import type { ActivityDeps } from './deps';

/** How one look finds moves that no webhook told of (decision 0005), step by step. */

export interface ScanPlan {
  /** Who entered later is left to the next look, ms since 1970. */
  until: number;
  /** Empty: there is nothing to look for. */
  looks: StageScan[];
}

export interface ReconcileRecords {
  /** What to look for; nothing unless the connection is active and was heard from. */
  planLook(input: { connectionId: string; graceMs: number }): Promise<ScanPlan>;
  /** Those of these entries that nobody answered. */
  findUnanswered(input: { connectionId: string; entries: Entry[] }): Promise<Entry[]>;
  /** Stores entries as deliveries: those that may go on by themselves as pending, the others held. */
  storeFound(input: {
    connectionId: string;
    entries: Entry[];
    /** How many this look found altogether. */
    found: number;
  }): Promise<{ pending: number; held: number }>;
  /** Notes that everybody who entered these stages until then was dealt with. */
  finishLook(input: { connectionId: string; stageIds: string[]; until: number }): Promise<void>;
}

export interface ReconcileLever {
  /** One page of those who stand in the stage and advanced since. One GET. */
  lookAtStage(input: {
    connectionId: string;
    stageId: string;
    since: number;
    offset: string | null;
  }): Promise<{ entries: Entry[]; next: string | null }>;
}

export interface ReconcileDeps extends Pick<ActivityDeps, 'connections' | 'vendor'> {
  claims: Pick<Claims, 'ofOpportunities'>;
  deliveries: Pick<Deliveries, 'moves' | 'record'>;
  triggerStages: TriggerStages;
}

export function createReconcileRecords(deps: ReconcileDeps): ReconcileRecords {
  return {
    async planLook({ connectionId, graceMs }) {
      const now = Date.now();
      const nothing: ScanPlan = { until: now - graceMs, looks: [] };
      // From the database: whether it was heard from is not announced to other processes.
      const connection = await deps.connections.get(connectionId);
      if (connection?.status !== 'active') return nothing;
      const settings = deps.vendor(connection.vendor).settings.safeParse(connection.settings);
      if (!settings.success) return nothing;
      const stageIds = triggerStageIds(connection, settings.data.triggerStages);
      const stages = await deps.triggerStages.set(connectionId, stageIds, now);
      const { firstHeardAt } = connection;
      if (firstHeardAt === null) return nothing;
      return { ...nothing, looks: stages.map((stage) => scanOf(stage, firstHeardAt)) };
    },

    async findUnanswered({ connectionId, entries }) {
      const people = entries.map(({ opportunityId }) => opportunityId);
      const [claims, moves] = await Promise.all([
        deps.claims.ofOpportunities(connectionId, people),
        deps.deliveries.moves(connectionId, people),
      ]);
      const known = moves.map((move) => toKnownMove(move));
      return entries.filter((entry) => !isAnswered(entry, keyOf(entry), known, claims));
    },

    async storeFound({ connectionId, entries, found }) {
      const now = Date.now();
      const count = { pending: 0, held: 0 };
      // In the order in which they came, which is the order in which they are brought to Temporal.
      for (const entry of entries.toSorted((one, other) => one.enteredAt - other.enteredAt)) {
        const limit = backfillLimitReached(now - entry.enteredAt, found);
        const verdict = limit === null ? 'pending' : 'held';
        const reason = deliveryReason(limit ?? 'found_by_looking');
        await deps.deliveries.record(deliveryOf(connectionId, entry, { now, verdict, reason }));
        count[verdict] += 1;
      }
      return count;
    },

    finishLook: ({ connectionId, stageIds, until }) =>
      deps.triggerStages.setScannedUntil(connectionId, stageIds, until),
  };
}

export const createReconcileLever = (deps: ActivityDeps): ReconcileLever => ({
  lookAtStage: ({ connectionId, stageId, since, offset }) =>
    callLever(deps, connectionId, async (lever) => {
      const { items, next } = await lever.pageOfOpportunities(
        { stageId, advancedAtStart: since, confidentiality: 'all', archived: false },
        offset ?? undefined,
      );
      // Somebody may have moved on between Lever's choice and its answer.
      const there = items.filter(({ stage }) => stage === stageId);
      const entries = there.map((item) => ({
        opportunityId: item.id,
        stageId,
        enteredAt: stageChangedAt(item),
      }));
      // Who was erased since does not get into the history of this look either.
      const erased = await deps.tombstones.opportunities(
        connectionId,
        entries.map(({ opportunityId }) => opportunityId),
      );
      const isLeft = ({ opportunityId, enteredAt }: Entry): boolean =>
        enteredAt > (erased.get(opportunityId) ?? Number.NEGATIVE_INFINITY);
      return { entries: entries.filter(isLeft), next };
    }),
});

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const keyOf = (entry: Entry): string => entryKey(entry, hashOf(entry.opportunityId));

function toKnownMove(move: Awaited<ReturnType<Deliveries['moves']>>[number]): KnownMove {
  return {
    opportunityId: move.opportunityId ?? '',
    toStageId: stageIn(move.body),
    eventKey: move.eventKey,
    receivedAt: move.receivedAt,
    verdict: move.verdict,
    workflowId: move.workflowId,
    skipReason: move.skipReason,
  };
}

function stageIn(body: Buffer | null): string | null {
  try {
    const parsed = leverDelivery.safeParse(JSON.parse(body?.toString('utf8') ?? 'null'));
    return parsed.data?.data.toStageId ?? null;
  } catch {
    return null;
  }
}

/**
 * A found entry in the form of the webhook that never came, so that from here on it goes the way of every start. Its id
 * is made of what it says: storing it again changes nothing, whatever became of it.
 */
function deliveryOf(
  connectionId: string,
  entry: Entry,
  { now, verdict, reason }: { now: number; verdict: 'pending' | 'held'; reason: DeliveryReason },
): NewDelivery {
  const { opportunityId, stageId, enteredAt } = entry;
  const event = 'candidateStageChange';
  const eventKey = keyOf(entry);
  const message = {
    event,
    triggeredAt: enteredAt,
    token: eventKey,
    data: { opportunityId, toStageId: stageId },
  };
  return {
    id: `dlv_${hashOf(`${connectionId} ${eventKey}`).slice(0, 32)}`,
    source: 'lever',
    connectionId,
    eventKey,
    event,
    receivedAt: now,
    verdict,
    opportunityId,
    reason,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(message), 'utf8'),
  };
}
