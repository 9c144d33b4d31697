import type { Selectable, Updateable } from 'kysely';
import { reasonOf } from '../domain/connection-reasons';
import type { ErrorCode } from '../domain/errors';
import {
  impairedBecause,
  isImpairing,
  refusalsToImpair,
  withoutScope,
  withRefusal,
} from '../domain/impairment';
import { statusColumns } from './connection-reason-columns';
import type { Database } from './database';
import { lockedRow } from './locked-row';
import type { ConnectionRow } from './schema';

/** Which runs of a connection were refused what, and what it makes of the connection (`domain/impairment.ts`). */
export interface RefusalRecords {
  /**
   * Counts one refusal; whether it is one of a connection that is impaired now. What was refused to an attempt that began
   * before somebody mended the connection is not what it has now, and counts for nothing. Where the refusal would impair
   * the connection and is in doubt, it is not counted: `doubtful`.
   */
  refuse(id: string, refusal: Refusal): Promise<'counted' | 'impaired' | 'doubtful'>;
  /** What this scope is about works: an impaired connection for which nothing else speaks is usable again. */
  works(id: string, scope: string): Promise<void>;
  /** A person has mended the connection: whatever was refused before says nothing any more. */
  mend(id: string): Promise<void>;
  /** Lets one of those who ask try an impaired connection, the others not before `everyMs` have passed. */
  claimProbe(id: string, everyMs: number): Promise<boolean>;
}

export interface Refusal {
  scope: string;
  /** Id of the run's assessment. */
  run: string;
  code: ErrorCode;
  /** In words; it lies in the database in plain text. */
  message: string;
  /** When the refused attempt began, ms since 1970. */
  triedAt: number;
  /** It may still be about each run alone. */
  isInDoubt: boolean;
}

type Row = Selectable<ConnectionRow>;

/** @param isPaused whether the connection's settings have it paused when nothing else is wrong */
export function refusalsOf(db: Database, isPaused: (row: Row) => boolean): RefusalRecords {
  /** Changes a connection under its row's lock, so that refusals at the same time count one by one. */
  const change = <T>(
    id: string,
    decide: (row: Row) => { set: Updateable<ConnectionRow> | null; answer: T },
    missing: T,
  ): Promise<T> =>
    db.kysely.transaction().execute(async (tx) => {
      const row = await lockedRow(tx, 'connections', id);
      if (row === undefined) return missing;
      const { set, answer } = decide(row);
      if (set !== null) {
        await tx
          .updateTable('connections')
          .set({ ...set, updated_at: new Date() })
          .where('id', '=', id)
          .execute();
      }
      return answer;
    });

  const usable = (row: Row): Updateable<ConnectionRow> => {
    // What it comes back to once Lever takes its access again is impaired no more.
    if (row.status === 'disconnected' && isImpairing(row.refusals))
      return { code_before: null, reason_before: null };
    return row.status !== 'impaired'
      ? {}
      : isPaused(row)
        ? { status: 'paused', ...statusColumns(reasonOf('paused_by_operator')) }
        : { status: 'active', ...statusColumns(null) };
  };

  return {
    refuse: (id, { scope, run, code, message, triedAt, isInDoubt }) =>
      change<'counted' | 'impaired' | 'doubtful'>(
        id,
        (row) => {
          if (row.mended_at !== null && row.mended_at.getTime() > triedAt)
            return { set: null, answer: 'counted' };
          const refusals = withRefusal(row.refusals, scope, run);
          const isRule = (refusals[scope]?.length ?? 0) >= refusalsToImpair;
          const impairs = isRule && (row.status === 'active' || row.status === 'paused');
          if (impairs && isInDoubt) return { set: null, answer: 'doubtful' };
          const set = {
            ...(refusals !== row.refusals && { refusals: JSON.stringify(refusals) }),
            ...(impairs && {
              status: 'impaired' as const,
              ...statusColumns(reasonOf('impaired', impairedBecause(code, message))),
              probed_at: new Date(),
            }),
          };
          return {
            set: Object.keys(set).length === 0 ? null : set,
            answer: isRule ? 'impaired' : 'counted',
          };
        },
        'counted',
      ),

    works: (id, scope) =>
      change(
        id,
        (row) => {
          if (row.refusals[scope] === undefined) return { set: null, answer: undefined };
          const refusals = withoutScope(row.refusals, scope);
          const set = {
            refusals: JSON.stringify(refusals),
            ...(!isImpairing(refusals) && usable(row)),
          };
          return { set, answer: undefined };
        },
        undefined,
      ),

    mend: (id) =>
      change(
        id,
        (row) => ({ set: { refusals: '{}', mended_at: new Date(), ...usable(row) }, answer: undefined }),
        undefined,
      ),

    async claimProbe(id, everyMs) {
      const { numUpdatedRows } = await db.kysely
        .updateTable('connections')
        .set({ probed_at: new Date() })
        .where('id', '=', id)
        .where('status', '=', 'impaired')
        .where((where) =>
          where.or([where('probed_at', 'is', null), where('probed_at', '<', new Date(Date.now() - everyMs))]),
        )
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}
