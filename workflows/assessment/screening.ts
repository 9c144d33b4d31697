import { upsertSearchAttributes } from '@temporalio/workflow';
import type { Opportunity } from '../../domain/assessment';
import type { Screening } from '../../domain/screening';
import { searchAttributes } from '../search-attributes';
import type { CandidacySearch, OpenScreening } from './candidacy-search';
import type { KnownFacts } from './known-facts';
import type { RunLifecycle } from './lifecycle';
import type { RunContext } from './run-context';
import type { ScreeningResults } from './screening-results';
import type { ScreeningTurn } from './screening-turn';
import type { Skipping } from './skipping';

/**
 * A run that its vendor began (decision 0035): it is over at the vendor when the hub hears of it. What is left is to
 * find whom it is about in Lever, or to enter them there, and to bring the results.
 */
export class ScreenedRun {
  constructor(
    private readonly turn: ScreeningTurn,
    private readonly search: CandidacySearch,
    private readonly results: Pick<ScreeningResults, 'show'>,
    private readonly context: Pick<RunContext, 'learnOpportunity' | 'learnRouted' | 'learnInvitation'>,
    private readonly facts: Pick<KnownFacts, 'remember'>,
    private readonly lifecycle: Pick<RunLifecycle, 'hasEnded' | 'apply'>,
    private readonly skipping: Skipping,
  ) {}

  async bringResults(screening: Screening): Promise<void> {
    const opened = await this.turn.wait(screening);
    if (opened === null) return;
    if (opened.decision === 'skip') return void this.skipping.skip(opened.reason, opened.detail);
    const opportunity = await this.search.findUnlessCalledOff(screening, opened);
    if (this.lifecycle.hasEnded) return;
    if (opportunity === null) return void this.skipping.skip('no_candidacy');
    this.learn(screening, opened, opportunity);
    await this.results.show(screening, opened, opportunity);
  }

  /** From here on it is a run like any other, whose vendor has invited and whose candidate has finished. */
  private learn(
    screening: Screening,
    { route, policy, traces }: OpenScreening,
    opportunity: Opportunity,
  ): void {
    const { context, lifecycle } = this;
    if (traces !== undefined) this.facts.remember({ traces });
    context.learnOpportunity(opportunity.id);
    upsertSearchAttributes([{ key: searchAttributes.opportunity, value: opportunity.id }]);
    const vendorCan = { remind: false, cancel: false };
    context.learnRouted({
      subject: { opportunity, posting: null, policy, vendorCan, siblings: 0 },
      route,
      inheritTags: [],
    });
    lifecycle.apply({ type: 'routed' });
    context.learnInvitation({ vendorRef: screening.sessionId, url: null, expiresAt: null });
    lifecycle.apply({ type: 'invited', expiresAt: null });
    lifecycle.apply({ type: 'resultFetched' });
  }
}
