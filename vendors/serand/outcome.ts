import type { AssessmentResult, ResultPart } from '../../domain/assessment';
import { isoTime } from '../reading';
import type { Outcome } from './wire';

/** Whether it says of itself that it is over; a time of completion speaks where no word does. */
export const isCompleted = ({ status, completed_at }: Outcome): boolean =>
  status === null ? isoTime(completed_at) !== null : status.toLowerCase() === 'completed';

/** What Serand tells of the assessment, by its answer or its message. */
export function resultOf({ scores, profile_url, completed_at }: Outcome): AssessmentResult {
  const part = (label: string, score: number | null = null): ResultPart[] =>
    score === null ? [] : [{ label, score, maxScore: 100, text: null }];
  const personality: ResultPart[] = scores?.personality
    ? [{ label: 'Personality', score: null, maxScore: null, text: scores.personality }]
    : [];
  const overall = scores?.overall ?? null;
  return {
    score: overall,
    maxScore: overall === null ? null : 100,
    band: null,
    reports: profile_url === null ? [] : [{ label: 'Serand profile', url: profile_url }],
    parts: [
      ...part('Skills', scores?.skills),
      ...part('Values', scores?.values),
      ...personality,
      ...part('Cultural fit', scores?.culture_fit),
    ],
    completedAt: isoTime(completed_at),
  };
}
