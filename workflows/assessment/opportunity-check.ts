import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { LeverActivities } from '../../activities/types';
import type { OpportunityEvent } from '../../domain/events';
import { isOfConnection } from '../../domain/impairment';
import type { KnownFailure } from '../shared/failures';
import { attempt } from '../shared/steps';
import type { ConnectionWaits } from './connection-waits';
import type { AssessmentInput } from './contract';
import type { InboxItem } from './inbox';
import type { RunLifecycle } from './lifecycle';
import type { RunContext } from './run-context';
import type { Timeline } from './timeline';

/**
 * A webhook only says that something happened; the run checks what (decision 0004). It can do without the check: what stands
 * in the way is noted, and where a change of the connection ends it, the check is postponed until then.
 */
export class OpportunityCheck {
  constructor(
    private readonly input: Pick<AssessmentInput, 'connectionId' | 'stageId'>,
    private readonly lever: Pick<ActivityInterfaceFor<LeverActivities>, 'checkOpportunity'>,
    private readonly context: Pick<RunContext, 'opportunityId'>,
    private readonly lifecycle: Pick<RunLifecycle, 'status' | 'hasEnded'>,
    private readonly connection: Pick<ConnectionWaits, 'access' | 'postponeCheck' | 'repeatCheck'>,
    private readonly timeline: Pick<Timeline, 'add' | 'addTrouble'>,
  ) {}

  /** Null: there is nothing to be done, now or at all. */
  async make(item: InboxItem & { kind: 'opportunity' }): Promise<OpportunityEvent | null> {
    if (!this.lifecycle.hasEnded) {
      const { connectionId, stageId } = this.input;
      const { opportunityId } = this.context;
      const { hint, toldAt } = item;
      let event = null as OpportunityEvent | null;
      const failure = await attempt(async () => {
        event = await this.lever.checkOpportunity.executeWithOptions(
          { summary: 'see what became of the opportunity' },
          [{ connectionId, opportunityId, stageId, hint, ...(toldAt !== undefined && { toldAt }) }],
        );
      });
      if (failure !== null) return this.takeFailure(item, failure);
      this.connection.access.succeeded();
      if (event !== null) return event;
    }
    if (!this.lifecycle.hasEnded) this.connection.repeatCheck(item);
    // Said once, however often it is checked.
    if (item.looks === undefined) {
      const { status } = this.lifecycle;
      this.timeline.add('event_ignored', `${item.hint}: it changes nothing for a run that is ${status}`);
    }
    return null;
  }

  private takeFailure(item: InboxItem & { kind: 'opportunity' }, failure: KnownFailure): null {
    if (isOfConnection(failure.code)) {
      this.connection.postponeCheck(item, failure);
      return null;
    }
    this.timeline.addTrouble(failure.code, `see what became of the opportunity: ${failure.message}`);
    // What was refused once may be shown a moment later; nothing waits for it.
    this.connection.repeatCheck(item);
    return null;
  }
}
