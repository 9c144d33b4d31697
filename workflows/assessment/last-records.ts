import type { PlannedEffect } from '../../domain/effects';
import { isSuspended, isTerminal } from '../../domain/lifecycle';
import type { RecordBatch } from '../../domain/records';
import type { Run } from './run';

/**
 * What a run has to say at its end, when this effect is all that is left of it; null: there is more. Written with that
 * effect it spares an activity and a task. Should anything come in meanwhile, the run goes on and says it again.
 */
export function lastRecords(
  run: Run,
  planId: string,
  effect: PlannedEffect,
  isShown: boolean,
): RecordBatch | null {
  const { lifecycle, ledger } = run;
  const isLeft = run.isResting && run.inbox.isEmpty;
  if (!isLeft || !isTerminal(lifecycle.status) || isSuspended(lifecycle)) return null;
  const facts = run.unsaidAfter(effect, isShown ? planId : null);
  return ledger.reserve([
    { ...run.record('plan_finished', planId), ...(Object.keys(facts).length > 0 && { facts }) },
    { ...run.record('closed', run.reason), closed: true },
  ]);
}
