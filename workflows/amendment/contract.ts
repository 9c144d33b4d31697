import { defineSignal } from '@temporalio/workflow';
import type { VendorId } from '../../domain/ids';
import type { Ending } from '../../domain/sweep';
import type { AssessmentInput } from '../assessment/contract';
import type { ActivityTiming } from '../names';

/** What is said to the workflow `amendment`, beside what is said to the run that it speaks for. */

/** What starts an `amendment` workflow: news of a run that is over (decision 0012). */
export interface AmendmentInput {
  assessmentId: string;
  vendor: VendorId;
  connectionId: string;
  timing: ActivityTiming;
  /** Set on continue-as-new only: it has recalled the run, and may have told part of the news. */
  continued?: { run: AssessmentInput; workflowId: string };
}

/** To an amendment: the run was closed by the sweep, and Lever has still to be told. */
export const endedUnseenSignal = defineSignal<[EndedUnseen]>('endedUnseen');

export interface EndedUnseen {
  /** How Temporal says that the run ended, or its amendment; absent where older code told it. */
  ending?: Ending;
  /** … which told it in words. */
  reason?: string;
  /** Not the run itself: its amendment, over news that it may have told by then. */
  ofAmendment?: true;
}
