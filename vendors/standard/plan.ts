import type { PlanInput } from '../define';
import { named, statusPlan } from '../status-plan';
import type { StandardSettings } from './settings';

const subject = 'The assessment';

/** All that the vendor may tell is shown: the link, the state, the result with its parts and every link to it. */
export const plan = statusPlan<StandardSettings>({
  subject,
  unsent: 'No assessment was ordered',
  tags: ({ tags }) => tags,
  linksReport: true,
  completionText,
});

function completionText({ route, result }: PlanInput<StandardSettings>): string {
  const { score = null, maxScore = null, band = null, parts = [], reports = [] } = result ?? {};
  const lines = [
    { label: 'Score', score, maxScore, text: band },
    ...parts,
    ...reports.map(({ label, url }) => ({ label, score: null, maxScore: null, text: url })),
  ];
  return [`${named(subject, route)} was completed.`, ...lines.flatMap(line)].join('\n');
}

/** "Skills: 72 of 100, strong"; nothing where neither a figure nor words are known. */
function line(given: {
  label: string;
  score: number | null;
  maxScore: number | null;
  text: string | null;
}): string[] {
  const { label, score, maxScore, text } = given;
  const figure = score === null ? null : maxScore === null ? String(score) : `${score} of ${maxScore}`;
  const told = [figure, text].filter((part) => part !== null).join(', ');
  return told === '' ? [] : [`${label}: ${told}`];
}
