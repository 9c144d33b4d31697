import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { LeverActivities, RecordActivities, VendorActivities } from '../../activities/types';
import type { VendorId } from '../../domain/ids';
import { taskQueues } from '../messages';
import type { RunTiming } from '../messages';
import { paced, pacedUpTo } from './retry-policies';

/** The activities of one run, grouped by how they may be repeated. */

/**
 * A vendor that is down for an afternoon must not cost a candidate the invitation, and Lever's own retries are only
 * five: transient faults are repeated without end. Permanent ones are told apart at the activity's edge.
 */
export const withoutEnd = (timing: RunTiming) => ({
  ...paced(timing),
  // An attempt that is under way may already have invited somebody: its answer is waited for.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Courtesies: a missed poll comes again by itself, and a missed reminder is no reason to hold up a run. */
const fewTimes = (timing: RunTiming) => ({
  ...withoutEnd(timing),
  ...pacedUpTo(4, timing),
});

export const leverActivities = (timing: RunTiming) =>
  proxyActivities<LeverActivities>({ ...withoutEnd(timing), taskQueue: taskQueues.lever });

export const vendorActivities = (vendor: VendorId, timing: RunTiming) =>
  proxyActivities<Pick<VendorActivities, 'invite' | 'fetchResult'>>({
    ...withoutEnd(timing),
    taskQueue: taskQueues.vendor(vendor),
  });

/** A vendor that cannot be reached for so long is left to a person. */
export const invitationLooks = (vendor: VendorId, timing: RunTiming) =>
  proxyActivities<Pick<VendorActivities, 'findInvitation'>>({
    ...withoutEnd(timing),
    scheduleToCloseTimeout: '1 day',
    taskQueue: taskQueues.vendor(vendor),
  });

/** One look at a time: when to look again is the reducer's to say, and a person may call the run off in between. */
export const vendorLooks = (vendor: VendorId, timing: RunTiming) =>
  proxyActivities<Pick<VendorActivities, 'fetchResult'>>({
    ...withoutEnd(timing),
    ...pacedUpTo(1, timing),
    taskQueue: taskQueues.vendor(vendor),
  });

export const vendorCourtesies = (vendor: VendorId, timing: RunTiming) =>
  proxyActivities<
    Pick<VendorActivities, 'pollVendor' | 'cancelAtVendor' | 'remindAtVendor' | 'extendAtVendor'>
  >({
    ...fewTimes(timing),
    taskQueue: taskQueues.vendor(vendor),
  });

/** Three tries in five seconds: a database that is away must never hold up a run (decision 0014). */
export const recordsAtOnce = proxyLocalActivities<Pick<RecordActivities, 'writeRecords'>>({
  scheduleToCloseTimeout: '5s',
  startToCloseTimeout: '2s',
  retry: { initialInterval: '200ms', maximumAttempts: 3 },
});

/** … and then in their own time, until the database is back. */
export const recordsLater = (timing: RunTiming) =>
  proxyActivities<RecordActivities>({
    ...withoutEnd(timing),
    retry: {
      initialInterval: timing.initialIntervalMs,
      // Temporal takes no pause that may not grow to its own first length.
      maximumInterval: Math.max(30_000, timing.initialIntervalMs),
      backoffCoefficient: 2,
    },
    taskQueue: taskQueues.records,
  });

export const planning = proxyLocalActivities<
  Pick<RecordActivities, 'planMoment' | 'planResult' | 'planAnyway'>
>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '500ms' },
});

/** Siblings are counted in the database: three tries, and then the plan is made in its own time. */
export const planningWithSiblings = proxyLocalActivities<Pick<RecordActivities, 'planMoment'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumAttempts: 3 },
});
