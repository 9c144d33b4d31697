import { condition, patched } from '@temporalio/workflow';
import type { OpenedScreening } from '../../activities/screening-types';
import type { Opportunity } from '../../domain/assessment';
import { isOfConnection } from '../../domain/impairment';
import type { Screening } from '../../domain/screening';
import { searchAlone } from '../candidacy/search-alone';
import { startAttributes } from '../search-attributes';
import type { KnownFailure } from '../shared/failures';
import { step } from '../shared/steps';
import type { AssessmentInput } from './contract';
import type { InboxProcessor } from './inbox-processor';
import type { Ledger } from './ledger';
import type { LeverAccess } from './lever-access';
import type { RunLifecycle } from './lifecycle';
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

  private findAlone(screening: Screening, opened: OpenScreening): Promise<Opportunity | null> {
    const { assessmentId, connectionId, vendor, timing } = this.input;
    const { person, people = [person] } = opened;
    return searchAlone(
      // In histories of older code the search goes by the digest of one key.
      people.length > 1 && patched('a person goes by every key') ? people : [person],
      {
        connectionId,
        assessmentId,
        opportunityId: screening.opportunityId,
        postingId: opened.postingId,
        candidate: screening.candidate,
        timing,
      },
      {
        staticSummary: `${vendor}: whose session is ${screening.sessionId}?`,
        typedSearchAttributes: startAttributes({ connectionId, vendor }),
      },
    );
  }
}

const opportunityOf = async (found: { opportunity: Opportunity | null } | { error: unknown }) => {
  if ('error' in found) throw found.error;
  return found.opportunity;
};
