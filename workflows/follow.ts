import { allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';
import { carryOut, takeInbox } from './reacting';
import type { Run } from './run';

/**
 * From the invitation to the end, or to where the history has grown too long. Returns with an empty inbox, no handler
 * still answering somebody, and everything recorded: what is left behind here is lost (design D8).
 */
export async function follow(run: Run): Promise<void> {
  let closed = false;
  for (;;) {
    await takeInbox(run);
    if (run.isOver && !closed) {
      if (run.plans.isGivenUp) run.giveUp();
      run.note('closed', run.lifecycle.reason, true);
      closed = true;
    }
    if (run.isOver || (run.isQuiet && isHistoryLong(run))) {
      await run.ledger.settle();
      await condition(() => allHandlersFinished() || !run.isQuiet);
      if (run.isQuiet && !run.ledger.hasPending) return;
      continue;
    }
    if (run.isQuiet) await run.ledger.flush();
    await waitForWork(run);
  }
}

async function waitForWork(run: Run): Promise<void> {
  const hasWork = (): boolean =>
    !run.inbox.isEmpty || run.isOver || (run.isQuiet && (run.ledger.hasPending || isHistoryLong(run)));
  const wake = run.wakeAt;
  if (wake === null) {
    await condition(hasWork);
  } else if (!(await condition(hasWork, Math.max(wake.at - Date.now(), 1), { summary: wake.why }))) {
    run.dropAttention();
    await carryOut(run, run.apply({ type: 'tick' }));
  }
}

/** Long enough that the run should go on in a new history (design D12). */
function isHistoryLong(run: Run): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  const limit = run.input.timing.historyLimit;
  return continueAsNewSuggested || (limit !== undefined && historyLength > limit);
}
