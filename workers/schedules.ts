import type { Config } from '../platform/config';
import type { ScheduleDefinition } from '../platform/temporal/schedules';
import type {
  ForgetOldInput,
  KeepGrantsInput,
  ProbeAccessInput,
  SweepInput,
} from '../workflows/maintenance/contract';
import {
  forgetOldScheduleId,
  keepGrantsScheduleId,
  probeAccessScheduleId,
  sweepScheduleId,
} from '../workflows/maintenance/contract';
import { taskQueues, workflowTypes } from '../workflows/names';

const day = 86_400_000;
/** Temporal's Schedules know whole seconds, and make up for nothing that is less late than ten. */
const shortest = 1_000;
const leastCatchup = 10_000;

/**
 * The one Schedule that keeps quiet grants alive (decision 0015): daily, or more often where they are to be refreshed
 * sooner.
 */
export function keepGrantsSchedule({ grantRefreshAfterMs, retry }: Config): ScheduleDefinition {
  const every = Math.min(day, Math.max(shortest, Math.floor(grantRefreshAfterMs / 10)));
  const input: KeepGrantsInput = {
    refreshAfterMs: grantRefreshAfterMs,
    timing: retry,
  };
  return {
    scheduleId: keepGrantsScheduleId,
    every,
    // Not every hub at midnight.
    jitter: every / 24,
    catchupWindow: Math.max(every, leastCatchup),
    workflowType: workflowTypes.keepGrants,
    taskQueue: taskQueues.assessments,
    args: [input],
    summary: "refreshes access to Lever that was not used for long, before Lever's 90 days are over",
  };
}

/** Longer than it takes until the last process has read the connections anew, without having been told. */
const longestSettle = 70_000;

/** The one Schedule that asks whether Lever takes access again that it refused (decision 0010). */
export function probeAccessSchedule({ refusal, retry }: Config): ScheduleDefinition {
  const every = refusal.probeEveryMs;
  const input: ProbeAccessInput = { settleMs: Math.min(longestSettle, Math.floor(every / 2)), timing: retry };
  return {
    scheduleId: probeAccessScheduleId,
    every,
    // Not every hub at the full hour.
    jitter: every / 24,
    catchupWindow: Math.max(every, leastCatchup),
    workflowType: workflowTypes.probeAccess,
    taskQueue: taskQueues.assessments,
    args: [input],
    summary: 'asks whether Lever takes access again that it refused, and brings connections back',
  };
}

/** The one Schedule that ends the keeping of old records (decision 0016). */
export function forgetOldSchedule({ keptDays, retry }: Config): ScheduleDefinition {
  const input: ForgetOldInput = {
    // The guards outlive Temporal's own memory of ids by far: Lever's Rerun and restored stores come late.
    days: { bodies: 30, ...keptDays, guards: 400, audit: 730 },
    timing: retry,
  };
  return {
    scheduleId: forgetOldScheduleId,
    every: day,
    jitter: day / 24,
    catchupWindow: day,
    workflowType: workflowTypes.forgetOld,
    taskQueue: taskQueues.assessments,
    args: [input],
    summary: 'forgets messages, files and records that were kept long enough',
  };
}

/** A run that said something within this time is left to the next sweep: records may still be on their way. */
const quietMs = 5_000;

/** The one Schedule that holds the rows of all connections against Temporal. */
export function sweepSchedule({ sweep, retry }: Config): ScheduleDefinition {
  const limit = { rows: sweep.limitRows, share: sweep.limitPercent / 100 };
  const input: SweepInput = {
    quietMs: Math.min(quietMs, sweep.intervalMs),
    limit,
    brake: limit,
    timing: retry,
  };
  return {
    scheduleId: sweepScheduleId,
    every: sweep.intervalMs,
    catchupWindow: leastCatchup,
    workflowType: workflowTypes.sweep,
    taskQueue: taskQueues.assessments,
    args: [input],
    summary: 'closes the records of runs that ended without saying so',
  };
}
