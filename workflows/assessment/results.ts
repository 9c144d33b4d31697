import type { VendorActivities } from '../../activities/types';
import type { Invitation, ToldResult } from '../../domain/assessment';
import { endedFor, endReasonText } from '../../domain/end-reasons';
import type { Presumption, VendorEvent, VendorFinding } from '../../domain/events';
import { isOfConnection } from '../../domain/impairment';
import { isUnderWay } from '../../domain/lifecycle';
import type { Command } from '../../domain/reducer';
import { planned } from '../../domain/traces';
import { planOf } from './documents';
import { explain } from '../shared/failures';
import type { KnownFailure } from '../shared/failures';
import { invitedCall, planMoment, planOrLater, planRequested } from './moments';
import { vendorActivities, optionalVendorCalls, resultLookup } from '../shared/proxies';
import type { Run } from './run';
import { attempt, isFailureOfStep } from '../shared/steps';

/** What a run asks of the vendor about a candidate who was invited: whether there are news, and what came out. */

/** The vendor will not show one, however often it is asked. */
const refusals = new Set<KnownFailure['code']>([
  'vendor.rejected',
  'vendor.unsupported',
  'connection.missing',
]);

type Call = NonNullable<ReturnType<typeof invitedCall>>;
type Found = Awaited<ReturnType<VendorActivities['fetchResult']>>;

/** The place in line of a result that the connection stands in the way of. */
const heldBack = 'result';

/**
 * One look for the result of a run that is under way, and what Lever shows of it. Gives what else has to be done. Where the
 * connection stands in the way, the look is made again once it no longer does; nothing waits meanwhile.
 * @param told what the vendor's own message said of it
 */
export async function fetchResult(run: Run, told: ToldResult | undefined): Promise<Command[]> {
  const call = invitedCall(run);
  if (call === null || run.plans.isOpen(heldBack)) return [];
  let commands: Command[] = [];
  const failure = await attempt(async () => {
    commands = await take(run, call, await lookOnce(run, call, told));
  });
  if (failure === null) return commands;
  if (isOfConnection(failure.code)) run.plans.addLater(heldBack, () => lookOnceUsable(run, call));
  return missing(run, failure);
}

const lookOnce = (run: Run, call: Call, told: ToldResult | undefined): Promise<Found> => {
  const { looks } = run.lifecycle.claim ?? {};
  const asked = { ...call, amends: false, claim: null, ...toldIn(told) };
  return lookFor(run, { ...asked, ...(looks !== undefined && { looks }) });
};

const toldIn = (told: ToldResult | undefined) => (told === undefined ? {} : { told });
const isProven = ({ lifecycle: { claim } }: Run): boolean => claim?.proven === true;

/** @throws what the connection stands in the way of, so that it is waited for */
async function lookOnceUsable(run: Run, call: Call): Promise<null> {
  // It was called off, or given up, while it waited.
  if (!isUnderWay(run.lifecycle.status)) return null;
  try {
    await take(run, call, await lookOnce(run, call, run.lifecycle.claim?.told));
  } catch (error) {
    const failure = explain(error);
    if (!isFailureOfStep(error) || isOfConnection(failure.code)) throw error;
    for (const command of missing(run, failure)) {
      if (command.do === 'plan') await planRequested(run, command);
    }
  }
  return null;
}

async function take(run: Run, call: Call, found: Found): Promise<Command[]> {
  if (!isUnderWay(run.lifecycle.status)) {
    run.addRecord('event_ignored', `completed: the run is already ${run.lifecycle.status}`);
    return [];
  }
  rememberResult(run, call.invitation, found);
  const commands = run.apply({ type: 'resultFetched' });
  await planOrLater(run, 'completed', () => planOf(run, { ...call, amends: false }, found));
  return commands;
}

function missing(run: Run, { code, message }: KnownFailure): Command[] {
  if (isProven(run)) run.rememberError(code);
  return run.apply({ type: 'resultMissing', reason: message, never: refusals.has(code) });
}

/**
 * The result of a run that is over, which news promise: finished after all, or evaluated anew. It is waited for as long as
 * a run under way would wait, without holding anything up.
 */
export async function fetchLateResult(
  run: Run,
  event: VendorEvent,
  told: ToldResult | undefined,
): Promise<void> {
  const call = invitedCall(run);
  if (call === null) return run.addRecord('event_ignored', `${event.type}: no invitation of ours is known`);
  const proven = event.type === 'completed' && event.unproven !== true;
  await planOrLater(run, 'amended-result', async () => {
    const look = (amends: boolean) => lookForLate(run, { ...call, amends, ...toldIn(told) }, proven);
    const isKnown = run.lifecycle.status === 'completed';
    let amends = !isUnshown(run, 'completed');
    let found = await look(amends);
    if (!amends && !('code' in found) && found.digest !== run.resultDigest) {
      // What was left of the former result stays as it is.
      amends = true;
      found = await look(amends);
    }
    if ('code' in found) {
      const lacks = endedFor('no_result', found.message);
      run.rememberError(found.code);
      if (!proven || isKnown) {
        run.addRecord('event_ignored', `${event.type}: ${endReasonText(lacks)}`);
        return null;
      }
      run.amendTo('completed', lacks);
      await planMoment(run, 'completed', 'amended-completed', lacks);
      return null;
    }
    if (isKnown && found.digest === run.resultDigest && !isUnshown(run, found.plan.id)) {
      run.addRecord('event_ignored', 'completed: the result is the one already known');
      return null;
    }
    rememberResult(run, call.invitation, found);
    run.amendTo('completed', null);
    return planOf(run, { ...call, amends }, found);
  });
}

/** Whether a run before this one ended over this plan; one that it carries out itself needs no second. */
const isUnshown = ({ traces, plans }: Run, planId: string): boolean =>
  traces.unshown === planId && !plans.isOpen(planId);

/** Has Lever show the result of a run that is completed, and could not tell so itself. */
export async function showResult(run: Run): Promise<void> {
  const call = invitedCall(run);
  if (call === null) return run.addRecord('event_ignored', 'completed: no invitation of ours is known');
  await planOrLater(run, 'unseen-result', async () => {
    const amends = run.traces.unshown?.startsWith('amended-') === true;
    const found = await lookForLate(run, { ...call, amends }, true);
    if ('code' in found) {
      run.rememberError(found.code);
      await planMoment(run, 'completed', 'completed', endedFor('no_result', found.message));
      return null;
    }
    rememberResult(run, call.invitation, found);
    return planOf(run, { ...call, amends }, found);
  });
}

type Asked = Omit<Parameters<VendorActivities['fetchResult']>[0], 'batch'>;

/** The result of a run that is over, or why there is none. @throws what the connection stands in the way of */
async function lookForLate(
  run: Run,
  input: Omit<Asked, 'claim'>,
  proven: boolean,
): Promise<Found | KnownFailure> {
  try {
    return await lookFor(run, { ...input, claim: { at: Date.now(), proven } });
  } catch (error) {
    const failure = explain(error);
    if (!isFailureOfStep(error) || isOfConnection(failure.code)) throw error;
    return failure;
  }
}

/** Asks once for a run that is under way; for one that is over the activity itself knows how long. */
async function lookFor(run: Run, input: Asked): Promise<Found> {
  const { vendor, timing } = run.input;
  const batch = run.ledger.takePending();
  let recorded = false;
  const asking = input.claim === null ? resultLookup(vendor, timing) : vendorActivities(vendor, timing);
  try {
    const answer = await asking.fetchResult.executeWithOptions({ summary: 'fetch the result' }, [
      { ...input, batch },
    ]);
    ({ recorded } = answer);
    return answer;
  } finally {
    run.ledger.restoreUnwritten(batch, recorded);
  }
}

const rememberResult = (run: Run, invitation: Invitation, { digest, result, plan }: Found): void =>
  run.remember({
    resultDigest: digest,
    traces: planned(run.traces, plan.id),
    links: { assessment: invitation.url, report: result.reports[0]?.url ?? null },
  });

/**
 * What the vendor's present status amounts to; nothing when it could not be asked, which the timeline says.
 * @param presumed what has happened if the vendor cannot be asked
 */
export async function askForNews(run: Run, presumed: Presumption | undefined): Promise<VendorFinding[]> {
  const call = invitedCall(run);
  if (call === null) return [];
  const batch = run.ledger.takePending();
  try {
    const answer = await optionalVendorCalls(
      run.input.vendor,
      run.input.timing,
    ).pollVendor.executeWithOptions({ summary: 'ask the vendor for news' }, [
      { ...call, batch, ...(presumed !== undefined && { presumed }) },
    ]);
    run.ledger.restoreUnwritten(batch, answer.recorded);
    return answer.events;
  } catch (error) {
    run.ledger.restoreUnwritten(batch, false);
    if (!isFailureOfStep(error)) throw error;
    run.addRecord('event_ignored', `poll: ${explain(error).message}`);
    return [];
  }
}
