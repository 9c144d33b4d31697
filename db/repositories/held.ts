import type { ExpressionBuilder } from 'kysely';
import { type DeliveryReason, deliveryReason, heldForTheConnection } from '../../domain/delivery-reasons';
import type { BackfillLimit } from '../../domain/reconciling';
import { guarded } from '../away';
import type { Database } from '../database';
import { isUniqueViolation, reasonColumns } from '../delivery-store';
import type { Schema } from '../schema';

/** Held deliveries of one connection: what waits until it is active again, and what waits for a person (decision 0005). */
export interface HeldDeliveries {
  /** Those that a resumed connection lets go on by itself, oldest first. */
  forResume(connectionId: string, limit: number): Promise<HeldDelivery[]>;
  /** Leaves those of {@link forResume} to a person, for this reason: these, or all of them. */
  leaveToPerson(connectionId: string, limit: BackfillLimit, ids?: readonly string[]): Promise<void>;
  /** Those that can go on, oldest first: a message that was erased can only be discarded. */
  releasable(connectionId: string, choice: HeldChoice & { limit: number }): Promise<HeldDelivery[]>;
  /** Has one go on like any other that waits for Temporal; one whose token was spent meanwhile becomes a duplicate. */
  release(id: string): Promise<void>;
  /** Takes up to `limit` off the list for good, oldest first; how many. */
  discard(connectionId: string, choice: HeldChoice & { limit: number }): Promise<number>;
  count(connectionId: string): Promise<number>;
  /** Active connections whose deliveries are still held because they were not: nobody was there when they came back. */
  stranded(): Promise<ReadonlySet<string>>;
}

export interface HeldDelivery {
  id: string;
  /** Ms since 1970. */
  receivedAt: number;
}

export interface HeldChoice {
  /** Ms since 1970. */
  receivedBefore?: number;
}

/** Sentences of releases before 0.2. */
const formerly = {
  connectionNotActive: 'the connection is ',
  settingsUnreadable: 'the settings of the connection cannot be read: correct them',
};

export function createHeldDeliveries(db: Database): HeldDeliveries {
  const held = (connectionId: string, { receivedBefore }: HeldChoice = {}) =>
    db.kysely
      .selectFrom('deliveries')
      .where('connection_id', '=', connectionId)
      .where('verdict', '=', 'held')
      .$if(receivedBefore !== undefined, (query) =>
        query.where('received_at', '<', new Date(receivedBefore ?? 0)),
      );

  const oldest = async (query: ReturnType<typeof held>, limit: number): Promise<HeldDelivery[]> => {
    const rows = await query
      .select(['id', 'received_at'])
      .orderBy('received_at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ id: row.id, receivedAt: row.received_at.getTime() }));
  };

  const isForTheConnection = (where: Pick<ExpressionBuilder<Schema, 'deliveries'>, 'or' | 'eb'>) =>
    where.or([
      where.eb('deliveries.reason', 'in', [...heldForTheConnection, formerly.settingsUnreadable]),
      where.eb('deliveries.reason', 'like', `${formerly.connectionNotActive}%`),
    ]);

  /**
   * What waits for its connection alone. A process of a release before 0.2 that still runs beside this one writes the
   * sentence instead of the code.
   */
  const withinLimits = (where: ExpressionBuilder<Schema, 'deliveries'>) =>
    where.or([where('deliveries.reason', 'is', null), isForTheConnection(where)]);

  return guarded<HeldDeliveries>({
    forResume: (connectionId, limit) => oldest(held(connectionId).where(withinLimits), limit),

    async leaveToPerson(connectionId, limit, ids) {
      if (ids?.length === 0) return;
      await db.kysely
        .updateTable('deliveries')
        .set(reasonColumns(deliveryReason(limit)))
        .where('connection_id', '=', connectionId)
        .where('verdict', '=', 'held')
        .where(withinLimits)
        .$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? []))
        .execute();
    },

    releasable: (connectionId, { limit, ...choice }) =>
      oldest(held(connectionId, choice).where('body_sealed', 'is not', null), limit),

    async release(id) {
      const become = (verdict: 'pending' | 'duplicate', reason: DeliveryReason | null) =>
        db.kysely
          .updateTable('deliveries')
          .set({ verdict, ...reasonColumns(reason), tried_at: null })
          .where('id', '=', id)
          .where('verdict', '=', 'held')
          .execute();
      try {
        await become('pending', null);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        await become('duplicate', deliveryReason('taken_with_another'));
      }
    },

    async discard(connectionId, { limit, ...choice }) {
      const { numUpdatedRows } = await db.kysely
        .updateTable('deliveries')
        .set({ verdict: 'discarded', ...reasonColumns(deliveryReason('discarded')) })
        .where(
          'id',
          'in',
          held(connectionId, choice).select('id').orderBy('received_at').orderBy('id').limit(limit),
        )
        .where('verdict', '=', 'held')
        .executeTakeFirst();
      return Number(numUpdatedRows);
    },

    async count(connectionId) {
      const row = await held(connectionId)
        .select((of) => of.fn.countAll<string>().as('held'))
        .executeTakeFirstOrThrow();
      return Number(row.held);
    },

    async stranded() {
      const rows = await db.kysely
        .selectFrom('deliveries')
        .innerJoin('connections', 'connections.id', 'deliveries.connection_id')
        .select('deliveries.connection_id')
        .distinct()
        .where('deliveries.verdict', '=', 'held')
        .where('connections.status', '=', 'active')
        .where(isForTheConnection)
        .execute();
      return new Set(rows.map((row) => row.connection_id));
    },
  });
}
