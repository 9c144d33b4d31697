import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ErasureRecords } from '../../activities/erasing';
import type { ErasureLever, ErasureVendor } from '../../activities/erasing-outside';
import type { GrantRecords, GrantRefresh } from '../../activities/grants';
import type { ProbeLever, ProbeRecords } from '../../activities/probing';
import type { ReconcileLever, ReconcileRecords } from '../../activities/reconciling';
import type { RetentionRecords } from '../../activities/retention';
import type {
  ReportActivities,
  ScreeningLeverActivities,
  ScreeningRecordActivities,
} from '../../activities/screening-types';
import type { SweepRecords } from '../../activities/sweeping';
import type { LeverActivities, RecordActivities, VendorActivities } from '../../activities/types';
import type { VendorId } from '../../domain/ids';
import type { ActivityTiming } from '../names';
import { taskQueues } from '../names';
import {
  limitedRetries,
  limitedRetriesOfRun,
  unlimitedRetries,
  unlimitedRetriesOfRun,
  untilDatabaseIsBack,
} from './retry-policies';

/** Every activity that a workflow calls, by who calls it: on which queue, and how often it may be repeated. */

const { lever, records, vendor: vendorQueue } = taskQueues;

// --- Of a run ---

export const leverActivities = (timing: ActivityTiming) =>
  proxyActivities<LeverActivities>({ ...unlimitedRetriesOfRun(timing), taskQueue: lever });

export const vendorActivities = (vendor: VendorId, timing: ActivityTiming) =>
  proxyActivities<Pick<VendorActivities, 'invite' | 'fetchResult'>>({
    ...unlimitedRetriesOfRun(timing),
    taskQueue: vendorQueue(vendor),
  });

/** A vendor that cannot be reached for so long is left to a person. */
export const invitationLookup = (vendor: VendorId, timing: ActivityTiming) =>
  proxyActivities<Pick<VendorActivities, 'findInvitation'>>({
    ...unlimitedRetriesOfRun(timing),
    scheduleToCloseTimeout: '1 day',
    taskQueue: vendorQueue(vendor),
  });

/** One attempt at a time: when to ask again is the reducer's to say, and a person may call the run off in between. */
export const resultLookup = (vendor: VendorId, timing: ActivityTiming) =>
  proxyActivities<Pick<VendorActivities, 'fetchResult'>>({
    ...limitedRetriesOfRun(1, timing),
    taskQueue: vendorQueue(vendor),
  });

/** A missed poll comes again by itself, and a missed reminder is no reason to hold up a run. */
export const optionalVendorCalls = (vendor: VendorId, timing: ActivityTiming) =>
  proxyActivities<
    Pick<VendorActivities, 'pollVendor' | 'cancelAtVendor' | 'remindAtVendor' | 'extendAtVendor'>
  >({ ...limitedRetriesOfRun(4, timing), taskQueue: vendorQueue(vendor) });

/** A document is waited for this long; then Lever is told without it. */
export const documentActivities = (vendor: VendorId, timing: ActivityTiming) =>
  proxyActivities<ReportActivities>({
    ...unlimitedRetriesOfRun(timing),
    scheduleToCloseTimeout: '1 hour',
    taskQueue: vendorQueue(vendor),
  });

/** Three tries in five seconds: a database that is away must never hold up a run (decision 0014). */
export const recordsAtOnce = proxyLocalActivities<Pick<RecordActivities, 'writeRecords'>>({
  scheduleToCloseTimeout: '5s',
  startToCloseTimeout: '2s',
  retry: { initialInterval: '200ms', maximumAttempts: 3 },
});

export const recordsLater = (timing: ActivityTiming) =>
  proxyActivities<RecordActivities>({ ...untilDatabaseIsBack(timing), taskQueue: records });

const planningOptions = { startToCloseTimeout: '10s', retry: { initialInterval: '500ms' } } as const;

export const planning =
  proxyLocalActivities<Pick<RecordActivities, 'planResult' | 'planAnyway'>>(planningOptions);

/** The plan of a trigger; the activity's type is the one that histories name. */
export const { planMoment: planForTrigger } =
  proxyLocalActivities<Pick<RecordActivities, 'planMoment'>>(planningOptions);

export const screeningPlanning =
  proxyLocalActivities<Pick<ScreeningRecordActivities, 'planScreening'>>(planningOptions);

/** Siblings are counted in the database: three tries, and then the plan is made in its own time. */
export const { planMoment: planForTriggerWithSiblings } = proxyLocalActivities<
  Pick<RecordActivities, 'planMoment'>
>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumAttempts: 3 },
});

/** … which is then. */
export const planForTriggerLater = (timing: ActivityTiming) => recordsLater(timing).planMoment;

export const screeningRecords = (timing: ActivityTiming) =>
  proxyActivities<Pick<ScreeningRecordActivities, 'openScreening'>>({
    ...unlimitedRetriesOfRun(timing),
    taskQueue: records,
  });

// --- Of the search for a person's opportunity ---

export const candidacyLever = (timing: ActivityTiming) =>
  proxyActivities<ScreeningLeverActivities>({ ...unlimitedRetriesOfRun(timing), taskQueue: lever });

// --- Of looking for missed moves: a look that fails is given up soon, the next one goes back as far ---

export const reconcileLever = (timing: ActivityTiming) =>
  proxyActivities<ReconcileLever>({ ...limitedRetries(5, timing), taskQueue: lever });

export const reconcileRecords = (timing: ActivityTiming) =>
  proxyActivities<ReconcileRecords>({ ...limitedRetries(5, timing), taskQueue: records });

// --- Of what the hub does on a Schedule: what fails is tried again by the next run ---

/** … weeks before Lever ends the grant. */
export const grantRecords = (timing: ActivityTiming) =>
  proxyActivities<GrantRecords>({ ...limitedRetries(6, timing), taskQueue: records });

export const grantRefresh = (timing: ActivityTiming) =>
  proxyActivities<GrantRefresh>({ ...limitedRetries(6, timing), taskQueue: lever });

export const probeLever = (timing: ActivityTiming) =>
  proxyActivities<ProbeLever>({ ...limitedRetries(4, timing), taskQueue: lever });

export const probeRecords = (timing: ActivityTiming) =>
  proxyActivities<Pick<ProbeRecords, 'listRefusedAccess'>>({
    ...limitedRetries(4, timing),
    taskQueue: records,
  });

/** Repeated without end: a connection that is back is in no later run's list. */
export const restoringRecords = (timing: ActivityTiming) =>
  proxyActivities<Pick<ProbeRecords, 'restoreConnection' | 'reviveConnection'>>({
    ...unlimitedRetries(timing),
    taskQueue: records,
  });

export const retentionRecords = (timing: ActivityTiming) =>
  proxyActivities<RetentionRecords>({ ...limitedRetries(6, timing), taskQueue: records });

/** One activity looks through all open runs. */
export const sweepRecords = (timing: ActivityTiming) =>
  proxyActivities<SweepRecords>({
    ...limitedRetries(3, timing),
    startToCloseTimeout: '5 minutes',
    taskQueue: records,
  });

// --- Of erasing a person ---

/** Repeated without end: a promise to erase does not end with an outage. One page of messages or histories takes a while. */
export const erasureRecords = (timing: ActivityTiming) =>
  proxyActivities<ErasureRecords>({
    ...unlimitedRetries(timing),
    startToCloseTimeout: '2 minutes',
    taskQueue: records,
  });

/** A vendor that does not answer is left to whoever reads the proof. */
export const erasureVendor = (vendor: VendorId, timing: ActivityTiming) =>
  proxyActivities<ErasureVendor>({ ...limitedRetries(8, timing), taskQueue: vendorQueue(vendor) });

export const erasureLever = (timing: ActivityTiming) =>
  proxyActivities<ErasureLever>({ ...limitedRetries(6, timing), taskQueue: lever });
