import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  patched,
  setHandler,
} from '@temporalio/workflow';
import type { EndReason } from '../../domain/end-reasons';
import type { OperatorEvent } from '../../domain/events';
import type { Status } from '../../domain/lifecycle';
import { onNudge, onSignal, onUpdate, onWordedSignal } from '../shared/sealed';
import { StepFailed } from '../shared/steps';
import type { Beginning, Loop, Receivers } from './compose';
import { composeRun } from './compose';
import type { AssessmentInput } from './contract';
import * as contract from './contract';
import { SuspendLimitReached } from './lever-access';
import { UpdatableTimer } from './updatable-timer';
import { refuseCancel, refuseExtend, refuseRemind, refuseUnlessFailed } from './validators';

export interface AssessmentOutcome {
  status: Status;
  /** Why; null where there is nothing to say. */
  reason: EndReason | null;
}

/** One candidate's way through one vendor's assessment, from the stage change in Lever to a terminal state (decision 0002). */
export async function assessment(input: AssessmentInput): Promise<AssessmentOutcome> {
  const { receivers, beginning, loop, lifecycle, display, renewal } = composeRun(input);
  setMessageHandlers(receivers);
  // "Request cancellation" in Temporal Web UI means what the operator's own action means: called off, and Lever told.
  void CancellationScope.current().cancelRequested.catch(() =>
    receivers.gate.admit(() => receivers.operator.cancelInTemporal()),
  );
  return CancellationScope.nonCancellable(async () => {
    if (input.resume === undefined) await begin(input, beginning);
    else display.resume();
    await runMainLoop(loop);
    if (!loop.completion.isOver) await continueAsNew<typeof assessment>(renewal());
    const { status, reason } = lifecycle.state;
    return { status, reason };
  });
}

/** Lets vendor, Lever and operators speak to the run. Call it before the first await. */
export function setMessageHandlers({ gate, signals, operator, describe, renewSoon }: Receivers): void {
  const forged = (name: string): void => gate.admit(() => signals.takeForged(name));
  onSignal(contract.vendorNewsSignal, (news) => gate.admit(() => signals.takeVendorNews(news)), forged);
  onSignal(
    contract.opportunityChangedSignal,
    (hint) => gate.admit(() => signals.takeOpportunityHint(hint)),
    forged,
  );
  onNudge(
    contract.connectionChangedSignal,
    (change) => gate.admit(() => signals.connectionChanged(change?.look === true)),
    forged,
  );
  onWordedSignal(contract.connectionEndedSignal, () => gate.admit(() => signals.connectionEnded()), forged);
  // A worker of an older release may have had it in this history, and gone on: then whoever asked has to ask again.
  const renew = (): void => {
    if (patched('renewed for its keys')) renewSoon();
  };
  onSignal(contract.renewKeysSignal, () => gate.admit(renew), forged);
  setHandler(contract.statusQuery, describe);
  const request = async (event: OperatorEvent): Promise<contract.ActionAnswer> => {
    await gate.passed();
    return operator.request(event);
  };
  onUpdate(
    contract.remindUpdate,
    ({ by }) => request({ type: 'remindRequested', by }),
    () => refuseRemind(describe()),
  );
  onUpdate(
    contract.extendUpdate,
    ({ by, until }) => request({ type: 'extended', by, until }),
    ({ until }) => refuseExtend(describe(), until),
  );
  onUpdate(
    contract.cancelUpdate,
    ({ by, reason }) => request({ type: 'cancelRequested', by, reason }),
    () => refuseCancel(describe()),
  );
  onUpdate(
    contract.retryEffectUpdate,
    ({ by, effectId }) => gate.unstoppable(() => operator.retryEffect(effectId, by)),
    ({ effectId }) => refuseUnlessFailed(describe(), effectId),
  );
  onUpdate(
    contract.dismissEffectUpdate,
    ({ by, effectId, reason }) => gate.unstoppable(() => operator.dismissEffect(effectId, by, reason)),
    ({ effectId }) => refuseUnlessFailed(describe(), effectId),
  );
}

/** From the stage change to the invitation, or from a finished screening to its results. */
async function begin(input: Pick<AssessmentInput, 'screening' | 'settled'>, parts: Beginning): Promise<void> {
  const { context, lifecycle, messages, routing, inviting, screening } = parts;
  try {
    if (input.screening !== undefined) return await screening.bringResults(input.screening);
    const routed = input.settled ?? (await routing.routeUnlessCalledOff());
    if (routed === null) return;
    context.learnRouted(routed);
    lifecycle.apply({ type: 'routed' });
    await messages.process();
    if (!lifecycle.hasEnded) await inviting.invite(routed);
  } catch (error) {
    if (error instanceof SuspendLimitReached) lifecycle.closeAsUnwritten();
    else if (error instanceof StepFailed) await endAt(parts, error);
    else throw error;
  } finally {
    // Whatever became of the invitation: what came too early is applied now, or ignored with the reason.
    messages.release();
  }
}

/** A step without which the run cannot go on has failed for good: it ends, and says why wherever that can be written. */
async function endAt(
  { lifecycle, timeline, commands }: Pick<Beginning, 'lifecycle' | 'timeline' | 'commands'>,
  { message, failure }: StepFailed,
): Promise<void> {
  timeline.addTrouble(failure.code, message);
  await commands.carryOut(lifecycle.apply({ type: 'stepFailed', reason: message }));
}

/**
 * From the invitation to the end, or to where the history has grown too long. Returns with an empty inbox, no handler
 * still answering somebody, and everything recorded: what is left behind here is lost (decision 0009).
 */
export async function runMainLoop(run: Loop): Promise<void> {
  const { completion, messages, ledger } = run;
  const timer = new UpdatableTimer();
  let closed = false;
  for (;;) {
    // What is done behind the last record needs another one.
    closed &&= completion.isQuiet;
    await messages.process();
    if (completion.isOver && !closed) {
      completion.close();
      closed = true;
    }
    if (completion.isOver) await completion.writeRest();
    if (completion.isOver || completion.mayBeRenewed) {
      await condition(() => allHandlersFinished() || !completion.isQuiet);
      if (completion.mayLeave) return;
      continue;
    }
    if (completion.hasToTell) await ledger.flush();
    else if (completion.hasStuckRecords) ledger.writeBeside();
    await waitForWork(run, timer);
  }
}

/** Waits for news, or for the time that the run itself has set. */
async function waitForWork(
  { completion, messages, wakeUps }: Omit<Loop, 'ledger'>,
  timer: UpdatableTimer,
): Promise<void> {
  timer.setTo(wakeUps.next);
  completion.isIdle = true;
  await condition(
    () =>
      timer.hasFired ||
      !timer.isSetTo(wakeUps.next) ||
      !messages.isDone ||
      completion.isOver ||
      completion.hasToTell ||
      completion.hasStuckRecords ||
      completion.mayBeRenewed,
  );
  completion.isIdle = false;
  if (!timer.hasFired) return;
  timer.clear();
  await wakeUps.carryOutDue();
}
