import type { VendorActivities } from '../activities/types';
import type { Invitation } from '../domain/assessment';
import type { VendorEvent, VendorFinding } from '../domain/events';
import type { Request } from '../domain/reducer';
import { planOf } from './documents';
import { explain } from './failures';
import type { KnownFailure } from './failures';
import { invitedCall, planMoment } from './moments';
import { vendorActivities, vendorCourtesies, vendorLooks } from './proxies';
import type { Run } from './run';

/** What a run asks of the vendor about a candidate who was invited: whether there are news, and what came out. */

/** The vendor will not show one, however often it is asked. */
const refusals = new Set<KnownFailure['code']>([
  'vendor.rejected',
  'vendor.unsupported',
  'connection.missing',
]);

/** One look for the result of a run that is under way, and what Lever shows of it. Gives what else has to be done. */
export async function fetchResult(run: Run): Promise<Request[]> {
  const call = invitedCall(run);
  if (call === null) return [];
  const found = await lookFor(run, { ...call, amends: false, claim: null });
  if ('code' in found) {
    const { code, message } = found;
    if (run.lifecycle.claim?.proven === true) run.remember({ lastError: code });
    return run.apply({ type: 'resultMissing', reason: message, never: refusals.has(code) });
  }
  rememberResult(run, call.invitation, found);
  const requests = run.apply({ type: 'resultFetched' });
  run.plans.add(await planOf(run, { ...call, amends: false }, found));
  return requests;
}

/**
 * The result of a run that is over, which news promise: finished after all, or evaluated anew. It is waited for as long as
 * a run under way would wait, without holding anything up.
 */
export async function fetchLateResult(run: Run, event: VendorEvent): Promise<void> {
  const call = invitedCall(run);
  if (call === null) return run.note('event_ignored', `${event.type}: no invitation of ours is known`);
  const proven = event.type === 'completed' && event.unproven !== true;
  const found = await lookFor(run, { ...call, amends: true, claim: { at: Date.now(), proven } });
  const isKnown = run.lifecycle.status === 'completed';
  if ('code' in found) {
    const missing = `The result could not be fetched: ${found.message}`;
    run.remember({ lastError: found.code });
    if (!proven || isKnown) return run.note('event_ignored', `${event.type}: ${missing}`);
    run.amendTo('completed', missing);
    return planMoment(run, 'completed', 'amended-completed', missing);
  }
  if (isKnown && found.digest === run.resultDigest) {
    return run.note('event_ignored', 'completed: the result is the one already known');
  }
  rememberResult(run, call.invitation, found);
  run.amendTo('completed', null);
  run.plans.add(await planOf(run, { ...call, amends: true }, found));
}

type Found = Awaited<ReturnType<VendorActivities['fetchResult']>>;

/** Asks once for a run that is under way; for one that is over the activity itself knows how long. */
async function lookFor(
  run: Run,
  input: Omit<Parameters<VendorActivities['fetchResult']>[0], 'batch'>,
): Promise<Found | KnownFailure> {
  const { vendor, timing } = run.input;
  const batch = run.ledger.board();
  const asking = input.amends ? vendorActivities(vendor, timing) : vendorLooks(vendor, timing);
  try {
    const answer = await asking.fetchResult.executeWithOptions({ summary: 'fetch the result' }, [
      { ...input, batch },
    ]);
    run.ledger.land(batch, answer.recorded);
    return answer;
  } catch (error) {
    run.ledger.land(batch, false);
    return explain(error);
  }
}

const rememberResult = (run: Run, invitation: Invitation, { digest, result }: Found): void =>
  run.remember({
    resultDigest: digest,
    links: { assessment: invitation.url, report: result.reports[0]?.url ?? null },
  });

/** What the vendor's present status amounts to; nothing when it could not be asked, which the timeline says. */
export async function askForNews(run: Run): Promise<VendorFinding[]> {
  const call = invitedCall(run);
  if (call === null) return [];
  const batch = run.ledger.board();
  try {
    const answer = await vendorCourtesies(run.input.vendor, run.input.timing).pollVendor.executeWithOptions(
      { summary: 'ask the vendor for news' },
      [{ ...call, batch }],
    );
    run.ledger.land(batch, answer.recorded);
    return answer.events;
  } catch (error) {
    run.ledger.land(batch, false);
    run.note('event_ignored', `poll: ${explain(error).message}`);
    return [];
  }
}
