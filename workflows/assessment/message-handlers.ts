import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { OperatorEvent } from '../../domain/events';
import type { Gate } from './gate';
import * as messages from '../messages';
import type { Run } from './run';
import { onNudge, onSignal, onUpdate, onWordedSignal } from '../shared/sealed';
import { refuseCancel, refuseExtend, refuseRemind, refuseUnlessFailed } from './validators';

/** Lets vendor, Lever and operators speak to the run. Call it before the first await. */
export function setMessageHandlers(run: Run): void {
  const { gate } = run;
  const forged = (name: string): void => gate.admit(() => run.desk.takeForged(name));
  onSignal(messages.vendorNewsSignal, (news) => gate.admit(() => run.desk.takeVendorNews(news)), forged);
  onSignal(
    messages.opportunityChangedSignal,
    (hint) => gate.admit(() => run.desk.takeOpportunityHint(hint)),
    forged,
  );
  onNudge(
    messages.connectionChangedSignal,
    (change) => gate.admit(() => run.desk.connectionChanged(change?.look === true)),
    forged,
  );
  onWordedSignal(messages.connectionEndedSignal, () => gate.admit(() => run.desk.connectionEnded()), forged);
  setHandler(messages.statusQuery, () => run.describe());
  const operate = async (event: OperatorEvent): Promise<messages.ActionAnswer> => {
    await gate.passed();
    return run.desk.operate(event);
  };
  onUpdate(
    messages.remindUpdate,
    ({ by }) => operate({ type: 'remindRequested', by }),
    () => refuseRemind(run.describe()),
  );
  onUpdate(
    messages.extendUpdate,
    ({ by, until }) => operate({ type: 'extended', by, until }),
    ({ until }) => refuseExtend(run.describe(), until),
  );
  onUpdate(
    messages.cancelUpdate,
    ({ by, reason }) => operate({ type: 'cancelRequested', by, reason }),
    () => refuseCancel(run.describe()),
  );
  onUpdate(
    messages.retryEffectUpdate,
    ({ by, effectId }) => unstoppable(gate, () => run.desk.retryEffect(effectId, by)),
    ({ effectId }) => refuseUnlessFailed(run.describe(), effectId),
  );
  onUpdate(
    messages.dismissEffectUpdate,
    ({ by, effectId, reason }) => unstoppable(gate, () => run.desk.dismissEffect(effectId, by, reason)),
    ({ effectId }) => refuseUnlessFailed(run.describe(), effectId),
  );
}

/** A workflow that was asked to stop still writes what it owes Lever. */
const unstoppable = <T>(gate: Gate, action: () => Promise<T>): Promise<T> =>
  CancellationScope.nonCancellable(async () => {
    await gate.passed();
    return action();
  });
