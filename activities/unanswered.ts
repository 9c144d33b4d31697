import type { AssessmentResult, ToldResult } from '../domain/assessment';
import { FulcrumError } from '../domain/errors';

/**
 * What becomes of a question that a vendor does not answer although it called itself: much of what vendors answer is not
 * public, and no candidate's work may hang on it (docs/vendor-facts.md).
 */

/** So often a vendor is asked that may answer yet. */
const tries = 3;

/**
 * Whether what the vendor's own message said has to do, because the vendor will not say more.
 * @param attempt how often it was asked, this time included
 */
export function mustDoWithoutAnswer(error: unknown, attempt: number): boolean {
  if (!isVendors(error) || answers.has(error.code)) return false;
  return !error.retryable || attempt >= tries;
}

/** It does answer: it asks to wait, or says that there is nothing yet. */
const answers = new Set<string>(['vendor.rate_limited', 'vendor.unfinished']);

/**
 * Whether to go by what a message most likely means. A vendor that is away is asked again later: only one that answers, and
 * not what is asked, has to be understood without.
 */
export const mustPresume = (error: unknown, attempt: number): boolean =>
  mustDoWithoutAnswer(error, attempt) && isVendors(error) && !passing.has(error.code);

const passing = new Set<string>(['vendor.unavailable', 'vendor.unclear']);

const isVendors = (error: unknown): error is FulcrumError =>
  error instanceof FulcrumError && (error.code.startsWith('vendor.') || error.code === 'outbound.refused');

const nothing: AssessmentResult = {
  score: null,
  maxScore: null,
  band: null,
  reports: [],
  completedAt: null,
};

/** The vendor's answer, and what only its message said; `answered` null: there is no answer. */
export function withTold(answered: AssessmentResult | null, told: ToldResult): AssessmentResult {
  const known = answered ?? nothing;
  const isScored = known.score !== null;
  const parts = known.parts?.length ? known.parts : told.parts;
  return {
    ...known,
    score: isScored ? known.score : (told.score ?? null),
    maxScore: isScored ? known.maxScore : (told.maxScore ?? null),
    band: known.band ?? told.band ?? null,
    reports: known.reports.length > 0 ? known.reports : (told.reports ?? []),
    ...(parts !== undefined && { parts }),
    completedAt: known.completedAt ?? told.completedAt ?? null,
  };
}
