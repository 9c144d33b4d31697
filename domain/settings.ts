import { z } from 'zod';
import { duration } from './durations';
import type { PolicyInput } from './lifecycle';

/** What every connection can be told, whatever its vendor (design 5 and 9). Names are those of the API. */

const threshold = z.strictObject({
  /** Reached at this score or above; of several the highest one counts. */
  min: z.number(),
  tag: z.string().min(1).optional(),
  stage: z.string().min(1).optional(),
});

export const commonSettings = z.strictObject({
  /** Stage ids or exact names. */
  triggerStages: z.array(z.string().min(1)).default([]),
  /** Where a completed candidate is moved; a stage id or exact name. */
  resultsStage: z.string().min(1).optional(),
  /** In whose name Lever is written to: an e-mail of a Lever user, or that user's id. */
  serviceUserEmail: z.email().optional(),
  performAs: z.string().min(1).optional(),
  /** Posting id → the vendor's assessment id. */
  mapping: z.record(z.string(), z.string()).default({}),
  defaultAssessment: z.string().min(1).optional(),
  /** Counted from the invitation; `never` leaves the end to the vendor. */
  expiresAfter: z.union([z.literal('never').transform(() => null), duration]).default(30 * 86_400_000),
  reminders: z.array(duration).max(10).default([]),
  onLeaveStage: z.enum(['keep', 'cancel']).default('keep'),
  /** Go on although the candidate has left the trigger stage before the run could look. */
  inviteIfLeft: z.boolean().default(false),
  suspendLimit: duration.default(30 * 86_400_000),
  /** Texts of the vendor's tags, by their meaning; only the ones that should differ. */
  tags: z.record(z.string(), z.string().min(1)).default({}),
  /** A note on completion. Fields: {assessment} {score} {maxScore} {band} {report}. */
  note: z.string().min(1).max(10_000).optional(),
  thresholds: z.array(threshold).default([]),
  paused: z.boolean().default(false),
});

export type CommonSettings = z.output<typeof commonSettings>;
/** Settings as people write and the database keeps them. */
export type CommonSettingsInput = z.input<typeof commonSettings>;

/** The part of the settings that steers a run from inside the workflow. */
export const policyOf = (settings: CommonSettings, poll: PolicyInput['poll']): PolicyInput => ({
  expiresAfterMs: settings.expiresAfter,
  reminderOffsetsMs: settings.reminders,
  onLeaveStage: settings.onLeaveStage,
  suspendLimitMs: settings.suspendLimit,
  poll,
});
