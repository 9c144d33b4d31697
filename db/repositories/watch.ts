import { sql } from 'kysely';
import type { Verdict } from '../../domain/records';
import type { SweepAlarmKind } from '../../domain/sweep';
import { guarded } from '../away';
import type { Database } from '../database';

/** What an operator watches: how much waits, and since when. Ages in seconds; null: nothing waits. */
export interface Watched {
  runs: Record<TroubleKind, { count: number; oldest: number | null }>;
  deliveries: Record<WaitingVerdict, { count: number; oldest: number | null }>;
  /** How many connections have each status that any has. */
  connections: Record<string, number>;
  alarm: SweepAlarmKind | null;
  /** Since a sweep last came to its end without an alarm. */
  sweepAge: number | null;
}

/** A person has to decide; Lever does not take the grant; closed by the sweep within the last day. */
export const troubleKinds = ['attention', 'suspended', 'unseen'] as const;
export type TroubleKind = (typeof troubleKinds)[number];

export const waitingVerdicts = ['pending', 'held', 'unmatched'] as const satisfies readonly Verdict[];
export type WaitingVerdict = (typeof waitingVerdicts)[number];

export interface Watch {
  read(): Promise<Watched>;
}

interface Counted {
  what: string;
  count: string;
  oldest: Date | null;
}

/** An unmatched delivery is no longer tried after this. */
const unmatchedDays = 7;

export function createWatch(db: Database): Watch {
  const { kysely } = db;

  /** `flag`: a column of both the row and its timeline; since when it is set is what the timeline says. */
  const inTrouble = async (flag: 'attention' | 'suspended'): Promise<Counted> => {
    const on = sql.ref(flag);
    const { rows } = await sql<Counted>`
      select ${flag}::text as what, count(*) as count, min(coalesce(since, run.updated_at)) as oldest
      from assessments as run
      left join lateral (
        select min(line.at) as since from assessment_events as line
        where line.assessment_id = run.id and line.${on} and line.at > coalesce(
          (select max(other.at) from assessment_events as other
            where other.assessment_id = run.id and not other.${on}), '-infinity')
      ) as set_since on true
      where run.closed_at is null and run.${on}`.execute(kysely);
    return rows[0] ?? { what: flag, count: '0', oldest: null };
  };

  const unseen = async (): Promise<Counted> => {
    const { rows } = await sql<Counted>`
      select 'unseen' as what, count(*) as count, min(unseen_at) as oldest from assessments
      where unseen_at > now() - interval '1 day'`.execute(kysely);
    return rows[0] ?? { what: 'unseen', count: '0', oldest: null };
  };

  const waiting = async (): Promise<Counted[]> => {
    const { rows } = await sql<Counted>`
      select verdict as what, count(*) as count, min(received_at) as oldest from deliveries
      where verdict = 'pending' or verdict = 'held'
        or (verdict = 'unmatched' and received_at > now() - make_interval(days => ${unmatchedDays}))
      group by verdict`.execute(kysely);
    return rows;
  };

  const byStatus = async (): Promise<Counted[]> => {
    const { rows } = await sql<Counted>`
      select status as what, count(*) as count, null as oldest from connections group by status`.execute(
      kysely,
    );
    return rows;
  };

  return guarded<Watch>({
    async read() {
      const now = Date.now();
      const age = (at: Date | null): number | null => at && Math.max(0, (now - at.getTime()) / 1_000);
      const table = <Kind extends string>(kinds: readonly Kind[], rows: readonly Counted[]) =>
        Object.fromEntries(
          kinds.map((kind) => {
            const row = rows.find(({ what }) => what === kind);
            return [kind, { count: Number(row?.count ?? 0), oldest: age(row?.oldest ?? null) }];
          }),
        ) as Record<Kind, { count: number; oldest: number | null }>;
      const runs = [await inTrouble('attention'), await inTrouble('suspended'), await unseen()];
      const sweep = await kysely.selectFrom('sweep').select(['alarm', 'swept_at']).executeTakeFirst();
      return {
        runs: table(troubleKinds, runs),
        deliveries: table(waitingVerdicts, await waiting()),
        connections: Object.fromEntries((await byStatus()).map(({ what, count }) => [what, Number(count)])),
        alarm: sweep?.alarm ?? null,
        sweepAge: age(sweep?.swept_at ?? null),
      };
    },
  });
}
