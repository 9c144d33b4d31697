import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { OperatorEvent } from '../domain/events';
import type { Gate } from './gate';
import * as messages from './messages';
import type { Run } from './run';
import { refuseCancel, refuseExtend, refuseRemind, refuseUnlessFailed } from './validators';

/** Lets vendor, Lever and operators speak to the run. Call it before the first await. */
export function listen(run: Run): void {
  const { gate } = run;
  setHandler(messages.vendorNewsSignal, (news) => gate.admit(() => run.desk.takeVendorNews(news)));
  setHandler(messages.opportunityChangedSignal, (hint) =>
    gate.admit(() => run.desk.takeOpportunityHint(hint)),
  );
  setHandler(messages.connectionChangedSignal, (change) =>
    gate.admit(() => run.desk.connectionChanged(change?.look === true)),
  );
  setHandler(messages.connectionEndedSignal, () => gate.admit(() => run.desk.connectionEnded()));
  setHandler(messages.statusQuery, () => run.describe());
  const operate = async (event: OperatorEvent): Promise<messages.ActionAnswer> => {
    await gate.passed();
    return run.desk.operate(event);
  };
  setHandler(messages.remindUpdate, ({ by }) => operate({ type: 'remindRequested', by }), {
    validator: (_action) => refuseRemind(run.describe()),
  });
  setHandler(messages.extendUpdate, ({ by, until }) => operate({ type: 'extended', by, until }), {
    validator: ({ until }) => refuseExtend(run.describe(), until),
  });
  setHandler(messages.cancelUpdate, ({ by, reason }) => operate({ type: 'cancelRequested', by, reason }), {
    validator: (_action) => refuseCancel(run.describe()),
  });
  setHandler(
    messages.retryEffectUpdate,
    ({ by, effectId }) => unstoppable(gate, () => run.desk.retryEffect(effectId, by)),
    {
      validator: ({ effectId }) => refuseUnlessFailed(run.describe(), effectId),
    },
  );
  setHandler(
    messages.dismissEffectUpdate,
    ({ by, effectId, reason }) => unstoppable(gate, () => run.desk.dismissEffect(effectId, by, reason)),
    {
      validator: ({ effectId }) => refuseUnlessFailed(run.describe(), effectId),
    },
  );
}

/** A workflow that was asked to stop still writes what it owes Lever. */
const unstoppable = <T>(gate: Gate, action: () => Promise<T>): Promise<T> =>
  CancellationScope.nonCancellable(async () => {
    await gate.passed();
    return action();
  });
