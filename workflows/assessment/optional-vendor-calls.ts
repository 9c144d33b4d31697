import { patched } from '@temporalio/workflow';
import type { Recorded } from '../../activities/types';
import type { Presumption, VendorFinding } from '../../domain/events';
import type { RecordBatch } from '../../domain/records';
import type { KnownFailure } from '../shared/failures';
import { explain } from '../shared/failures';
import { optionalVendorCalls } from '../shared/proxies';
import { isFailureOfStep } from '../shared/steps';
import type { AssessmentInput } from './contract';
import type { Ledger } from './ledger';
import type { Planner } from './planner';
import type { InvitedCall, RunContext } from './run-context';
import type { Timeline } from './timeline';

type OptionalCalls = ReturnType<typeof optionalVendorCalls>;

/** What a vendor is asked for beside the invitation and its result. None of it holds up a run that cannot have it. */
export class OptionalVendorCalls {
  constructor(
    private readonly input: Pick<AssessmentInput, 'vendor' | 'timing'>,
    private readonly context: Pick<RunContext, 'invitedCall'>,
    private readonly ledger: Pick<Ledger, 'takePending' | 'restoreUnwritten'>,
    private readonly timeline: Pick<Timeline, 'add'>,
    private readonly planner: Pick<Planner, 'planFor'>,
    private reminders: number,
  ) {}

  get remindersSent(): number {
    return this.reminders;
  }

  /** False: the vendor should have withdrawn the invitation, and could not. */
  async cancel(): Promise<boolean> {
    const call = this.context.invitedCall;
    if (call === null || !call.subject.vendorCan.cancel) return true;
    const error = await this.ask('cancel at the vendor', (vendor, batch) =>
      vendor.cancelAtVendor.executeWithOptions({ summary: 'cancel at the vendor' }, [{ ...call, batch }]),
    );
    return error === null;
  }

  /** The candidate is reminded by the vendor, or, where the vendor cannot, the recruiter by a note. Says which, in words. */
  async remind(): Promise<string | null> {
    const call = this.context.invitedCall;
    if (call === null) return null;
    this.reminders += 1;
    const number = this.reminders;
    const byNote = async (): Promise<string> => {
      await this.planner.planFor('reminded', `reminded-${number}`, null);
      return 'The vendor cannot remind anybody: a note on the opportunity says that the assessment is still open.';
    };
    if (!call.subject.vendorCan.remind) return byNote();
    const error = await this.ask(`reminder ${number}`, (vendor, batch) =>
      vendor.remindAtVendor.executeWithOptions({ summary: `reminder ${number}` }, [{ ...call, batch }]),
    );
    // It was thought to, and it does not.
    if (error?.code === 'vendor.unsupported' && patched('reminds-by-note')) return byNote();
    if (error !== null) return `The candidate was not reminded: ${error.message}`;
    if (patched('reminder-told')) this.timeline.add('reminded', `reminder ${number}`);
    return 'The vendor was asked to send the candidate the invitation once more.';
  }

  /** The hub itself waits longer already. Says whether the vendor does, in words. */
  async extend(until: number): Promise<string | null> {
    const call = this.context.invitedCall;
    if (call === null) return null;
    const said = await this.askToExtend(call, until);
    this.timeline.add('operator', said);
    return said;
  }

  /**
   * What the vendor's present status amounts to; nothing when it could not be asked, which the timeline says.
   * @param presumed what has happened if the vendor cannot be asked
   */
  async askForNews(presumed: Presumption | undefined): Promise<VendorFinding[]> {
    const call = this.context.invitedCall;
    if (call === null) return [];
    const batch = this.ledger.takePending();
    try {
      const answer = await this.vendor.pollVendor.executeWithOptions({ summary: 'ask the vendor for news' }, [
        { ...call, batch, ...(presumed !== undefined && { presumed }) },
      ]);
      this.ledger.restoreUnwritten(batch, answer.recorded);
      return answer.events;
    } catch (error) {
      this.ledger.restoreUnwritten(batch, false);
      if (!isFailureOfStep(error)) throw error;
      this.timeline.add('event_ignored', `poll: ${explain(error).message}`);
      return [];
    }
  }

  private get vendor(): OptionalCalls {
    return optionalVendorCalls(this.input.vendor, this.input.timing);
  }

  /** Null: it was done. Otherwise why it was not; the words stand in the timeline, too. */
  private async ask(
    what: string,
    request: (vendor: OptionalCalls, batch: RecordBatch | null) => Promise<Recorded>,
  ): Promise<KnownFailure | null> {
    const batch = this.ledger.takePending();
    try {
      const answer = await request(this.vendor, batch);
      this.ledger.restoreUnwritten(batch, answer.recorded);
      return null;
    } catch (error) {
      this.ledger.restoreUnwritten(batch, false);
      if (!isFailureOfStep(error)) throw error;
      const failure = explain(error);
      this.timeline.add('event_ignored', `${what}: ${failure.message}`);
      return failure;
    }
  }

  private async askToExtend(call: InvitedCall, until: number): Promise<string> {
    // A run of older code has not asked, whatever the vendor can.
    if (call.subject.vendorCan.extend !== true || !patched('extend-at-vendor')) {
      const { expiresAt } = call.invitation;
      const end =
        expiresAt === null
          ? 'its link may end earlier'
          : `its link ends ${new Date(expiresAt).toISOString()}`;
      return `Only the hub waits longer. The vendor cannot be asked to: ${end}.`;
    }
    const error = await this.ask('extend at the vendor', (vendor, batch) =>
      vendor.extendAtVendor.executeWithOptions({ summary: 'extend at the vendor' }, [
        { ...call, batch, until },
      ]),
    );
    return error === null
      ? 'The vendor has moved its own end, too.'
      : `Only the hub waits longer. The vendor was asked to, and did not: ${error.message}`;
  }
}
