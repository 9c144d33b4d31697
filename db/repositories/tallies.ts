import { sql } from 'kysely';
import type { Reach } from '../../domain/access';
import type { Verdict } from '../../domain/records';
import { guarded } from '../away';
import type { Database } from '../database';
import { withinReach } from '../reach';
import type { DeliveryRow } from '../schema';

/** How many messages of one day were answered without a row of their own. */
export interface DeliveryTally {
  connectionId: string;
  source: DeliveryRow['source'];
  verdict: Verdict;
  /** In UTC, `2026-01-31`. */
  day: string;
  count: number;
}

export interface Tallies {
  /** Adds to what was counted before. */
  add(tallies: readonly DeliveryTally[]): Promise<void>;
  /** Newest day first. */
  list(filter: { connection?: string; reach?: Reach; limit: number }): Promise<DeliveryTally[]>;
}

export const createTallies = (db: Database): Tallies =>
  guarded<Tallies>({
    async add(tallies) {
      if (tallies.length === 0) return;
      await db.kysely
        .insertInto('delivery_tallies')
        .values(
          // In one order everywhere, so that two processes never wait for each other.
          [...tallies]
            .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
            .map(({ connectionId, ...tally }) => ({ connection_id: connectionId, ...tally })),
        )
        .onConflict((conflict) =>
          conflict
            .columns(['connection_id', 'source', 'verdict', 'day'])
            .doUpdateSet({ count: sql`delivery_tallies.count + excluded.count` }),
        )
        .execute();
    },

    async list({ connection, reach, limit }) {
      const rows = await db.kysely
        .selectFrom('delivery_tallies')
        .select(['connection_id', 'source', 'verdict', 'count'])
        .select(sql<string>`to_char(day, 'YYYY-MM-DD')`.as('day'))
        .$if(connection !== undefined, (query) => query.where('connection_id', '=', connection ?? ''))
        .where(withinReach(reach, 'delivery_tallies.connection_id'))
        .orderBy('delivery_tallies.day', 'desc')
        .orderBy('connection_id')
        .orderBy('source')
        .orderBy('verdict')
        .limit(limit)
        .execute();
      return rows.map(({ connection_id: connectionId, count, ...row }) => ({
        connectionId,
        ...row,
        count: Number(count),
      }));
    },
  });

const nameOf = ({ connectionId, source, verdict, day }: DeliveryTally): string =>
  [connectionId, source, verdict, day].join(' ');
