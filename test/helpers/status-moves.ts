import { Client } from 'pg';
import { canMove, canMoveAfterEnd, type Status } from '../../domain/lifecycle';
import type { TimelineKind } from '../../domain/records';

interface Line {
  assessment_id: string;
  run_id: string;
  kind: TimelineKind;
  status: Status;
}

/** Whether a line is written for a run by somebody else: its amendment, or the sweep. */
const isFromOutside: Record<TimelineKind, boolean> = {
  opened: false,
  status: false,
  event_ignored: false,
  event_held: false,
  plan_started: false,
  plan_finished: false,
  effect_failed: false,
  effect_settled: false,
  suspended: false,
  resumed: false,
  operator: false,
  reminded: false,
  amended: true,
  closed: false,
  ended_unseen: true,
  // It says nothing new of the status.
  reopened: false,
};

/**
 * Whatever the tests of a file have done to runs: each next status in a stored timeline is a move of the tables. What two
 * runs of one workflow have written, as after a reset, lies side by side: only what one of them says is in its order.
 * @throws Error that names the runs and moves that are none
 */
export async function checkStatusMoves(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Line>(
      'select assessment_id, run_id, kind, status from assessment_events order by assessment_id, seq, at',
    );
    const wrong: string[] = [];
    const lastOf = new Map<string, Status>();
    for (const { assessment_id: id, run_id: run, kind, status } of rows) {
      const before = lastOf.get(isFromOutside[kind] ? id : `${id} ${run}`);
      if (before !== undefined && before !== status && !isMove(before, status)) {
        wrong.push(`${id}: ${before} → ${status}`);
      }
      lastOf.set(id, status).set(`${id} ${run}`, status);
    }
    if (wrong.length > 0) throw new Error(`moves that no table has: ${wrong.join(', ')}`);
  } finally {
    await client.end();
  }
}

const isMove = (from: Status, to: Status): boolean => canMove(from, to) || canMoveAfterEnd(from, to);
