import type { VendorId } from '../domain/ids';

/** What all workflows and their clients agree on; each workflow's own messages stand in its `contract.ts`. */

export const taskQueues = {
  /** Workflow tasks. */
  assessments: 'assessments',
  /** One activity = one request to Lever (decision 0007). */
  lever: 'lever',
  records: 'records',
  vendor: (vendor: VendorId): string => `vendor-${vendor}`,
} as const;

export const workflowTypes = {
  assessment: 'assessment',
  amendment: 'amendment',
  candidacy: 'candidacy',
  reconcile: 'reconcile',
  keepGrants: 'keepGrants',
  probeAccess: 'probeAccess',
  forgetOld: 'forgetOld',
  sweep: 'sweep',
  erasePerson: 'erasePerson',
} as const;

/** Times of the activities, from configuration; they travel with the run so that its replay stays the same. */
export interface ActivityTiming {
  /** Longest attempt of one activity, ms. */
  startToCloseMs: number;
  /** Pauses between attempts grow from the one to the other, ms. */
  initialIntervalMs: number;
  maxIntervalMs: number;
  /** Goes on in a new history after this many events, beside Temporal's own suggestion; for tests. */
  historyLimit?: number;
}

/** ApplicationFailure type of an update that a validator refused. */
export const refusedAction = 'action.refused';
