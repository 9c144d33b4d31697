import { amend } from '../domain/amendment';
import type { OpportunityEvent, VendorEvent } from '../domain/events';
import { isTerminal } from '../domain/lifecycle';
import type { Moment, Request } from '../domain/reducer';
import { explain } from './failures';
import type { InboxItem } from './inbox';
import { GivenUp } from './lever-access';
import { planning, vendorActivities, vendorCourtesies } from './proxies';
import type { Run } from './run';

/** What a run does about what it hears. */

/** Takes everything that has come in, one after another. */
export async function takeInbox(run: Run): Promise<void> {
  for (let item = run.inbox.take(); item !== undefined; item = run.inbox.take()) {
    await digest(run, item);
    run.answered(item);
  }
}

async function digest(run: Run, item: InboxItem): Promise<void> {
  switch (item.kind) {
    case 'vendor':
      if (isTerminal(run.lifecycle.status)) return takeLateNews(run, item.event);
      return carryOut(run, run.apply(item.event, item));
    case 'operator':
      return carryOut(run, run.apply(item.event, item));
    case 'opportunity': {
      const event = await checkOpportunity(run, item.hint);
      if (event !== null) return carryOut(run, run.apply(event, item));
      run.note('event_ignored', `${item.hint}: it changes nothing for a run that is ${run.lifecycle.status}`);
    }
  }
}

/** News of a run that is over, whether its workflow is still open or an amendment speaks for it (design D11). */
async function takeLateNews(run: Run, event: VendorEvent): Promise<void> {
  const amendment = amend(run.lifecycle.status, event);
  switch (amendment.do) {
    case 'ignore':
      run.note('event_ignored', `${event.type}: ${amendment.reason}`);
      return;
    case 'fetchResult':
      return fetchResult(run, true);
    case 'plan':
      run.amendTo(amendment.status, amendment.detail);
      return planMoment(run, amendment.moment, `amended-${amendment.moment}`, amendment.detail);
  }
}

/** A webhook only says that something happened; the run looks what (design D3). */
async function checkOpportunity(run: Run, hint: string): Promise<OpportunityEvent | null> {
  if (isTerminal(run.lifecycle.status)) return null;
  const { connectionId, stageId } = run.input;
  const { opportunityId } = run;
  try {
    return await run.access.during(() =>
      run.lever.checkOpportunity.executeWithOptions({ summary: 'see what became of the opportunity' }, [
        { connectionId, opportunityId, stageId, hint },
      ]),
    );
  } catch (error) {
    if (error instanceof GivenUp) return null;
    throw error;
  }
}

/** Carries out what the reducer asked for, in its order. */
export async function carryOut(run: Run, requests: readonly Request[]): Promise<void> {
  for (const request of requests) {
    switch (request.do) {
      case 'plan':
        await planMoment(run, request.moment, planIdOf(request.moment, request.detail), request.detail);
        break;
      case 'fetchResult':
        await fetchResult(run, false);
        break;
      case 'cancelAtVendor':
        await cancelAtVendor(run);
        break;
      case 'remind':
        await remind(run);
        break;
      case 'poll':
        await poll(run);
        break;
      default: {
        const unknown: never = request;
        throw new TypeError(`unknown request ${JSON.stringify(unknown)}`);
      }
    }
  }
}

/** A step of the vendor's progress comes once each; every other moment once in a run. */
const planIdOf = (moment: Moment, detail: string | null): string =>
  moment === 'progress' ? `progress-${detail ?? ''}` : moment;

async function planMoment(run: Run, moment: Moment, planId: string, detail: string | null): Promise<void> {
  // Called off before the opportunity was found: there is nowhere to write.
  if (run.identity.opportunityId === null) return;
  const settled = run.settled;
  // Written before the siblings are counted: of two that end at once, at least the later one sees both done.
  if (settled !== null && settled.subject.siblings > 0) await run.ledger.flush();
  const plan = await planning.planMoment.executeWithOptions({ summary: `plan what Lever shows: ${moment}` }, [
    {
      run: run.identity,
      planId,
      moment,
      detail,
      route: settled?.route ?? null,
      inheritTags: settled?.inheritTags ?? [],
      presentTags: settled?.subject.opportunity.tags ?? [],
      invitation: run.invitation,
      siblings: settled?.subject.siblings ?? 0,
    },
  ]);
  run.plans.add(plan);
}

/** What every call to the vendor about an invited candidate needs; null before there is an invitation. */
function invitedCall(run: Run) {
  const { settled, invitation } = run;
  return settled === null || invitation === null ? null : { run: run.identity, ...settled, invitation };
}

async function fetchResult(run: Run, amends: boolean): Promise<void> {
  const call = invitedCall(run);
  if (call === null) return run.note('event_ignored', 'completed: no invitation of ours is known');
  const batch = run.ledger.board();
  try {
    const answer = await vendorActivities(run.input.vendor, run.input.timing).fetchResult.executeWithOptions(
      { summary: 'fetch the result' },
      [{ ...call, batch, amends }],
    );
    run.ledger.land(batch, answer.recorded);
    if (amends && answer.digest === run.resultDigest && run.lifecycle.status === 'completed') {
      run.note('event_ignored', 'completed: the result is the one already known');
      return;
    }
    run.remember({
      resultDigest: answer.digest,
      links: { assessment: call.invitation.url, report: answer.result.reports[0]?.url ?? null },
    });
    if (amends) run.amendTo('completed', null);
    run.plans.add(answer.plan);
  } catch (error) {
    run.ledger.land(batch, false);
    const { code, message } = explain(error);
    run.remember({ lastError: code });
    if (amends) {
      run.note('event_ignored', `completed: the result could not be fetched: ${message}`);
      return;
    }
    // The candidate did finish: Lever says so, and says that the result has to be looked up at the vendor.
    await planMoment(run, 'completed', 'completed', `The result could not be fetched: ${message}`);
  }
}

async function poll(run: Run): Promise<void> {
  const call = invitedCall(run);
  if (call === null) return;
  const batch = run.ledger.board();
  try {
    const answer = await vendorCourtesies(run.input.vendor, run.input.timing).pollVendor.executeWithOptions(
      { summary: 'ask the vendor for news' },
      [{ ...call, batch }],
    );
    run.ledger.land(batch, answer.recorded);
    for (const event of answer.events) await carryOut(run, run.apply(event));
  } catch (error) {
    run.ledger.land(batch, false);
    run.note('event_ignored', `poll: ${explain(error).message}`);
  }
}

async function cancelAtVendor(run: Run): Promise<void> {
  const call = invitedCall(run);
  if (call === null || !call.subject.vendorCan.cancel) return;
  const batch = run.ledger.board();
  try {
    const answer = await vendorCourtesies(
      run.input.vendor,
      run.input.timing,
    ).cancelAtVendor.executeWithOptions({ summary: 'cancel at the vendor' }, [{ ...call, batch }]);
    run.ledger.land(batch, answer.recorded);
  } catch (error) {
    run.ledger.land(batch, false);
    run.note('event_ignored', `cancel at the vendor: ${explain(error).message}`);
  }
}

/** The candidate is reminded by the vendor, or, where the vendor cannot, the recruiter by a note. */
async function remind(run: Run): Promise<void> {
  const call = invitedCall(run);
  if (call === null) return;
  const number = run.countReminder();
  if (!call.subject.vendorCan.remind) {
    await planMoment(run, 'reminded', `reminded-${number}`, null);
    return;
  }
  const batch = run.ledger.board();
  try {
    const answer = await vendorCourtesies(
      run.input.vendor,
      run.input.timing,
    ).remindAtVendor.executeWithOptions({ summary: `reminder ${number}` }, [{ ...call, batch }]);
    run.ledger.land(batch, answer.recorded);
  } catch (error) {
    run.ledger.land(batch, false);
    run.note('event_ignored', `reminder ${number}: ${explain(error).message}`);
  }
}
