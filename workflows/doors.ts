import { CancellationScope, setHandler } from '@temporalio/workflow';
import * as messages from './messages';
import type { Run } from './run';
import { refuseCancel, refuseExtend, refuseRemind, refuseUnlessFailed } from './validators';

/** Lets vendor, Lever and operators speak to the run. Call it before the first await. */
export function listen(run: Run): void {
  setHandler(messages.vendorNewsSignal, (news) => run.takeVendorNews(news));
  setHandler(messages.opportunityChangedSignal, (hint) => run.takeOpportunityHint(hint));
  setHandler(messages.connectionChangedSignal, () => run.connectionChanged());
  setHandler(messages.statusQuery, () => run.describe());
  setHandler(messages.remindUpdate, ({ by }) => run.operate({ type: 'remindRequested', by }), {
    validator: (_action) => refuseRemind(run.describe()),
  });
  setHandler(messages.extendUpdate, ({ by, until }) => run.operate({ type: 'extended', by, until }), {
    validator: ({ until }) => refuseExtend(run.describe(), until),
  });
  setHandler(
    messages.cancelUpdate,
    ({ by, reason }) => run.operate({ type: 'cancelRequested', by, reason }),
    {
      validator: (_action) => refuseCancel(run.describe()),
    },
  );
  setHandler(
    messages.retryEffectUpdate,
    ({ by, effectId }) => unstoppable(() => run.retryEffect(effectId, by)),
    {
      validator: ({ effectId }) => refuseUnlessFailed(run.describe(), effectId),
    },
  );
  setHandler(
    messages.dismissEffectUpdate,
    ({ by, effectId, reason }) => unstoppable(() => run.dismissEffect(effectId, by, reason)),
    {
      validator: ({ effectId }) => refuseUnlessFailed(run.describe(), effectId),
    },
  );
}

/** A workflow that was asked to stop still writes what it owes Lever. */
const unstoppable = <T>(action: () => Promise<T>): Promise<T> => CancellationScope.nonCancellable(action);
