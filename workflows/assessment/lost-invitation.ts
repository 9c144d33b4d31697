import type { Invitation } from '../../domain/assessment';
import { endedFor, endReasonText } from '../../domain/end-reasons';
import type { VendorEvent } from '../../domain/events';
import type { KnownFailure } from '../shared/failures';
import type { InboxItem } from './inbox';
import type { Finding, InvitationSearch } from './invitation-search';
import type { RunLifecycle } from './lifecycle';
import type { OptionalVendorCalls } from './optional-vendor-calls';
import type { PlanRunner } from './plan-runner';
import type { Planner } from './planner';
import type { RunContext } from './run-context';
import type { Timeline } from './timeline';

/** What says that the candidate can still take the assessment. */
const showsOpen = {
  started: true,
  progress: true,
  completed: false,
  expired: false,
  declined: false,
  cancelled: false,
  failed: false,
  changed: false,
} as const satisfies Record<VendorEvent['type'], boolean>;

/**
 * An invitation of which the hub has no answer: it stopped asking, was refused after an answer was lost, or hears of one
 * that it does not know (decision 0032). The vendor is asked by our id; where it cannot be, a person is.
 */
export class LostInvitation {
  constructor(
    private readonly search: InvitationSearch,
    private readonly context: Pick<RunContext, 'identity' | 'invitation' | 'routed' | 'learnInvitation'>,
    private readonly lifecycle: Pick<RunLifecycle, 'state' | 'status'>,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly planner: Pick<Planner, 'planFor'>,
    private readonly plans: Pick<PlanRunner, 'answerQuestions'>,
    private readonly vendor: Pick<OptionalVendorCalls, 'cancel'>,
  ) {}

  /** Whether the vendor may have been asked for an invitation of which nothing is known. */
  get mayBeOut(): boolean {
    return this.context.invitation === null && this.context.routed !== null;
  }

  find(): Promise<Finding> {
    return this.search.search();
  }

  /** Of a run that was called off: what was sent is taken back, and what is not known is left to a person. */
  async takeBack(): Promise<void> {
    return this.takeBackFound(await this.find());
  }

  async takeBackFound(finding: Finding): Promise<void> {
    if (!('found' in finding)) return this.askPerson(finding);
    if (finding.found === null)
      return this.timeline.add('event_ignored', 'invitation: the vendor has none of this run');
    this.context.learnInvitation(finding.found);
    await this.withdraw();
  }

  /** Of a run that left Temporal while it invited: what was sent all the same is known from here on. */
  async adoptUnseen(): Promise<void> {
    if (!this.mayBeOut) return;
    const finding = await this.find();
    if (!('found' in finding)) return this.askPerson(finding);
    if (finding.found === null)
      return this.timeline.add('event_ignored', 'invitation: the vendor has none of this run');
    this.context.learnInvitation(finding.found);
    this.timeline.add('event_ignored', 'invitation: the vendor has one of this run');
  }

  /** The invitation went out although the run was called off. Lever hears of it either way: the candidate has a message. */
  async withdraw(): Promise<void> {
    const canWithdraw = this.context.routed?.subject.vendorCan.cancel === true;
    const isBack = canWithdraw && (await this.vendor.cancel());
    const became = endedFor(isBack ? 'withdrawn' : 'not_withdrawn');
    if (this.isDisabled) return this.timeline.add('event_ignored', `invitation: ${endReasonText(became)}`);
    await this.planner.planFor('doubt', 'withdrawn', became);
  }

  /** Nobody but a person can find out. */
  async askPerson({ message }: Pick<KnownFailure, 'message'>): Promise<void> {
    const reason = endedFor('perhaps_invited');
    const question = `${endReasonText(reason)} (${message})`;
    if (this.isDisabled) return this.timeline.add('event_ignored', question);
    await this.planner.planFor('doubt', 'in-doubt', reason, { question });
  }

  /**
   * News of a run that is over and knows no invitation: the vendor, if it knows one of ours, is right. Where it cannot say, its
   * own call does, if nobody else can have made it: then it has invited, and what it brings is not lost (decision 0012).
   */
  async adoptLate({ event, vendorRef }: Extract<InboxItem, { kind: 'vendor' }>): Promise<void> {
    if (!this.mayBeOut) return;
    const finding = await this.search.ask({ heard: true, knownRef: vendorRef }, 0);
    if (!('found' in finding)) {
      this.timeline.add(
        'event_ignored',
        `${event.type}: the invitation cannot be looked at: ${finding.message}`,
      );
      if (event.unproven === true) return;
    }
    const invitation = 'found' in finding ? finding.found : this.presumed(vendorRef);
    if (invitation === null) return;
    this.context.learnInvitation(invitation);
    this.plans.answerQuestions('the vendor has called about the invitation');
    if (showsOpen[event.type] && this.lifecycle.status === 'cancelled') await this.withdraw();
  }

  /** Without a name of the vendor's own it goes by ours. */
  private presumed(vendorRef: string | null): Invitation {
    return { vendorRef: vendorRef ?? this.context.identity.assessmentId, url: null, expiresAt: null };
  }

  /** Nothing is written to Lever any more, and nobody is asked to look after it. */
  private get isDisabled(): boolean {
    const { status, reason } = this.lifecycle.state;
    return status === 'cancelled' && reason?.code === 'connection_disabled';
  }
}
