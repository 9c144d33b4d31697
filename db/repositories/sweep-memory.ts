import type { SweepAlarmKind } from '../../domain/sweep';
import { guarded } from '../away';
import type { Database } from '../database';

/** What one sweep leaves to the next, and to the person who has to decide. */
export interface SweepMemory {
  state(): Promise<SweepState>;
  /** The namespace whose runs these are: the given one, where none was known so far. */
  namespace(id: string): Promise<string>;
  /** Nothing is closed from now on; raised again, it keeps the time of the first. */
  raise(alarm: Omit<SweepAlarm, 'since'>): Promise<void>;
  /** A look found nothing that a person has to decide. `allIsWell`: nothing at all, so that what was released is used up. */
  looked(found: { allIsWell: boolean }): Promise<void>;
  /**
   * A person has looked: the rows that were found may be closed, or the server that was met is the hub's from now on.
   * @returns false when there is no such alarm
   */
  release(kind: SweepAlarmKind): Promise<boolean>;
}

export interface SweepAlarm {
  kind: SweepAlarmKind;
  /** In words. */
  reason: string;
  /** Rows that were to be closed. */
  rows: number;
  /** Assessments of some of them. */
  examples: readonly string[];
  /** Ms since 1970. */
  since: number;
  /** The namespace that was met instead of the known one. */
  foundNamespaceId: string | null;
}

export interface SweepState {
  /** The Temporal namespace whose runs these are; null: no sweep has been made yet. */
  namespaceId: string | null;
  /** When a look last came to its end without an alarm, ms since 1970. */
  sweptAt: number | null;
  alarm: SweepAlarm | null;
  /** So many rows may be closed by the next sweep, because a person has said so. */
  releasedRows: number;
}

/** What comes in between an alarm and its release is not looked at once more, within reason. */
const latecomers = 20;

const calm = {
  alarm: null,
  alarm_detail: null,
  alarm_rows: 0,
  alarm_examples: [] as string[],
  alarm_at: null,
  found_namespace_id: null,
};

export function createSweepMemory(db: Database): SweepMemory {
  const { kysely } = db;

  return guarded<SweepMemory>({
    async state() {
      const row = await kysely.selectFrom('sweep').selectAll().executeTakeFirstOrThrow();
      return {
        namespaceId: row.namespace_id,
        sweptAt: row.swept_at?.getTime() ?? null,
        alarm:
          row.alarm === null
            ? null
            : {
                kind: row.alarm,
                reason: row.alarm_detail ?? '',
                rows: row.alarm_rows,
                examples: row.alarm_examples,
                since: row.alarm_at?.getTime() ?? 0,
                foundNamespaceId: row.found_namespace_id,
              },
        releasedRows: row.released_rows,
      };
    },

    async namespace(id) {
      await kysely.updateTable('sweep').set({ namespace_id: id }).where('namespace_id', 'is', null).execute();
      const row = await kysely.selectFrom('sweep').select('namespace_id').executeTakeFirstOrThrow();
      return row.namespace_id ?? id;
    },

    async raise({ kind, reason, rows, examples, foundNamespaceId }) {
      await kysely
        .updateTable('sweep')
        .set((of) => ({
          alarm: kind,
          alarm_detail: reason,
          alarm_rows: rows,
          alarm_examples: [...examples],
          found_namespace_id: foundNamespaceId,
          alarm_at: of.case().when('alarm', '=', kind).then(of.ref('alarm_at')).else(new Date()).end(),
          released_rows: 0,
        }))
        .execute();
    },

    async looked({ allIsWell }) {
      await kysely
        .updateTable('sweep')
        .set({ ...calm, ...(allIsWell && { released_rows: 0 }), swept_at: new Date() })
        .execute();
    },

    async release(kind) {
      const { numUpdatedRows } = await kysely
        .updateTable('sweep')
        .set((of) => ({
          ...calm,
          ...(kind === 'other_server'
            ? { namespace_id: of.ref('found_namespace_id') }
            : { released_rows: of('alarm_rows', '+', latecomers) }),
        }))
        .where('alarm', '=', kind)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
  });
}
