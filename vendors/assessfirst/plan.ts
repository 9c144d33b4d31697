import type { AssessmentResult } from '../../domain/assessment';
import type { PlannedEffect } from '../../domain/effects';
import type { PlanInput } from '../define';
import { note } from '../plan-kit';
import { named, statusPlan } from '../status-plan';
import { modelLabel } from './result';
import type { AssessFirstSettings } from './settings';

type Input = PlanInput<AssessFirstSettings>;

const subject = 'The AssessFirst assessment';

/** One status tag, and at the end a note with scores and reports (AF-22 to AF-24). */
const follow = statusPlan<AssessFirstSettings>({
  subject,
  unsent: 'No AssessFirst invitation was sent',
  tags: ({ tags }) => ({
    invited: tags.invited,
    started: tags.inProgress,
    completed: tags.completed,
    error: tags.error,
  }),
  // It is the candidate's own, and AssessFirst sends it.
  linksInvitation: false,
  linksReport: false,
  completionText,
  aside: ({ trigger, reason, invitation }) =>
    invitation !== null &&
    reason?.code !== 'told_by_vendor' &&
    (trigger === 'cancelled' || trigger === 'expired')
      ? 'AssessFirst cannot withdraw an invitation, so it may still be open there.'
      : null,
});

export function plan(input: Input): PlannedEffect[] {
  // Every step comes with a start, which has set the tag; the steps themselves are told by the note at the end.
  if (input.trigger === 'progress') return [];
  const effects = follow(input);
  const notice = input.trigger === 'invited' ? input.invitation?.notice : undefined;
  return notice === undefined ? effects : [...effects, note('notice', notice)];
}

/** Without a model there are no scores, only what was completed. */
function completionText({ route, result }: Input): string {
  const done = `${named(subject, route)} was completed.`;
  if (result === null) return done;
  const lines = linesOf(result);
  return lines.length === 0
    ? `${done} AssessFirst gave no result: look it up there.`
    : [done, ...lines].join('\n');
}

const linesOf = ({ score, parts = [], reports }: AssessmentResult): string[] => [
  ...parts.filter(({ label }) => label === modelLabel).map(({ text }) => `${modelLabel}: ${text ?? 'n/a'}`),
  ...(score === null ? [] : [`Global fit: ${score}`]),
  ...parts
    .filter(({ label }) => label !== modelLabel)
    .map((part) => `${part.label}: ${part.score ?? part.text ?? 'n/a'}`),
  ...reports.map(({ label, url }) => `${label}: ${url}`),
];
