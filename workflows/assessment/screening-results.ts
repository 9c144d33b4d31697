import type { Opportunity } from '../../domain/assessment';
import { marked } from '../../domain/event-position';
import type { Screening } from '../../domain/screening';
import { screeningPosition } from '../../domain/screening';
import { webAddressIn } from '../../domain/web-address';
import { screeningPlanning } from '../shared/proxies';
import { step } from '../shared/steps';
import type { OpenScreening } from './candidacy-search';
import type { Documents } from './documents';
import type { Gate } from './gate';
import type { KnownFacts } from './known-facts';
import type { LeverAccess } from './lever-access';
import type { PlanRunner } from './plan-runner';
import type { RunContext } from './run-context';
import type { Timeline } from './timeline';

/** What came out of a screening, on its way to Lever. */
export class ScreeningResults {
  constructor(
    private readonly context: Pick<RunContext, 'identity' | 'routed'>,
    private readonly facts: Pick<KnownFacts, 'remember'>,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly access: Pick<LeverAccess, 'during'>,
    private readonly gate: Pick<Gate, 'during'>,
    private readonly documents: Pick<Documents, 'fetch'>,
    private readonly plans: Pick<PlanRunner, 'add'>,
  ) {}

  async show(
    screening: Screening,
    { route, leavesOutReport }: Pick<OpenScreening, 'route' | 'leavesOutReport'>,
    opportunity: Opportunity,
  ): Promise<void> {
    const { report } = screening;
    const isLeftOut = leavesOutReport === true || report === null;
    const file = isLeftOut ? null : await this.documents.fetch(report);
    const { plan, digest } = await step('plan the results', () =>
      this.access.during(() =>
        this.gate.during(() =>
          screeningPlanning.planScreening.executeWithOptions(
            { summary: 'plan what Lever shows: completed' },
            [{ run: this.context.identity, screening, route, opportunity, file }],
          ),
        ),
      ),
    );
    const position = screeningPosition(screening);
    this.facts.remember({
      resultDigest: digest,
      links: { report: webAddressIn(report?.url ?? '') },
      ...(position !== undefined && marked(position)),
    });
    this.plans.add(plan);
  }

  /** Once more, of a run that ended over it. */
  async showAgain(screening: Screening): Promise<void> {
    const { routed } = this.context;
    if (routed === null)
      return this.timeline.add('event_ignored', 'completed: no opportunity of it is known');
    await this.show(screening, routed, routed.subject.opportunity);
  }
}
