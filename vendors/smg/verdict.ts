import type { ScoreAnswer } from './wire';

/** The reducer that stands for the whole; the others judge single sides of the candidate. */
const overall = 'overall_stoplight';

/** What SMG recommends, in the words of its own pages (assessment-score.html): 1, 2, and 3 or more. */
const recommendations = ['Redirect', 'Proceed with Caution', 'Proceed'] as const;

/**
 * SMG's verdict, which is the result's band; null where there is none. The main score's own words are often empty (so in
 * the recorded answer of github.com/talentnest/pop-engine), and the verdict stands in `position_reducers`; where nobody
 * has put it into words, the number says it.
 */
export function verdictOf(scores: ScoreAnswer): string | null {
  const { position_reducers: reducers, main_score_found: isFound } = scores;
  const stoplight =
    reducers.find(({ aname }) => aname === overall) ?? (reducers.length === 1 ? reducers[0] : undefined);
  const judges = [...(isFound === false ? [] : [scores]), ...(stoplight === undefined ? [] : [stoplight])];
  const told = judges.map((one) => one.score_text ?? one.caption_tr_score).find((text) => text !== null);
  return told ?? judges.map((one) => inWords(one.score_final)).find((text) => text !== null) ?? null;
}

const inWords = (decision: number | null): string | null =>
  decision === null ? null : (recommendations[Math.min(Math.floor(decision), 3) - 1] ?? null);
