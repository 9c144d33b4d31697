import type { VendorFinding } from '../domain/events';
import { planOf } from './documents';
import { explain } from './failures';
import { invitedCall, planMoment } from './moments';
import { vendorActivities, vendorCourtesies } from './proxies';
import type { Run } from './run';

/** What a run asks of the vendor about a candidate who was invited: whether there are news, and what came out. */

export async function fetchResult(run: Run, amends: boolean): Promise<void> {
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
    run.plans.add(await planOf(run, { ...call, amends }, answer));
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
