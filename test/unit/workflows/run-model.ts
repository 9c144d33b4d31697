import type { Invitation, Route } from '../../../domain/assessment';
import type { EndReason } from '../../../domain/end-reasons';
import type { LifecycleEvent, VendorFinding } from '../../../domain/events';
import type { Lifecycle } from '../../../domain/lifecycle';
import { isTerminal, openLifecycle } from '../../../domain/lifecycle';
import { reduce } from '../../../domain/reducer';
import type { Command, PlanTrigger } from '../../../domain/reduction';
import type { PolicyInput } from '../../../domain/run-policy';
import { noTraces } from '../../../domain/traces';
import { plan as smgPlan } from '../../../vendors/smg/plan';
import { smgSettings } from '../../../vendors/smg/settings';
import type { PlanChange } from '../../../workflows/assessment/effect-runner';
import type { InboxItem } from '../../../workflows/assessment/inbox';
import { Inbox } from '../../../workflows/assessment/inbox';
import type { Ledger } from '../../../workflows/assessment/ledger';
import type { LeverAccess } from '../../../workflows/assessment/lever-access';
import { PlanRunner } from '../../../workflows/assessment/plan-runner';
import { beginning } from '../domain/arbitraries';
import type { ModelLever } from './model-lever';

/** What the runs of the tests are about. */
const settings = smgSettings.parse({ note: 'Score {score}', resultsStage: 'Results' });
export const status = settings.tags;
const route: Route = { assessmentRef: '1000', assessmentName: 'Leadership', options: {} };
export const invitation: Invitation = {
  vendorRef: '77',
  url: 'https://vendor.example/take',
  expiresAt: null,
};
export const report = 'https://vendor.example/report';

/** Lets everything happen that only waits for its turn. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A whole run without Temporal: the hub's own reducer, inbox, plans and plan runner, held together as the workflow
 * holds them, with a vendor and a Lever that answer when the test says so.
 */
export class RunModel {
  state: Lifecycle;
  now = beginning;
  readonly inbox = new Inbox({ waiting: [], held: [], deferred: [], seen: [] });
  readonly plans: PlanRunner;
  /** Every reason for which something was ignored or held. */
  readonly reasons: string[] = [];
  /** The terminal states that were reached; more than one would be a fault. */
  readonly endings: string[] = [];
  readonly changes: PlanChange[] = [];
  cancelledAtVendor = 0;
  private invitation: Invitation | null = null;
  private reminders = 0;

  constructor(
    policy: PolicyInput,
    lever: ModelLever,
    readonly presentTags: string[],
    /** What the vendor says whenever it is polled. */
    private readonly polled: VendorFinding[],
    /** How often the vendor is asked for the result before it shows it. */
    private unshown = 0,
  ) {
    this.state = openLifecycle(policy);
    this.plans = new PlanRunner(
      { assessmentId: 'a', connectionId: 'c', opportunityId: 'o' },
      lever.activities,
      { during: (request: () => Promise<unknown>) => request() } as LeverAccess,
      { takePending: () => null, restoreUnwritten: () => {} } as unknown as Ledger,
      {
        changed: (change) => void this.changes.push(change),
        traces: () => noTraces,
        hasEnded: () => false,
        lastRecords: () => null,
      },
      [],
    );
  }

  /** The run's own next step: it is routed, then invited. */
  advance(): void {
    if (this.state.status === 'routing') return this.apply({ type: 'routed' });
    if (this.state.status !== 'inviting') return;
    this.invitation = invitation;
    this.addPlan('invited', 'invited', null);
    this.apply({ type: 'invited', expiresAt: invitation.expiresAt });
    this.inbox.release();
  }

  failToInvite(): void {
    if (this.state.status !== 'inviting') return;
    this.apply({ type: 'invitationFailed', reason: 'the vendor refused' });
    this.inbox.release();
  }

  takeOne(): void {
    const item = this.inbox.take();
    if (item === undefined) return;
    const event: LifecycleEvent | null = item.kind === 'opportunity' ? hintToEvent(item.hint) : item.event;
    if (event !== null) this.apply(event, item);
  }

  /** Sleeps until the result that somebody speaks of was looked for often enough. */
  awaitResult(): void {
    const next = (): number | undefined =>
      isTerminal(this.state.status) ? undefined : this.state.claim?.looksAt[0];
    for (let due = next(); due !== undefined; due = next()) {
      this.now = Math.max(this.now, due);
      this.apply({ type: 'tick' });
    }
  }

  /** Comes to the end of everything that has arrived; before the invitation the workflow does not get so far. */
  takeAll(): void {
    while (!this.inbox.isEmpty) this.takeOne();
  }

  apply(event: LifecycleEvent, item: InboxItem | null = null): void {
    const reduction = reduce(this.state, event, this.now);
    if (reduction.outcome !== 'applied') {
      this.reasons.push(reduction.reason);
      if (reduction.outcome === 'held' && item !== null) this.inbox.hold(item);
      return;
    }
    const before = this.state.status;
    this.state = reduction.state;
    // A run that is over can still be suspended, which ends it no second time.
    if (this.state.status !== before && isTerminal(this.state.status)) this.endings.push(this.state.status);
    for (const request of reduction.commands) this.carryOut(request);
  }

  /** News of a completion after the end, as an amendment writes them (decision 0012). */
  amendToCompleted(): void {
    this.addPlan('completed', 'amended-1', null);
  }

  private carryOut(request: Command): void {
    switch (request.do) {
      case 'plan': {
        if (request.trigger === 'progress') return this.addPlan('progress', `progress-${request.step}`, null);
        return this.addPlan(request.trigger, request.trigger, request.reason);
      }
      case 'fetchResult':
        if (this.unshown > 0) {
          this.unshown -= 1;
          return this.apply({ type: 'resultMissing', reason: 'it is not shown yet', never: false });
        }
        this.apply({ type: 'resultFetched' });
        return this.addPlan('completed', 'completed', null);
      case 'remind':
        this.reminders += 1;
        return this.addPlan('reminded', `reminded-${this.reminders}`, null);
      case 'poll':
        return this.polled.forEach((event) => this.apply(event));
      case 'extendAtVendor':
      case 'tellFailure':
        return;
      case 'cancelAtVendor':
        this.cancelledAtVendor += 1;
    }
  }

  private addPlan(trigger: PlanTrigger, id: string, reason: EndReason | null): void {
    const completed = { score: 61, maxScore: 100, band: null, completedAt: null };
    const effects = smgPlan({
      trigger,
      reason,
      settings,
      route,
      inheritTags: ['POP-1000-Leadership'],
      presentTags: this.presentTags,
      invitation: this.invitation,
      result: trigger === 'completed' ? { ...completed, reports: [{ label: 'Report', url: report }] } : null,
      openSiblings: 0,
      stageId: (name) => (name === 'Results' ? 'results' : null),
    });
    this.plans.add({ id, trigger, effects });
  }
}

/** What the run finds when it looks, told by the hint itself. */
function hintToEvent(hint: string): LifecycleEvent | null {
  switch (hint) {
    case 'archived':
      return { type: 'opportunityArchived' };
    case 'hired':
      return { type: 'opportunityHired' };
    case 'deleted':
      return { type: 'opportunityDeleted' };
    case 'moved':
      return { type: 'opportunityLeftStage', toStageId: 'elsewhere' };
    default:
      return null;
  }
}
