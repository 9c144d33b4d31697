import { z } from 'zod';
import { duration, durationOrNever } from '../durations';
import type { PolicyInput, ResultWait } from '../run-policy';
import { usualResultWait } from '../run-policy';
import { plainText } from '../typed-text';

/** What every connection can be told, whatever its vendor (decision 0025). Names are those of the API. */

const text = z.string().min(1).max(10_000);

/** An id or a name that was typed or pasted: what cannot be seen in it is not there. */
export const typedName = z.string().overwrite(plainText).min(1);

const threshold = z
  .strictObject({
    /** Reached at this score or above; of several the highest one counts. */
    min: z.number().optional(),
    /** Reached by exactly this verdict of the vendor, in whatever capitals; it counts before every score. */
    band: typedName.optional(),
    tag: z.string().min(1).optional(),
    stage: typedName.optional(),
  })
  .refine(({ min, band }) => (min === undefined) !== (band === undefined), {
    path: ['min'],
    message: 'give either the lowest score (min) or the verdict (band)',
  });
export type Threshold = z.output<typeof threshold>;

/** Notes instead of the hub's own, by what they are about. Their fields: `texts.ts`. */
const texts = z
  .strictObject({
    /** Without a text of the connection's own there is no note about the invitation. */
    invited: text,
    reminder: text,
    declined: text,
    expired: text,
    failed: text,
    cancelled: text,
    skipped: text,
  })
  .partial();

/** What else is put on the opportunity; each can be left out, and links be added where the vendor's way has none. */
const shows = z.strictObject({
  /** The candidate's own link. */
  link: z.boolean().optional(),
  /** The link to the result. */
  report: z.boolean().optional(),
  file: z.boolean().optional(),
});

/**
 * Which assessment a tag of the posting or the candidate asks for, for vendors whose postings do not choose by tags of the
 * vendor's own (`vendors/tag-choice.ts`).
 */
export const assessmentsByTag = z.record(z.string().trim().min(1), typedName).default({});

export const commonSettings = z.strictObject({
  /** Stage ids or exact names. */
  triggerStages: z.array(typedName).default([]),
  /** Where a completed candidate is moved; a stage id or exact name. */
  resultsStage: typedName.optional(),
  /** Trigger stage → where those who were invited from it are moved instead; ids or exact names both. */
  resultsStages: z.record(typedName, typedName).default({}),
  /** Stages from which a result moves candidates besides the one in which the run found them; ids or exact names. */
  movesFrom: z.array(typedName).default([]),
  /** In whose name Lever is written to: an e-mail of a Lever user, or that user's id. */
  serviceUserEmail: z.email().optional(),
  performAs: typedName.optional(),
  /** Posting id → the vendor's assessment id. */
  mapping: z.record(typedName, typedName).default({}),
  defaultAssessment: typedName.optional(),
  /** Counted from the invitation; `never` leaves the end to the vendor. */
  expiresAfter: durationOrNever.default(30 * 86_400_000),
  /** Counted from the invitation; `half` is half of the time that the candidate has. */
  reminders: z
    .array(z.union([z.literal('half'), duration], 'write "half", or a duration like 3d, 36h, 90s'))
    .max(10)
    .default([]),
  onLeaveStage: z.enum(['keep', 'cancel']).default('keep'),
  /** Go on although the candidate has left the trigger stage before the run could look. */
  inviteIfLeft: z.boolean().default(false),
  suspendLimit: duration.default(30 * 86_400_000),
  /** Texts of the vendor's tags, by their meaning; only the ones that should differ. */
  tags: z.record(z.string(), z.string().min(1)).default({}),
  /** The note on completion; false: none. Fields: `texts.ts`. */
  note: z.union([z.literal(false), text], 'write a text, or false for no note').optional(),
  texts: texts.default({}),
  shows: shows.default({}),
  thresholds: z.array(threshold).default([]),
  paused: z.boolean().default(false),
});

export type CommonSettings = z.output<typeof commonSettings>;

/** The part of the settings that steers a run from inside the workflow. */
export const policyOf = (
  settings: CommonSettings,
  poll: PolicyInput['poll'],
  result: ResultWait = usualResultWait,
): PolicyInput => ({
  expiresAfterMs: settings.expiresAfter,
  reminderOffsetsMs: settings.reminders.filter((reminder) => reminder !== 'half'),
  ...(settings.reminders.includes('half') && { remindsAtHalf: true }),
  onLeaveStage: settings.onLeaveStage,
  suspendLimitMs: settings.suspendLimit,
  poll,
  result,
});

/** One spelling of a tag: what looks the same is the same. Capitals count. */
export const plainTag = plainText;
