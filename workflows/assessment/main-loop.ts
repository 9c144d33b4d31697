import { allHandlersFinished, condition, workflowInfo } from '@temporalio/workflow';
import { UpdatableTimer } from './updatable-timer';
import { carryOut, processInbox } from './process-inbox';
import type { Run } from './run';

/**
 * From the invitation to the end, or to where the history has grown too long. Returns with an empty inbox, no handler
 * still answering somebody, and everything recorded: what is left behind here is lost (decision 0009).
 */
export async function runMainLoop(run: Run): Promise<void> {
  const alarm = new UpdatableTimer();
  let closed = false;
  for (;;) {
    // What is done behind the last record needs another one.
    closed &&= run.isQuiet;
    await processInbox(run);
    if (run.isOver && !closed) {
      if (run.plans.hasReachedSuspendLimit) run.closeAsUnwritten();
      if (!run.ledger.isSealed) run.addRecord('closed', run.reason, true);
      closed = true;
    }
    if (run.isOver) await writeRest(run);
    if (run.isOver || mayBeRenewed(run)) {
      await condition(() => allHandlersFinished() || !run.isQuiet);
      // What a run that goes on has still to tell is carried along; one that ends has told everything.
      if (run.isQuiet && !(run.isOver && run.ledger.hasPending)) return;
      continue;
    }
    if (run.hasToTell) await run.ledger.flush();
    else if (isHeldUp(run)) run.ledger.writeBeside();
    await waitForWork(run, alarm);
  }
}

/** News of somebody who was never invited change nothing, so the end of such a run may be written the cheaper way. */
const writeRest = ({ lifecycle, ledger }: Run): Promise<void> =>
  lifecycle.status === 'skipped' ? ledger.writeRestAtOnce() : ledger.writeRest();

/** Whether records wait for a call behind another one, which may keep failing. */
const isHeldUp = (run: Run): boolean =>
  run.ledger.hasNews && !run.hasToTell && run.plans.isBehind && !run.ledger.isWriting;

/** Waits for news, or for the time that the run itself has set. */
async function waitForWork(run: Run, alarm: UpdatableTimer): Promise<void> {
  alarm.setTo(run.wakeAt);
  run.isResting = true;
  await condition(
    () =>
      alarm.hasFired ||
      !alarm.isSetTo(run.wakeAt) ||
      !run.inbox.isEmpty ||
      run.isOver ||
      run.hasToTell ||
      isHeldUp(run) ||
      mayBeRenewed(run),
  );
  run.isResting = false;
  if (!alarm.hasFired) return;
  alarm.clear();
  run.endAttention();
  run.waits.recallDue();
  await carryOut(run, run.apply({ type: 'tick' }));
}

/** The history is so long that the run should go on in a new one (decision 0013), and nothing is under way in the old. */
function mayBeRenewed(run: Run): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  const limit = run.input.timing.historyLimit;
  const isLong = continueAsNewSuggested || (limit !== undefined && historyLength > limit);
  return isLong && run.isQuiet && !run.ledger.isWriting;
}
