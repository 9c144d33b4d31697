import { isSuspended, isTerminal } from '../domain/lifecycle';
import type { RecordBatch } from '../domain/records';
import type { Run } from './run';

/**
 * What a run has to say at its end, when one effect of this plan is all that is left of it; null: there is more. Written
 * with that effect it spares an activity and a task. Should anything come in meanwhile, the run goes on and says it again.
 */
export function lastRecords(run: Run, planId: string): RecordBatch | null {
  const { lifecycle, ledger } = run;
  const isLeft = run.isResting && run.inbox.isEmpty && !run.hasUnsaid;
  if (!isLeft || !isTerminal(lifecycle.status) || isSuspended(lifecycle)) return null;
  return ledger.reserve([
    run.record('plan_finished', planId),
    { ...run.record('closed', lifecycle.reason), closed: true },
  ]);
}
