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

/** What a message may add to each field: nothing where the answer says it, and nothing to what follows from the answer. */
const filled: {
  [Field in keyof Required<ToldResult>]: (
    known: AssessmentResult,
    told: ToldResult,
  ) => Pick<AssessmentResult, Field>;
} = {
  score: ({ score }, told) => ({ score: score ?? told.score ?? null }),
  // A score and its upper end belong together.
  maxScore: ({ score, maxScore }, told) => ({
    maxScore: score === null ? (told.maxScore ?? null) : maxScore,
  }),
  band: ({ band }, told) => ({ band: band ?? told.band ?? null }),
  outcome: () => ({}),
  reports: ({ reports }, told) => ({ reports: reports.length > 0 ? reports : (told.reports ?? []) }),
  parts: ({ parts }, told) => {
    const all = parts?.length ? parts : told.parts;
    return all === undefined ? {} : { parts: all };
  },
  completedAt: ({ completedAt }, told) => ({ completedAt: completedAt ?? told.completedAt ?? null }),
  leftOut: () => ({}),
};

/** The vendor's answer, and what only its message said; `answered` null: there is no answer. */
export function withTold(answered: AssessmentResult | null, told: ToldResult): AssessmentResult {
  const known = answered ?? nothing;
  return Object.values(filled).reduce<AssessmentResult>(
    (all, fill) => ({ ...all, ...fill(known, told) }),
    known,
  );
}
