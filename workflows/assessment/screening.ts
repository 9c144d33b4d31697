import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  condition,
  executeChild,
  ParentClosePolicy,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { OpenedScreening } from '../../activities/screening-types';
import type { Opportunity } from '../../domain/assessment';
import { candidacyWorkflowId } from '../../domain/ids';
import { isOfConnection } from '../../domain/impairment';
import { isTerminal } from '../../domain/lifecycle';
import { screeningRank } from '../../domain/screening';
import type { Screening } from '../../domain/screening';
import { webAddressIn } from '../../domain/web-address';
import type { candidacy } from '../candidacy/workflow';
import { fetchDocument } from './documents';
import type { KnownFailure } from '../shared/failures';
import { workflowTypes } from '../messages';
import { searchAttributes, startAttributes } from '../search-attributes';
import { screeningPlanning, screeningRecords } from '../shared/proxies';
import { processInbox } from './process-inbox';
import type { Run } from './run';
import { step } from '../shared/steps';

/**
 * A run that its vendor began (decision 0035): it is over at the vendor when the hub hears of it. What is left is to
 * find whom it is about in Lever, or to enter them there, and to bring the results.
 */

type Going = OpenedScreening & { decision: 'goes' };

/** Between two looks whether what has to come first is over. Rare, because it may be suspended for a month. */
const longestWaitMs = 3_600_000;

export async function screen(run: Run, screening: Screening): Promise<void> {
  const opened = await openInTurn(run, screening);
  if (opened === null) return;
  if (opened.decision === 'skip') {
    run.remember({ skipReason: opened.reason });
    run.apply({ type: 'skipped', reason: opened.reason });
    if (opened.detail !== null) run.addRecord('status', opened.detail);
    return;
  }
  const opportunity = await findOrBeCalledOff(run, screening, opened);
  if (isTerminal(run.lifecycle.status)) return;
  if (opportunity === null) {
    run.remember({ skipReason: 'no_candidacy' });
    run.apply({ type: 'skipped', reason: 'no_candidacy' });
    return;
  }
  learn(run, screening, opened, opportunity);
  await bringResults(run, screening, opened, opportunity);
}

/** Of several events of one session, e.g. when staff correct an outcome, one is brought to Lever after the other. */
async function openInTurn(
  run: Run,
  screening: Screening,
): Promise<Exclude<OpenedScreening, { decision: 'waits' }> | null> {
  for (let wait = nextWait(run); ; wait = nextWait(run, wait)) {
    const seen = run.access.changeCount;
    const opened = await step('open the screening', () => run.access.during(() => open(run, screening)));
    if (opened.decision !== 'waits') return opened;
    await condition(() => run.inbox.hasInterruption || run.access.changeCount !== seen, wait, {
      summary: 'wait for an earlier event of the same session',
    });
    await processInbox(run);
    if (isTerminal(run.lifecycle.status)) return null;
  }
}

/** Waits that double: nobody waits longer for nothing than as long again. @param before the last one; none: the first is asked for */
const nextWait = (run: Run, before?: number): number =>
  before === undefined ? run.input.timing.initialIntervalMs : Math.min(before * 2, longestWaitMs);

const open = (run: Run, screening: Screening): Promise<OpenedScreening> =>
  screeningRecords(run.input.timing).openScreening.executeWithOptions(
    { summary: 'note the run, see where it belongs' },
    [{ run: run.identity, delivery: run.input.delivery, screening }],
  );

/** The search goes on however long Lever is away; a person may call the run off meanwhile. */
async function findOrBeCalledOff(run: Run, screening: Screening, opened: Going): Promise<Opportunity | null> {
  let found: { opportunity: Opportunity | null } | { error: unknown } | null = null;
  void find(run, screening, opened).then(
    (opportunity) => (found = { opportunity }),
    (error: unknown) => (found = { error }),
  );
  const answer = (): typeof found => found;
  const hasTrouble = (): boolean => run.lifecycle.suspendedAt !== null && run.ledger.hasNews;
  for (;;) {
    await condition(() => answer() !== null || run.inbox.hasInterruption || hasTrouble());
    const settled = answer();
    if (settled !== null) return step('find the opportunity', () => outcomeOf(settled));
    // A search that has to wait says so at once: nothing else would carry its records.
    if (hasTrouble()) await run.ledger.flush();
    await processInbox(run);
    if (isTerminal(run.lifecycle.status)) return null;
  }
}

const outcomeOf = async (found: { opportunity: Opportunity | null } | { error: unknown }) => {
  if ('error' in found) throw found.error;
  return found.opportunity;
};

/**
 * What a person can mend holds the run up like a revoked grant, instead of ending it: the results exist nowhere else in the
 * customer's Lever. The most frequent one is that no user is set in whose name an opportunity can be created.
 */
const mendable = new Set<KnownFailure['code']>(['lever.bad_request', 'lever.forbidden']);

const find = (run: Run, screening: Screening, opened: Going): Promise<Opportunity | null> =>
  run.access.during(
    () => searchAlone(run, screening, opened),
    ({ code, message }) => {
      if (!isOfConnection(code) && !mendable.has(code)) return false;
      if (!isOfConnection(code)) run.noteTrouble(code, message);
      return true;
    },
  );

/**
 * One search for a person at a time: Temporal refuses a second workflow with the same id, and whoever is refused asks again.
 * So of several events about somebody new one makes the opportunity, and the others find it.
 */
async function searchAlone(run: Run, screening: Screening, opened: Going): Promise<Opportunity | null> {
  const { connectionId, timing } = run.input;
  for (let wait = nextWait(run); ; wait = nextWait(run, wait)) {
    try {
      return await executeChild<typeof candidacy>(workflowTypes.candidacy, {
        workflowId: candidacyWorkflowId(connectionId, opened.person),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        // An opportunity that is being made must be known before somebody else may look.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        staticSummary: `${run.input.vendor}: whose session is ${screening.sessionId}?`,
        typedSearchAttributes: startAttributes({ connectionId, vendor: run.input.vendor }),
        args: [
          {
            connectionId,
            assessmentId: run.input.assessmentId,
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

/** From here on it is a run like any other, whose vendor has invited and whose candidate has finished. */
function learn(
  run: Run,
  screening: Screening,
  { route, policy, traces }: Going,
  opportunity: Opportunity,
): void {
  if (traces !== undefined) run.remember({ traces });
  run.learnOpportunity(opportunity.id);
  upsertSearchAttributes([{ key: searchAttributes.opportunity, value: opportunity.id }]);
  const vendorCan = { remind: false, cancel: false };
  run.learnSubject({
    subject: { opportunity, posting: null, policy, vendorCan, siblings: 0 },
    route,
    inheritTags: [],
  });
  run.apply({ type: 'routed' });
  run.learnInvitation({ vendorRef: screening.sessionId, url: null, expiresAt: null });
  run.apply({ type: 'invited', expiresAt: null });
  run.apply({ type: 'resultFetched' });
}

/** Once more, of a run that ended over it. */
export async function showScreening(run: Run, screening: Screening): Promise<void> {
  const { settled } = run;
  if (settled === null) return run.addRecord('event_ignored', 'completed: no opportunity of it is known');
  await bringResults(run, screening, settled, settled.subject.opportunity);
}

async function bringResults(
  run: Run,
  screening: Screening,
  { route, leavesOutReport }: Pick<Going, 'route' | 'leavesOutReport'>,
  opportunity: Opportunity,
): Promise<void> {
  const file =
    leavesOutReport === true || screening.report === null ? null : await fetchDocument(run, screening.report);
  const { plan, digest } = await step('plan the results', () =>
    run.access.during(() =>
      run.gate.during(() =>
        screeningPlanning.planScreening.executeWithOptions({ summary: 'plan what Lever shows: completed' }, [
          { run: run.identity, screening, route, opportunity, file },
        ]),
      ),
    ),
  );
  const newest = screeningRank(screening);
  run.remember({
    resultDigest: digest,
    links: { report: webAddressIn(screening.report?.url ?? '') },
    ...(newest !== undefined && { newest }),
  });
  run.plans.add(plan);
}
