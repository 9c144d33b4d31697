import type { Invitation } from '../../domain/assessment';
import { statusSlot } from '../../domain/effects';
import type { Begun, RunFacts, RunIdentity } from '../../domain/records';
import type { PolicyInput } from '../../domain/run-policy';
import type { Screening } from '../../domain/screening';
import { noTraces } from '../../domain/traces';
import type { AssessmentInput, RoutedStart } from './contract';
import type { PlanOwner } from './effect-runner';
import type { KnownFacts } from './known-facts';
import type { RunState } from './run-state';

type Start = Pick<
  AssessmentInput,
  'assessmentId' | 'vendor' | 'connectionId' | 'opportunityId' | 'screening'
>;
type Carried = Pick<RunState, 'subject' | 'route' | 'inheritTags' | 'invitation'>;

/** Whom is assessed with what, and by which invitation; what calls and plans go by. */
export class RunContext {
  readonly identity: RunIdentity;
  readonly planOwner: PlanOwner;
  private known: Carried;

  /** @param usePolicy told the connection's wishes once they are known */
  constructor(
    private readonly start: Start,
    workflowId: string,
    { subject, route, inheritTags, invitation }: Carried,
    private readonly facts: Pick<KnownFacts, 'remember'>,
    private readonly usePolicy: (policy: PolicyInput) => void,
  ) {
    const { assessmentId, vendor, connectionId } = start;
    this.identity = { assessmentId, vendor, connectionId, opportunityId: start.opportunityId, workflowId };
    this.known = { subject, route, inheritTags, invitation };
    const opportunityId = (): string => this.opportunityId;
    this.planOwner = {
      assessmentId,
      connectionId,
      // Read with every effect: it is known before the first one, but not always now.
      get opportunityId() {
        return opportunityId();
      },
    };
  }

  /** Known from the start, but in a run that its vendor began: there nothing is written before it is found. */
  get opportunityId(): string {
    const { opportunityId } = this.identity;
    if (opportunityId === null) throw new TypeError('the opportunity of this run is not known yet');
    return opportunityId;
  }

  /** Null until the run is routed. */
  get routed(): RoutedStart | null {
    const { subject, route, inheritTags } = this.known;
    return subject === null || route === null ? null : { subject, route, inheritTags };
  }

  get inheritTags(): string[] {
    return this.known.inheritTags;
  }

  /** How many runs of the same stage change there are beside this one. */
  get siblings(): number {
    return this.routed?.subject.siblings ?? 0;
  }

  get invitation(): Invitation | null {
    return this.known.invitation;
  }

  /** What every call to the vendor about an invited candidate needs; null before there is an invitation. */
  get invitedCall() {
    const { routed, invitation, identity } = this;
    return routed === null || invitation === null ? null : { run: identity, ...routed, invitation };
  }

  /** What a plan goes by. */
  get planBasis() {
    const { routed, invitation, identity } = this;
    return {
      run: identity,
      route: routed?.route ?? null,
      inheritTags: routed?.inheritTags ?? [],
      presentTags: routed?.subject.opportunity.tags ?? [],
      invitation,
      ...(routed !== null && { enteredStageId: routed.subject.opportunity.stageId }),
    };
  }

  learnOpportunity(opportunityId: string): void {
    this.identity.opportunityId = opportunityId;
  }

  learnRouted(routed: RoutedStart): void {
    const { subject, route, inheritTags } = routed;
    this.known = { ...this.known, subject, route, inheritTags };
    this.usePolicy(subject.policy);
    this.facts.remember(factsOfStart(routed, this.start.screening));
  }

  /** Takes up what the run had come to before it was reset; its invitation is found again by the vendor. */
  takeUpAgain({ subject, route, inheritTags, traces }: Begun): RoutedStart {
    if (traces !== undefined) this.facts.remember({ traces });
    return { subject, route, inheritTags };
  }

  learnInvitation(invitation: Invitation): void {
    const { screening } = this.start;
    this.known = { ...this.known, invitation };
    this.facts.remember({
      vendorRef: invitation.vendorRef,
      links: { assessment: invitation.url },
      ...(this.routed !== null && {
        context: { ...this.routed, invitation, ...(screening !== undefined && { screening }) },
      }),
    });
  }

  /** News bear the vendor's own name for the run, which its answer to the invitation may have left out. */
  learnReference(vendorRef: string | null): void {
    const { invitation } = this.known;
    if (vendorRef === null || invitation === null || vendorRef === invitation.vendorRef) return;
    if (invitation.vendorRef === this.start.assessmentId) this.learnInvitation({ ...invitation, vendorRef });
  }

  snapshot(): Carried {
    return this.known;
  }
}

export type InvitedCall = NonNullable<RunContext['invitedCall']>;

/**
 * What a run's row says once it is known whom is assessed with what. From here on the vendor may have invited, whether the
 * run hears of it or not: news after its end go by the context.
 * @param screening of a run that its vendor began: it is told only once
 */
const factsOfStart = (
  { subject, route, inheritTags, earlierTags = [] }: RoutedStart,
  screening: Screening | undefined,
): RunFacts => ({
  context: { subject, route, inheritTags, invitation: null, ...(screening !== undefined && { screening }) },
  assessmentRef: route.assessmentRef,
  assessmentName: route.assessmentName,
  candidate: { name: subject.opportunity.candidate.name, email: subject.opportunity.candidate.email },
  ...(subject.opportunity.postingId !== null && { postingId: subject.opportunity.postingId }),
  ...(earlierTags.length > 0 && { traces: { ...noTraces, tags: { [statusSlot]: earlierTags } } }),
});
