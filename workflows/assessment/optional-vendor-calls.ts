import { patched } from '@temporalio/workflow';
import type { Recorded } from '../../activities/types';
import type { RecordBatch } from '../../domain/records';
import { explain } from '../shared/failures';
import type { KnownFailure } from '../shared/failures';
import { invitedCall, planMoment } from './moments';
import { optionalVendorCalls } from '../shared/proxies';
import type { Run } from './run';
import { isFailureOfStep } from '../shared/steps';

/** What a vendor is asked for beside the invitation and its result. None of it holds up a run that cannot have it. */

type Courtesies = ReturnType<typeof optionalVendorCalls>;

/** Null: it was done. Otherwise why it was not; the words stand in the timeline, too. */
async function ask(
  run: Run,
  what: string,
  request: (vendor: Courtesies, batch: RecordBatch | null) => Promise<Recorded>,
): Promise<KnownFailure | null> {
  const batch = run.ledger.takePending();
  try {
    const answer = await request(optionalVendorCalls(run.input.vendor, run.input.timing), batch);
    run.ledger.restoreUnwritten(batch, answer.recorded);
    return null;
  } catch (error) {
    run.ledger.restoreUnwritten(batch, false);
    if (!isFailureOfStep(error)) throw error;
    const failure = explain(error);
    run.addRecord('event_ignored', `${what}: ${failure.message}`);
    return failure;
  }
}

/** False: the vendor should have withdrawn the invitation, and could not. */
export async function cancelAtVendor(run: Run): Promise<boolean> {
  const call = invitedCall(run);
  if (call === null || !call.subject.vendorCan.cancel) return true;
  const fault = await ask(run, 'cancel at the vendor', (vendor, batch) =>
    vendor.cancelAtVendor.executeWithOptions({ summary: 'cancel at the vendor' }, [{ ...call, batch }]),
  );
  return fault === null;
}

/** The candidate is reminded by the vendor, or, where the vendor cannot, the recruiter by a note. Says which, in words. */
export async function remind(run: Run): Promise<string | null> {
  const call = invitedCall(run);
  if (call === null) return null;
  const number = run.countReminder();
  const byNote = async (): Promise<string> => {
    await planMoment(run, 'reminded', `reminded-${number}`, null);
    return 'The vendor cannot remind anybody: a note on the opportunity says that the assessment is still open.';
  };
  if (!call.subject.vendorCan.remind) return byNote();
  const fault = await ask(run, `reminder ${number}`, (vendor, batch) =>
    vendor.remindAtVendor.executeWithOptions({ summary: `reminder ${number}` }, [{ ...call, batch }]),
  );
  // It was thought to, and it does not.
  if (fault?.code === 'vendor.unsupported' && patched('reminds-by-note')) return byNote();
  if (fault !== null) return `The candidate was not reminded: ${fault.message}`;
  if (patched('reminder-told')) run.addRecord('reminded', `reminder ${number}`);
  return 'The vendor was asked to send the candidate the invitation once more.';
}

/** The hub itself waits longer already. Says whether the vendor does, in words. */
export async function extendAtVendor(run: Run, until: number): Promise<string | null> {
  const call = invitedCall(run);
  if (call === null) return null;
  const said = await askToExtend(run, call, until);
  run.addRecord('operator', said);
  return said;
}

async function askToExtend(
  run: Run,
  call: NonNullable<ReturnType<typeof invitedCall>>,
  until: number,
): Promise<string> {
  // A run of older code has not asked, whatever the vendor can.
  if (call.subject.vendorCan.extend !== true || !patched('extend-at-vendor')) {
    const { expiresAt } = call.invitation;
    const end =
      expiresAt === null ? 'its link may end earlier' : `its link ends ${new Date(expiresAt).toISOString()}`;
    return `Only the hub waits longer. The vendor cannot be asked to: ${end}.`;
  }
  const fault = await ask(run, 'extend at the vendor', (vendor, batch) =>
    vendor.extendAtVendor.executeWithOptions({ summary: 'extend at the vendor' }, [
      { ...call, batch, until },
    ]),
  );
  return fault === null
    ? 'The vendor has moved its own end, too.'
    : `Only the hub waits longer. The vendor was asked to, and did not: ${fault.message}`;
}
