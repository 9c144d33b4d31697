import type { AssessmentResult, ReportLink, ResultPart } from '../../domain/assessment';
import { FulcrumError } from '../../domain/errors';
import type { RunReference } from '../define';
import { questionnaires } from './models';
import { resultsOf, resultsRoute } from './requests';
import { completedAt, completedSet } from './state';
import type { AssessFirstCall, Results } from './wire';
import { questionnaireOf } from './wire';

/** Beside the questionnaires: how the candidate goes with the manager, and with the best of the trade. */
const comparisons = [
  ['manager_fit', 'Manager fit'],
  ['a_player', 'A-player'],
] as const;

/** The sum first: the link that stands for the whole result is the first one. */
const reportOrder = ['adequacy', ...questionnaires];
const reportName = (type: string): string => (type === 'adequacy' ? 'Adequacy' : type.toUpperCase());

export const modelLabel = 'Predictive model';

/**
 * Scores, model, reports and profile. Without a model AssessFirst has no scores, and says which questionnaires are done.
 * @throws FulcrumError `vendor.unfinished` while a questionnaire that the model demands is open: asking again at once
 * would not help, the candidate has to go on
 */
export async function result(call: AssessFirstCall, run: RunReference): Promise<AssessmentResult> {
  const results = await resultsOf(call, run);
  const demanded = await completedSet(call, results);
  if (demanded === null) {
    throw new FulcrumError(
      'vendor.unfinished',
      `AssessFirst GET ${resultsRoute}: not every questionnaire that counts is completed yet`,
    );
  }
  const { scores } = results;
  return {
    score: scores['global'] ?? null,
    // AssessFirst names no upper end.
    maxScore: null,
    band: null,
    reports: reportsOf(results),
    parts: [...modelOf(results), ...demanded.map((name) => part(name.toUpperCase(), scores[name]))].concat(
      comparisons
        .filter(([name]) => typeof scores[name] === 'number')
        .map(([name, label]) => part(label, scores[name])),
    ),
    completedAt: completedAt(results),
  };
}

const part = (label: string, score: number | null | undefined): ResultPart => ({
  label,
  score: score ?? null,
  maxScore: null,
  text: typeof score === 'number' ? null : 'completed',
});

const modelOf = ({ predictive_model }: Results): ResultPart[] =>
  predictive_model?.name
    ? [{ label: modelLabel, score: null, maxScore: null, text: predictive_model.name }]
    : [];

function reportsOf(results: Results): ReportLink[] {
  const given = results.reports.map(({ type, url }) => ({
    type: questionnaireOf(type ?? 'result'),
    url,
  }));
  const rank = (type: string): number => reportOrder.indexOf(type) + 1 || reportOrder.length + 1;
  return [
    ...given
      .sort((a, b) => rank(a.type) - rank(b.type))
      .map(({ type, url }) => ({ label: `${reportName(type)} report`, url })),
    { label: 'Profile', url: results.profile_url },
  ].filter((link): link is ReportLink => link.url !== null);
}
