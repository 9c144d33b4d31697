import { workflowInfo } from '@temporalio/workflow';
import { endedFor } from '../../domain/end-reasons';
import { leverActivities } from '../shared/proxies';
import { Attention } from './attention';
import { CandidacySearch } from './candidacy-search';
import { Commands } from './commands';
import { Completion } from './completion';
import { ConnectionWaits } from './connection-waits';
import type { AssessmentInput, RunStatus } from './contract';
import { statusOf } from './describe';
import { Display } from './display';
import { Documents } from './documents';
import { FallbackPlanner } from './fallback-planner';
import { Gate } from './gate';
import { HeldUp } from './held-up';
import { Inbox } from './inbox';
import { InboxProcessor } from './inbox-processor';
import { InvitationRequest } from './invitation-request';
import { InvitationSearch } from './invitation-search';
import { Inviting } from './inviting';
import { KnownFacts } from './known-facts';
import { LastRecords } from './last-records';
import { LateNews } from './late-news';
import { LateResults } from './late-results';
import { Ledger } from './ledger';
import { RunLifecycle } from './lifecycle';
import { LostInvitation } from './lost-invitation';
import { OperatorActions } from './operator-actions';
import { OpportunityCheck } from './opportunity-check';
import { OpportunityReader } from './opportunity-reader';
import { OpportunityRechecks } from './opportunity-rechecks';
import { OptionalVendorCalls } from './optional-vendor-calls';
import { PlanChanges } from './plan-changes';
import { PlanRunner } from './plan-runner';
import { Planner } from './planner';
import type { StartWait } from './request-wait';
import { RequestWait } from './request-wait';
import { ResetRecovery } from './reset-recovery';
import { ResultRequests } from './result-requests';
import { Results } from './results';
import { Routing } from './routing';
import { RunContext } from './run-context';
import type { RunState } from './run-state';
import { freshState, resumed } from './run-state';
import { ScreenedRun } from './screening';
import { ScreeningResults } from './screening-results';
import { ScreeningTurn } from './screening-turn';
import { Siblings } from './siblings';
import { SignalIntake } from './signal-intake';
import { Skipping } from './skipping';
import type { Standing } from './timeline';
import { Timeline } from './timeline';
import { WakeUps } from './wake-ups';

/**
 * The parts of one run, each with what it needs of the others. What needs one that is made further down gets a
 * callback, which nothing calls before all of them are there.
 * @param workflowId the workflow's own, but in an amendment, which speaks for the run that is over
 */
export function composeRun(input: AssessmentInput, workflowId: string = workflowInfo().workflowId) {
  const { timing } = input;
  const state = input.resume === undefined ? freshState(input.delivery) : resumed(input.resume);

  // What the run is and knows.
  const gate = new Gate();
  const inbox = new Inbox(state.inbox);
  const facts = new KnownFacts(state.facts);
  const context = new RunContext(input, workflowId, state, facts, (policy) => lifecycle.usePolicy(policy));
  const ledger = new Ledger(context.identity, timing, gate, state.ledger);
  const describe = (): RunStatus =>
    statusOf(input.assessmentId, lifecycle.state, facts.all, plans.failed, heldUp.failure);
  const display = new Display(describe);
  const timeline = new Timeline(ledger, facts, display, (): Standing => ({
    status: lifecycle.status,
    suspended: lifecycle.isSuspended,
    attention: plans.failed.length > 0,
  }));
  // Whoever waits for the connection may have nothing to wait for any more.
  const ended = () => connection.access.connectionChanged();
  const lifecycle = new RunLifecycle(state.lifecycle, facts, timeline, display, inbox, ended);

  // Its way to Lever, and what Lever is told.
  const lever = leverActivities(timing);
  const fallback = new FallbackPlanner(context, gate, timeline);
  const heldUp = new HeldUp(
    context.planOwner,
    lever,
    {
      record: () => ledger.flush(),
      plan: (id, fault) => fallback.plan(id, 'held-up', endedFor('fault', fault)),
      unwritten: (summary, { code, message }) => timeline.addTrouble(code, `${summary}: ${message}`),
    },
    state.heldUp,
    state.heldUpTimes,
  );
  const rechecks = new OpportunityRechecks(inbox, timing.maxIntervalMs, state.lookAgain);
  const connection = new ConnectionWaits(lifecycle, timeline, heldUp, rechecks, timing.maxIntervalMs);
  const { access } = connection;
  const plans: PlanRunner = new PlanRunner(
    context.planOwner,
    lever,
    access,
    ledger,
    {
      changed: (change) => planChanges.note(change),
      traces: () => facts.traces,
      hasEnded: () => lifecycle.hasEnded,
      lastRecords: (planId, effect, isShown) => lastRecords.behind(planId, effect, isShown),
    },
    state.plans,
  );
  const attention = new Attention(state.attentionSince, plans, display);
  const planChanges = new PlanChanges(context, facts, timeline, attention);
  const planner = new Planner(context, plans, ledger, gate, timeline, timing);
  const completion = new Completion(
    lifecycle,
    inbox,
    plans,
    connection,
    ledger,
    timeline,
    timing.historyLimit,
  );
  const lastRecords = new LastRecords(lifecycle, completion, inbox, context, facts, timeline, ledger);

  // What it asks of the vendor.
  const vendor = new OptionalVendorCalls(input, context, ledger, timeline, planner, state.remindersSent);
  const startWait: StartWait = (isAnswered) => new RequestWait(messages, connection, isAnswered);
  const search = new InvitationSearch(input, context, inbox, ledger, startWait);
  const lost = new LostInvitation(search, context, lifecycle, timeline, planner, plans, vendor);
  const documents = new Documents(input, timeline);
  const requests = new ResultRequests(input, facts, ledger, gate, documents);
  const results = new Results(requests, context, lifecycle, timeline, planner, plans);
  const lateResults = new LateResults(requests, context, facts, lifecycle, timeline, planner, plans);

  // What it does about what it is told.
  const commands = new Commands(lifecycle, planner, fallback, plans, results, vendor);
  const lateNews = new LateNews(lifecycle, timeline, lateResults, planner, vendor);
  const check = new OpportunityCheck(input, lever, context, lifecycle, connection, timeline);
  const operator = new OperatorActions(inbox, lifecycle, timeline, plans);
  const signals = new SignalIntake(inbox, ledger, lifecycle, facts, completion, timeline, connection);
  const messages: InboxProcessor = new InboxProcessor(
    inbox,
    lifecycle,
    context,
    commands,
    check,
    lost,
    lateNews,
    operator,
  );
  const wakeUps = new WakeUps(lifecycle, attention, connection, commands);

  // Its beginning, until it is invited, or until the results of a screening are there.
  const skipping = new Skipping(facts, lifecycle, timeline, plans);
  const reader = new OpportunityReader(input, context, lever, access);
  const siblings = new Siblings(input, context, lifecycle);
  const recovery = new ResetRecovery(input, lifecycle, context, planner, lost);
  const routing = new Routing(input, reader, lifecycle, context, messages, siblings, skipping, recovery);
  const request = new InvitationRequest(input, context, access, lifecycle, inbox, ledger, startWait);
  const inviting = new Inviting(request, context, lifecycle, timeline, plans, planner, lost, commands);
  const turn = new ScreeningTurn(input, context, access, lifecycle, messages);
  const candidacies = new CandidacySearch(input, access, lifecycle, ledger, timeline, messages);
  const screeningResults = new ScreeningResults(context, facts, timeline, access, gate, documents, plans);
  const screening = new ScreenedRun(turn, candidacies, screeningResults, context, facts, lifecycle, skipping);

  const snapshot = (): RunState => ({
    ...context.snapshot(),
    ...heldUp.snapshot(),
    lifecycle: lifecycle.state,
    facts: facts.all,
    remindersSent: vendor.remindersSent,
    attentionSince: attention.since,
    lookAgain: rechecks.snapshot(),
    inbox: inbox.snapshot(),
    plans: plans.snapshot(),
    ledger: ledger.snapshot(),
  });

  return {
    lifecycle,
    /** Where others speak to it. */
    receivers: {
      gate,
      signals,
      operator,
      describe,
      renewSoon: () => void (completion.isAskedToRenew = true),
    },
    /** What it goes through once. */
    beginning: { context, lifecycle, timeline, commands, messages, routing, inviting, screening },
    /** What its main loop goes by. */
    loop: { completion, messages, ledger, wakeUps },
    /** How an amendment shows the end of a run that could not show it itself. */
    unseen: { lifecycle, facts, commands, lost, lateNews, lateResults, screeningResults },
    display,
    /** What it starts with that goes on in a new history. */
    renewal: (): AssessmentInput => {
      const { screening: _screening, ...lasting } = input;
      const { opportunityId } = context.identity;
      return { ...lasting, opportunityId, delivery: null, resume: snapshot() };
    },
  };
}

type Run = ReturnType<typeof composeRun>;
export type Receivers = Run['receivers'];
export type Beginning = Run['beginning'];
export type Loop = Run['loop'];
