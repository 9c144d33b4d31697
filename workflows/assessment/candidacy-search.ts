import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { condition, executeChild, ParentClosePolicy, sleep } from '@temporalio/workflow';
import type { OpenedScreening } from '../../activities/screening-types';
import type { Opportunity } from '../../domain/assessment';
import { candidacyWorkflowId } from '../../domain/ids';
import { isOfConnection } from '../../domain/impairment';
import type { Screening } from '../../domain/screening';
import type { candidacy } from '../candidacy/workflow';
import { workflowTypes } from '../names';
import { startAttributes } from '../search-attributes';
import type { KnownFailure } from '../shared/failures';
import { step } from '../shared/steps';
import type { AssessmentInput } from './contract';
import type { InboxProcessor } from './inbox-processor';
import type { Ledger } from './ledger';
import type { LeverAccess } from './lever-access';
import type { RunLifecycle } from './lifecycle';
import { nextWait } from './screening-turn';
import type { Timeline } from './timeline';

/** A screening whose turn it is. */
export type OpenScreening = OpenedScreening & { decision: 'goes' };

/**
 * What a person can mend holds the run up like a revoked grant, instead of ending it: the results exist nowhere else in the
 * customer's Lever. The most frequent one is that no user is set in whose name an opportunity can be created.
 */
const mendable = new Set<KnownFailure['code']>(['lever.bad_request', 'lever.forbidden']);

/** The search for the opportunity of a screened person. */
export class CandidacySearch {
  constructor(
    private readonly input: Pick<AssessmentInput, 'assessmentId' | 'connectionId' | 'vendor' | 'timing'>,
    private readonly access: Pick<LeverAccess, 'during'>,
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded' | 'isSuspended'>,
    private readonly ledger: Pick<Ledger, 'hasNews' | 'flush'>,
    private readonly timeline: Pick<Timeline, 'addTrouble'>,
    private readonly messages: Pick<InboxProcessor, 'hasInterruption' | 'process'>,
  ) {}

  /** It goes on however long Lever is away; a person may call the run off meanwhile. */
  async findUnlessCalledOff(screening: Screening, opened: OpenScreening): Promise<Opportunity | null> {
    const { ledger, messages } = this;
    let found: { opportunity: Opportunity | null } | { error: unknown } | null = null;
    void this.find(screening, opened).then(
      (opportunity) => (found = { opportunity }),
      (error: unknown) => (found = { error }),
    );
    const answer = (): typeof found => found;
    const hasTrouble = (): boolean => this.lifecycle.isSuspended && ledger.hasNews;
    for (;;) {
      await condition(() => answer() !== null || messages.hasInterruption || hasTrouble());
      const outcome = answer();
      if (outcome !== null) return step('find the opportunity', () => opportunityOf(outcome));
      // A search that has to wait says so at once: nothing else would carry its records.
      if (hasTrouble()) await ledger.flush();
      await messages.process();
      if (this.lifecycle.hasEnded) return null;
    }
  }

  private find(screening: Screening, opened: OpenScreening): Promise<Opportunity | null> {
    return this.access.during(
      () => this.findAlone(screening, opened),
      ({ code, message }) => {
        if (!isOfConnection(code) && !mendable.has(code)) return false;
        if (!isOfConnection(code)) this.timeline.addTrouble(code, message);
        return true;
      },
    );
  }

  /**
   * One search for a person at a time: Temporal refuses a second workflow with the same id, and whoever is refused asks again.
   * So of several events about somebody new one makes the opportunity, and the others find it.
   */
  private async findAlone(screening: Screening, opened: OpenScreening): Promise<Opportunity | null> {
    const { assessmentId, connectionId, vendor, timing } = this.input;
    for (let wait = nextWait(timing); ; wait = nextWait(timing, wait)) {
      try {
        return await executeChild<typeof candidacy>(workflowTypes.candidacy, {
          workflowId: candidacyWorkflowId(connectionId, opened.person),
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          // An opportunity that is being made must be known before somebody else may look.
          parentClosePolicy: ParentClosePolicy.ABANDON,
          staticSummary: `${vendor}: whose session is ${screening.sessionId}?`,
          typedSearchAttributes: startAttributes({ connectionId, vendor }),
          args: [
            {
              connectionId,
              assessmentId,
              opportunityId: screening.opportunityId,
              postingId: opened.postingId,
              candidate: screening.candidate,
              timing,
            },
          ],
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        await sleep(wait, { summary: 'wait for another search for the same person' });
      }
    }
  }
}

const opportunityOf = async (found: { opportunity: Opportunity | null } | { error: unknown }) => {
  if ('error' in found) throw found.error;
  return found.opportunity;
};
