import { amend } from '../domain/amendment';
import type { ToldResult } from '../domain/assessment';
import type { Plan } from '../domain/effects';
import type { OpportunityEvent, Presumption, VendorEvent } from '../domain/events';
import { isOfConnection } from '../domain/impairment';
import { isTerminal } from '../domain/lifecycle';
import type { Request } from '../domain/reducer';
import { cancelAtVendor, extendAtVendor, remind } from './courtesies';
import { planOf } from './documents';
import { explain } from './failures';
import type { InboxItem } from './inbox';
import { invitedCall, momentInput, planAnyway, planIdOf, planMoment, planOrLater } from './moments';
import { planning, vendorActivities, vendorCourtesies } from './proxies';
import type { Run } from './run';
import { attempt, isFailureOfStep } from './steps';

/** What a run does about what it hears. */

/** Takes everything that has come in, one after another. */
export async function takeInbox(run: Run): Promise<void> {
  for (let item = run.inbox.take(); item !== undefined; item = run.inbox.take()) {
    run.answered(item, await digest(run, item));
  }
}

/** What came of it at the vendor, for a person who asked for it. */
async function digest(run: Run, item: InboxItem): Promise<string | null> {
  switch (item.kind) {
    case 'vendor':
      run.learnReference(item.vendorRef);
      if (!isTerminal(run.lifecycle.status)) return carryOut(run, run.apply(item.event, item));
      await takeLateNews(run, item.event);
      return null;
    case 'operator':
      return carryOut(run, run.apply(item.event, item));
    case 'opportunity': {
      const event = await checkOpportunity(run, item);
      if (event === 'later') return null;
      if (event !== null) return carryOut(run, run.apply(event, item));
      if (!isTerminal(run.lifecycle.status)) run.waits.lookAgain(item);
      // Said once, however often it is looked.
      if (item.looks !== undefined) return null;
      run.note('event_ignored', `${item.hint}: it changes nothing for a run that is ${run.lifecycle.status}`);
      return null;
    }
  }
}

/** News of a run that is over, whether its workflow is still open or an amendment speaks for it (design D11). */
async function takeLateNews(run: Run, event: VendorEvent): Promise<void> {
  const amendment = amend(run.lifecycle, event);
  run.hear(event.rank);
  switch (amendment.do) {
    case 'ignore':
      run.note('event_ignored', `${event.type}: ${amendment.reason}`);
      return;
    case 'fetchResult':
      return fetchResult(run, true, amendment.told);
    case 'plan':
      run.amendTo(amendment.status, amendment.detail);
      return planMoment(run, amendment.moment, `amended-${amendment.moment}`, amendment.detail);
  }
}

/**
 * A webhook only says that something happened; the run looks what (design D3). It can do without the look: what stands in
 * the way is noted, and where a change of the connection ends it, the look is put off until then.
 */
async function checkOpportunity(
  run: Run,
  item: InboxItem & { kind: 'opportunity' },
): Promise<OpportunityEvent | 'later' | null> {
  if (isTerminal(run.lifecycle.status)) return null;
  const { connectionId, stageId } = run.input;
  const { opportunityId } = run;
  const { toldAt } = item;
  let event: OpportunityEvent | null = null;
  const failure = await attempt(async () => {
    event = await run.lever.checkOpportunity.executeWithOptions(
      { summary: 'see what became of the opportunity' },
      [{ connectionId, opportunityId, stageId, hint: item.hint, ...(toldAt !== undefined && { toldAt }) }],
    );
  });
  if (failure === null) {
    run.access.works();
    return event;
  }
  if (!isOfConnection(failure.code)) {
    run.noteTrouble(failure.code, `see what became of the opportunity: ${failure.message}`);
    // What was refused once may be shown a moment later; nothing waits for it.
    run.waits.lookAgain(item);
    return 'later';
  }
  run.waits.putOff(item, failure);
  return 'later';
}

/** Carries out what the reducer asked for, in its order; says what came of it at the vendor, where a person may ask. */
export async function carryOut(run: Run, requests: readonly Request[]): Promise<string | null> {
  let told: string | null = null;
  let stillOpen = false;
  for (const request of requests) {
    switch (request.do) {
      case 'plan': {
        const { moment, detail } = request;
        await planMoment(run, moment, planIdOf(moment, detail), detail, stillOpen);
        break;
      }
      case 'fetchResult':
        await fetchResult(run, false, request.told);
        break;
      case 'tellFailure': {
        const plan = await planAnyway(run, 'failed', 'failed', request.reason);
        if (plan !== null) run.plans.add(plan);
        break;
      }
      case 'cancelAtVendor':
        stillOpen = !(await cancelAtVendor(run));
        if (stillOpen) told = 'The vendor could not be told, so the invitation may still be open there.';
        break;
      case 'extendAtVendor':
        told = await extendAtVendor(run, request.until);
        break;
      case 'remind':
        told = await remind(run);
        break;
      case 'poll':
        await poll(run, request.presumed);
        break;
      default: {
        const unknown: never = request;
        throw new TypeError(`unknown request ${JSON.stringify(unknown)}`);
      }
    }
  }
  return told;
}

/** What stands in the way of the result with the connection is fetched once it no longer does; nothing waits meanwhile. */
async function fetchResult(run: Run, amends: boolean, told: ToldResult | undefined): Promise<void> {
  const call = invitedCall(run);
  if (call === null) return run.note('event_ignored', 'completed: no invitation of ours is known');
  await planOrLater(run, amends ? 'amended-result' : 'completed', async () => {
    try {
      return await fetchAndPlan(run, { ...call, amends, ...(told !== undefined && { told }) });
    } catch (error) {
      const { code, message } = explain(error);
      if (!isFailureOfStep(error) || isOfConnection(code)) throw error;
      run.remember({ lastError: code });
      if (amends) {
        run.note('event_ignored', `completed: the result could not be fetched: ${message}`);
        return null;
      }
      // The candidate did finish: Lever says so, and says that the result has to be looked up at the vendor.
      const input = momentInput(run, 'completed', 'completed', `The result could not be fetched: ${message}`);
      if (input === null) return null;
      return run.gate.during(() =>
        planning.planMoment.executeWithOptions({ summary: 'plan what Lever shows: completed' }, [input]),
      );
    }
  });
}

async function fetchAndPlan(
  run: Run,
  call: NonNullable<ReturnType<typeof invitedCall>> & { amends: boolean; told?: ToldResult },
): Promise<Plan | null> {
  const batch = run.ledger.board();
  let recorded = false;
  let answer;
  try {
    answer = await vendorActivities(run.input.vendor, run.input.timing).fetchResult.executeWithOptions(
      { summary: 'fetch the result' },
      [{ ...call, batch }],
    );
    ({ recorded } = answer);
  } finally {
    run.ledger.land(batch, recorded);
  }
  if (call.amends && answer.digest === run.resultDigest && run.lifecycle.status === 'completed') {
    run.note('event_ignored', 'completed: the result is the one already known');
    return null;
  }
  run.remember({
    resultDigest: answer.digest,
    links: { assessment: call.invitation.url, report: answer.result.reports[0]?.url ?? null },
  });
  if (call.amends) run.amendTo('completed', null);
  return planOf(run, call, answer);
}

async function poll(run: Run, presumed: Presumption | undefined): Promise<void> {
  const call = invitedCall(run);
  if (call === null) return;
  const batch = run.ledger.board();
  try {
    const answer = await vendorCourtesies(run.input.vendor, run.input.timing).pollVendor.executeWithOptions(
      { summary: 'ask the vendor for news' },
      [{ ...call, batch, ...(presumed !== undefined && { presumed }) }],
    );
    run.ledger.land(batch, answer.recorded);
    for (const event of answer.events) await carryOut(run, run.apply(event));
  } catch (error) {
    run.ledger.land(batch, false);
    if (!isFailureOfStep(error)) throw error;
    run.note('event_ignored', `poll: ${explain(error).message}`);
  }
}
