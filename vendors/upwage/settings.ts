import { z } from 'zod';
import type { ScreeningOutcome } from '../../domain/screening-outcome';
import { commonSettings } from '../../domain/settings/schema';
import { statusTags } from '../status-tags';
import { posting } from './postings';

const text = z.string().min(1);

const tags = statusTags({
  passed: 'UW Screened: PASSED',
  failed: 'UW Screened: FAILED',
  incomplete: 'UW Screened: INCOMPLETE',
  error: 'Upwage Error',
});

/** What follows from one outcome of one screener. */
const rule = z.strictObject({
  /** Instead of the company's own. */
  tag: text.optional(),
  /** Where the candidate is moved; a stage id or exact name. */
  stage: text.optional(),
  /** Another job into which the candidate is entered as well. */
  posting: posting.optional(),
});
export type OutcomeRule = z.output<typeof rule>;

const screener = z.strictObject({
  /** Upwage's id. */
  screenerId: text,
  /** The job it screens for: the posting's id or its page. */
  postingId: posting,
  rules: z
    .strictObject({ passed: rule.optional(), failed: rule.optional(), incomplete: rule.optional() })
    .prefault({}),
});

/** One screener may serve several jobs, each with rules of its own (UP-23). */
const screeners = z
  .array(screener)
  .max(500)
  .refine((all) => new Set(all.map((one) => `${one.postingId} ${one.screenerId}`)).size === all.length, {
    message: 'a screener is listed twice for the same posting',
  })
  .default([]);

export const upwageSettings = commonSettings.extend({
  tags,
  screeners,
  triggerStages: z
    .array(text)
    .max(0, 'Upwage begins its screenings itself, so no stage triggers one')
    .default([]),
});
export type UpwageSettings = z.output<typeof upwageSettings>;

export const upwageCredentials = z.strictObject({
  /** With which Upwage signs its events. */
  webhookSecret: z.string().min(16, 'use the whole secret, which has at least 16 characters'),
});
export type UpwageCredentials = z.output<typeof upwageCredentials>;

/** What the connection wants of an outcome; an empty rule where nothing is set. */
export function ruleOf(
  settings: UpwageSettings,
  { screenerId, postingId, outcome }: { screenerId: string; postingId: string; outcome: ScreeningOutcome },
): OutcomeRule {
  const one = settings.screeners.find(
    (each) => each.screenerId === screenerId && each.postingId === postingId,
  );
  return one?.rules[outcome] ?? {};
}
