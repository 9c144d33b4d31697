import { setCurrentDetails } from '@temporalio/workflow';
import type { LostRow, SetRight } from '../../activities/sweeping';
import type { SweepAlarmKind } from '../../domain/sweep';
import { sweepRecords } from '../shared/proxies';
import type { SweepInput } from './contract';

/** What one sweep came to. */
export interface SweepOutcome extends SetRight {
  /** Nothing was closed, and a person has to look. */
  alarm: SweepAlarmKind | null;
  /** Rows that were open. */
  open: number;
  /** Runs that were over without having said so. */
  lost: number;
  /** How many of their rows were closed. */
  closed: number;
}

/** Closed by one activity: each is a conversation with Temporal. */
const atOnce = 50;

/**
 * Holds the rows of all connections against Temporal: the row of a run that ended without a last record is closed, one whose
 * run goes on again is opened, and news that nobody took are brought once more.
 */
export async function sweep({ timing, ...input }: SweepInput): Promise<SweepOutcome> {
  const records = sweepRecords(timing);
  const look = await records.lookForLost.executeWithOptions({ summary: 'hold the rows against Temporal' }, [
    input,
  ]);
  const { alarm, open, found, lost, ...astray } = look;
  const outcome: SweepOutcome = { alarm, open, lost: found, closed: 0, ...nothing };
  if (alarm !== null) return withDetails(outcome);
  for (const rows of batches(lost)) {
    outcome.closed += await records.closeLost.executeWithOptions(
      { summary: 'close rows of runs that are over' },
      [{ rows, quietMs: input.quietMs }],
    );
  }
  const isAstray = Object.values(astray).some((some) => some.length > 0);
  const right = isAstray
    ? await records.setRight.executeWithOptions({ summary: 'open rows, release claims, bring news again' }, [
        astray,
      ])
    : nothing;
  return withDetails({ ...outcome, ...right });
}

const nothing: SetRight = { reopened: 0, claimsReleased: 0, toldAgain: 0, newsGivenBack: 0 };

/** Shows it in Temporal Web UI, too. */
function withDetails(outcome: SweepOutcome): SweepOutcome {
  setCurrentDetails(
    Object.entries(outcome)
      .map(([what, value]) => `${what}: ${value ?? 'none'}`)
      .join(', '),
  );
  return outcome;
}

const batches = (all: readonly LostRow[]): LostRow[][] =>
  Array.from({ length: Math.ceil(all.length / atOnce) }, (_, index) =>
    all.slice(index * atOnce, (index + 1) * atOnce),
  );
