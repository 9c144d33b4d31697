import type { SweepTerms } from '../../domain/sweep';
import type { ActivityTiming } from '../names';

/** What the hub's own Schedules start their workflows with, and what these come to. */

/** One of each for the hub. */
export const keepGrantsScheduleId = 'keep-grants';

export const probeAccessScheduleId = 'probe-access';

export const forgetOldScheduleId = 'forget-old';

export const sweepScheduleId = 'sweep';

/** What the Schedule of {@link keepGrantsScheduleId} starts. */
export interface KeepGrantsInput {
  /** Grants that were not refreshed for this long are, ms. */
  refreshAfterMs: number;
  timing: ActivityTiming;
  /** Set on continue-as-new only: the last connection that was looked after, and what came of it so far. */
  resume?: { after: string; kept: KeptGrants };
}

/** What a run of it came to; ids of connections. */
export interface KeptGrants {
  refreshed: number;
  /** Lever no longer takes their grant. */
  disconnected: string[];
  /** To be tried again by the next run. */
  failed: string[];
}

/** What the Schedule of {@link probeAccessScheduleId} starts. */
export interface ProbeAccessInput {
  /** By when every process has heard of a connection that came back, ms. */
  settleMs: number;
  timing: ActivityTiming;
  /** Set on continue-as-new only: the last connection that was asked about, and what came of it so far. */
  resume?: { after: string; probed: ProbedAccess };
}

/** What a run of it came to; ids of connections. */
export interface ProbedAccess {
  /** Lever takes their access again. */
  restored: string[];
  /** Lever still refuses it, or somebody else is asking just now. */
  waiting: number;
  /** Disconnected by now: the patience is over, or the refresh token is dead. */
  disconnected: string[];
  /** Lever could not be asked. */
  failed: string[];
}

/** What the Schedule of {@link forgetOldScheduleId} starts; days that each kind of record is kept. */
export interface ForgetOldInput {
  days: {
    bodies: number;
    assessments: number;
    guards: number;
    audit: number;
    /** Absent in Schedules of older code, as are the next. */
    refused?: number;
    ignored?: number;
    waiting?: number;
    credentials?: number;
  };
  timing: ActivityTiming;
}

/** What the Schedule of {@link sweepScheduleId} starts. */
export interface SweepInput extends SweepTerms {
  timing: ActivityTiming;
}

/** How many records of each kind a run of it forgot. */
export type ForgottenRecords = Record<string, number>;
