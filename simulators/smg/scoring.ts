import type { Position } from './catalogue';
import { choices, positionWeights, questions, superTraits, traits } from './catalogue';
import type { Application } from './state';

export interface Scores {
  score: number;
  /** 1 redirect, 2 proceed with caution, 3 proceed. */
  score_final: number;
  score_text: string;
  traits: { trait_name: string; caption_tr: string; score: number }[];
  super_traits: { trait_name: string; caption_tr: string; score: number }[];
}

/** Traits are measured from 40 to 160 with 100 in the middle, categories from -10 to 10. */
export const traitScale = { low: 40, middle: 100, high: 160 } as const;

const round = (value: number): number => Math.round(value * 10) / 10;
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export function recommendation(scoreFinal: number): string {
  if (scoreFinal >= 3) return 'Proceed';
  return scoreFinal >= 2 ? 'Proceed with Caution' : 'Redirect';
}

/**
 * What the answers say about the candidate in this role, which need not be the one they were given for: same answers
 * and position, same scores.
 */
export function scoresOf(application: Application, position: Position): Scores {
  const answers = new Map(application.answers.map(({ q, a }) => [q, a]));
  const measured = traits.map((trait) => {
    const deviations = questions
      .filter((question) => question.trait === trait.name)
      .map((question) => (Number(answers.get(question.q) ?? 3) - 3) * (question.direction ?? 1));
    const calculated = round(traitScale.middle + 30 * mean(deviations));
    return {
      trait_name: trait.name,
      caption_tr: trait.caption,
      score: application.scores?.traits?.[trait.name] ?? calculated,
    };
  });
  const scoreOf = (name: string): number =>
    measured.find((trait) => trait.trait_name === name)?.score ?? traitScale.middle;

  const weights = positionWeights[position.aname.split(' ').at(-1) ?? ''] ?? {};
  const weighed = traits.map((trait) => ({ score: scoreOf(trait.name), weight: weights[trait.name] ?? 1 }));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const main = weighed.reduce((sum, { score, weight }) => sum + score * weight, 0) / total;
  const set = position.position_id === application.positionId ? application.scores : undefined;
  const score = set?.score ?? round(main);
  const scoreFinal = set?.score_final ?? (score < 85 ? 1 : score < 105 ? 2 : 3);
  return {
    score,
    score_final: scoreFinal,
    score_text: recommendation(scoreFinal),
    traits: measured,
    super_traits: superTraits.map((category) => ({
      trait_name: category.name,
      caption_tr: category.caption,
      score: round((mean(category.of.map(scoreOf)) - traitScale.middle) / 6),
    })),
  };
}

/** The answers as `score_calc_get` lists them; `v` is missing where the answer is free text. */
export function answerList(application: Application): Record<string, string | number>[] {
  return application.answers.flatMap(({ q, a }) => {
    const question = questions.find((known) => known.q === q);
    if (!question) return [];
    const listed = {
      q,
      a,
      c: `${q} ${question.statement}`,
      t: `${question.statement}:${question.explanation}`,
    };
    return [typeof a === 'number' ? { ...listed, v: choices[a - 1] ?? '' } : listed];
  });
}
