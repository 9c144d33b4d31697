import { defineSignal } from '@temporalio/workflow';

export const bareQueue = 'bare';
export const bareType = 'bareAssessment';

export interface BareInput {
  opportunityId: string;
  /** Where the vendor says that the candidate has finished. */
  callbackUrl: string;
}
export const completedSignal = defineSignal('completed');
