import { workflowInfo } from '@temporalio/workflow';
import { amended, closedAsUnwritten } from '../../domain/after-end';
import type { Invitation } from '../../domain/assessment';
import { endReasonText, type EndReason } from '../../domain/end-reasons';
import type { ErrorCode } from '../../domain/errors';
import type { EventRank, LifecycleEvent } from '../../domain/events';
import { isSuspended, isTerminal, nextWake, wakeReason } from '../../domain/lifecycle';
import type { Lifecycle } from '../../domain/lifecycle';
import type { Begun, RunFacts, RunIdentity, RunRecord, TimelineKind } from '../../domain/records';
import type { PlannedEffect } from '../../domain/effects';
import { hear as rememberSequence, reduce, type Reduction, type Command } from '../../domain/reducer';
import { noTraces, shown, traced, type Traces } from '../../domain/traces';
import { earliest, type WakeUp } from './updatable-timer';
import { attentionSince, isAttentionOver, wakeForAttention } from './attention';
import { ConnectionWaits } from './connection-waits';
import { statusOf } from './describe';
import { Desk } from './desk';
import { Display } from './display';
import { Gate } from './gate';
import { Inbox } from './inbox';
import type { InboxItem } from './inbox';
import { lastRecords } from './last-records';
import { Ledger } from './ledger';
import type { LeverAccess } from './lever-access';
import type { AssessmentInput, RunStatus, SettledStart } from '../messages';
import { PlanRunner } from './plan-runner';
import type { PlanChange } from './plan-runner';
import { leverActivities } from '../shared/proxies';
import { factsOfStart } from './run-facts';
import { freshState, resumed } from './run-state';
import type { RunState } from './run-state';

/** One run: its state and its memory. What it does, and what others may say to it, is told in the files beside. */
export class Run {
  readonly identity: RunIdentity;
  readonly gate = new Gate();
  readonly inbox: Inbox;
  readonly ledger: Ledger;
  readonly access: LeverAccess;
  readonly lever;
  readonly plans: PlanRunner;
  readonly waits: ConnectionWaits;
  /** What others say to it. */
  readonly desk: Desk;
  private readonly display = new Display();
  private state: Omit<RunState, 'inbox' | 'plans' | 'ledger' | 'heldUp' | 'heldUpTimes' | 'lookAgain'>;
  /** Facts that no record has told yet. */
  private unsaid: RunFacts = {};
  /** Whether nothing is under way but plans. */
  isResting = false;

  /**
   * The workflow id differs from the workflow's own only in an amendment, which speaks for the run that is over.
   * @param process takes what is in the inbox; given from outside, because it leads back to where it is asked for
   */
  constructor(
    readonly input: AssessmentInput,
    private readonly process: (run: Run) => Promise<void>,
    workflowId: string = workflowInfo().workflowId,
  ) {
    const { assessmentId, vendor, connectionId } = input;
    this.identity = { assessmentId, vendor, connectionId, opportunityId: input.opportunityId, workflowId };
    const {
      inbox,
      plans,
      ledger,
      heldUp,
      heldUpTimes = 0,
      lookAgain = null,
      ...state
    } = input.resume === undefined ? freshState(input.delivery) : resumed(input.resume);
    this.state = state;
    this.lever = leverActivities(input.timing);
    this.inbox = new Inbox(inbox);
    this.ledger = new Ledger(this.identity, input.timing, this.gate, ledger);
    const opportunityId = (): string => this.opportunityId;
    const owner = {
      assessmentId: input.assessmentId,
      connectionId: input.connectionId,
      // Read with every effect: it is known before the first one, but not always now.
      get opportunityId() {
        return opportunityId();
      },
    };
    this.waits = new ConnectionWaits(this, owner, { ...(heldUp && { heldUp }), heldUpTimes, lookAgain });
    this.access = this.waits.access;
    this.desk = new Desk(this);
    this.plans = new PlanRunner(
      owner,
      this.lever,
      this.access,
      this.ledger,
      {
        changed: (change) => this.notePlan(change),
        traces: () => this.traces,
        hasEnded: () => isTerminal(this.lifecycle.status),
        lastRecords: (planId, effect, isShown) => lastRecords(this, planId, effect, isShown),
      },
      plans,
    );
  }

  /** Takes everything that has come in. */
  processInbox(): Promise<void> {
    return this.process(this);
  }

  // --- What the run knows ---

  get lifecycle(): Lifecycle {
    return this.state.lifecycle;
  }

  /** Why it is as it is, for people. */
  get reason(): string | null {
    return endReasonText(this.lifecycle.reason);
  }

  /** Known from the start, but in a run that its vendor began: there nothing is written before it is found. */
  get opportunityId(): string {
    const { opportunityId } = this.identity;
    if (opportunityId === null) throw new TypeError('the opportunity of this run is not known yet');
    return opportunityId;
  }

  /** Whom is assessed with what; known once the run is routed. */
  get settled(): SettledStart | null {
    const { subject, route, inheritTags } = this.state;
    return subject === null || route === null ? null : { subject, route, inheritTags };
  }

  get invitation(): Invitation | null {
    return this.state.invitation;
  }

  /** Whether facts wait for the next record. */
  unsaidAfter(effect: PlannedEffect, shownPlan: string | null): RunFacts {
    const written = traced(this.traces, { what: 'written', effect }, this.state.inheritTags);
    const traces = shownPlan === null ? written : shown(written, shownPlan);
    return { ...this.unsaid, ...(traces !== this.traces && { traces }) };
  }

  /** Nothing left to do, ever. */
  get isOver(): boolean {
    return (
      isTerminal(this.lifecycle.status) &&
      this.isQuiet &&
      (this.plans.hasReachedSuspendLimit || this.plans.failed.length === 0)
    );
  }

  get isQuiet(): boolean {
    return this.inbox.isEmpty && !this.plans.isBusy && !this.waits.isBusy;
  }

  /** Records that no call will carry soon: nothing is under way, or what is under way waits for the grant. */
  get hasToTell(): boolean {
    return this.ledger.hasNews && (this.isQuiet || isSuspended(this.lifecycle));
  }

  get wakeAt(): WakeUp {
    const due = nextWake(this.lifecycle);
    return earliest(
      due === null ? null : { at: due, why: wakeReason(this.lifecycle, due) },
      wakeForAttention(this.state.attentionSince),
      this.waits.wakeAt,
    );
  }

  describe(): RunStatus {
    return statusOf(this.input.assessmentId, this.state, this.plans.failed, this.waits.failure);
  }

  /** What a run starts with that goes on in a new history. */
  renewal(): AssessmentInput {
    const { screening: _screening, ...input } = this.input;
    const { opportunityId } = this.identity;
    return { ...input, opportunityId, delivery: null, resume: this.carry() };
  }

  carry(): RunState {
    return {
      ...this.state,
      ...this.waits.carry(),
      inbox: this.inbox.carry(),
      plans: this.plans.carry(),
      ledger: this.ledger.carry(),
    };
  }

  // --- What the run learns ---

  learnOpportunity(opportunityId: string): void {
    this.identity.opportunityId = opportunityId;
  }

  learnSubject(settled: SettledStart): void {
    const { subject, route, inheritTags } = settled;
    const lifecycle = { ...this.lifecycle, policy: subject.policy };
    this.state = { ...this.state, subject, route, inheritTags, lifecycle };
    this.remember(factsOfStart(settled, this.input.screening));
  }

  /** Takes up what the run had come to before it was reset; its invitation is found again by the vendor. */
  recall({ subject, route, inheritTags, traces }: Begun): SettledStart {
    if (traces !== undefined) this.remember({ traces });
    return { subject, route, inheritTags };
  }

  learnInvitation(invitation: Invitation): void {
    const { screening } = this.input;
    this.state = { ...this.state, invitation };
    this.remember({
      vendorRef: invitation.vendorRef,
      links: { assessment: invitation.url },
      ...(this.settled !== null && {
        context: { ...this.settled, invitation, ...(screening !== undefined && { screening }) },
      }),
    });
  }

  /** News bear the vendor's own name for the run, which its answer to the invitation may have left out. */
  learnReference(vendorRef: string | null): void {
    const { invitation } = this.state;
    if (vendorRef === null || invitation === null || vendorRef === invitation.vendorRef) return;
    if (invitation.vendorRef === this.input.assessmentId) this.learnInvitation({ ...invitation, vendorRef });
  }

  /** Facts travel with the next record. */
  remember(facts: RunFacts): void {
    this.state = { ...this.state, facts: { ...this.state.facts, ...facts } };
    this.unsaid = { ...this.unsaid, ...facts };
  }

  /** The number of this reminder. */
  countReminder(): number {
    this.state = { ...this.state, remindersSent: this.state.remindersSent + 1 };
    return this.state.remindersSent;
  }

  addRecord(kind: TimelineKind, detail: string | null, closed = false): void {
    const facts = this.unsaid;
    this.unsaid = {};
    this.ledger.addRecord({
      ...this.record(kind, detail),
      ...(Object.keys(facts).length > 0 && { facts }),
      ...(closed && { closed }),
    });
  }

  record(kind: TimelineKind, detail: string | null): Omit<RunRecord, 'seq' | 'at'> {
    const { lifecycle } = this.state;
    return {
      status: lifecycle.status,
      suspended: isSuspended(lifecycle),
      attention: this.plans.failed.length > 0,
      kind,
      detail,
    };
  }

  /** One step of the reducer, with its traces; returns what has to be done about it. */
  apply(event: LifecycleEvent, item: InboxItem | null = null): Command[] {
    const before = this.lifecycle;
    const reduction = reduce(before, event, Date.now());
    const byItself = event.type === 'tick' || event.type === 'suspended' || event.type === 'resumed';
    switch (reduction.outcome) {
      case 'held':
        if (item !== null) this.inbox.hold(item);
        this.addRecord('event_held', `${event.type}: ${reduction.reason}`);
        return [];
      case 'ignored':
        if (reduction.state !== undefined) this.setLifecycle(reduction.state);
        if (!byItself) this.addRecord('event_ignored', `${event.type}: ${reduction.reason}`);
        return [];
      case 'applied':
        this.setLifecycle(reduction.state);
        // Whoever waits for the connection may have nothing to wait for any more.
        if (isTerminal(reduction.state.status) && !isTerminal(before.status)) this.access.connectionChanged();
        if (reduction.state.status !== before.status) this.addRecord('status', this.reason);
        else if (event.type === 'suspended') this.addRecord('suspended', this.waits.failure?.message ?? null);
        else if (event.type === 'resumed') this.addRecord('resumed', null);
        if (item?.kind === 'operator') this.addRecord('operator', `${item.event.by}: ${item.event.type}`);
        this.show();
        return reduction.commands;
    }
  }

  /** Notes how far the vendor's news have come, when they no longer go through the reducer. */
  hear(rank: EventRank | undefined): void {
    this.setLifecycle(rememberSequence(this.lifecycle, rank));
  }

  private setLifecycle(lifecycle: Lifecycle): void {
    const { newest, status, reason } = lifecycle;
    if (newest !== undefined && newest !== this.lifecycle.newest) this.remember({ newest });
    const code = reason?.code ?? null;
    if (status !== this.lifecycle.status && code !== (this.state.facts.reason ?? null))
      this.remember({ reason: code });
    this.state = { ...this.state, lifecycle };
  }

  /** Closes as unwritten what Lever was never told of (decision 0010). */
  closeAsUnwritten(): void {
    this.moveAfterEnd(closedAsUnwritten(this.lifecycle), 'status');
  }

  /** News after the end changed the verdict (decision 0012). */
  amendTo(status: 'completed' | 'declined', reason: EndReason | null): void {
    this.moveAfterEnd(amended(this.lifecycle, status, reason), 'amended');
  }

  private moveAfterEnd(reduction: Reduction, kind: 'status' | 'amended'): void {
    if (reduction.outcome !== 'applied') return;
    this.setLifecycle(reduction.state);
    this.addRecord(kind, this.reason);
    this.show();
  }

  get resultDigest(): string | null {
    return this.state.facts.resultDigest ?? null;
  }

  /** Ends the wait for a person when nobody came for two weeks. */
  endAttention(): void {
    if (!isAttentionOver(this.state.attentionSince, Date.now())) return;
    this.plans.dismissAll('nobody came for it within 14 days');
    this.updateAttention();
  }

  /** Lever or the connection's settings stand in the way of something that is not part of a plan. */
  noteTrouble(code: ErrorCode, message: string): void {
    this.rememberError(code);
    this.addRecord('effect_failed', `${code}: ${message}`);
  }

  rememberError(code: ErrorCode): void {
    this.remember({ lastError: code });
    this.display.showError(code);
  }

  /** Shows what is known, also in a history that goes on. */
  appear(): void {
    this.display.resume(this.describe());
  }

  private notePlan(change: PlanChange): void {
    switch (change.what) {
      case 'started':
      case 'finished':
        if (change.what === 'finished' && change.isShown)
          this.rememberTraces(shown(this.traces, change.planId));
        if (change.what === 'started' || !change.isTold) this.addRecord(`plan_${change.what}`, change.planId);
        break;
      case 'failed':
        this.rememberError(change.code);
        this.addRecord('effect_failed', `${change.effectId}: ${change.code}: ${change.message}`);
        break;
      case 'unplanned':
        this.noteTrouble(change.code, `${change.planId} could not be planned: ${change.message}`);
        break;
      case 'settled':
        this.addRecord('effect_settled', `${change.effectId} ${change.how}`);
        break;
      case 'asked':
      case 'written': {
        return this.rememberTraces(traced(this.traces, change, this.state.inheritTags));
      }
    }
    this.updateAttention(change.what === 'failed');
  }

  private rememberTraces(traces: Traces): void {
    if (traces !== this.traces) this.remember({ traces });
  }

  /** What was done to the opportunity, as far as it matters later. */
  get traces(): Traces {
    return this.state.facts.traces ?? noTraces;
  }

  private updateAttention(isNew = false): void {
    const isNeeded = this.plans.failed.length > 0;
    const since = attentionSince(this.state.attentionSince, { isNeeded, isNew, now: Date.now() });
    this.state = { ...this.state, attentionSince: since };
    this.show();
  }

  private show(): void {
    this.display.show(this.describe());
  }
}
