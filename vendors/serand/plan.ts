import type { PlanInput } from '../define';
import { statusPlan } from '../status-plan';
import type { SerandSettings } from './settings';

/** On completion the link to the profile and a note, then the results stage, unless the candidate has gone elsewhere. */
export const plan = statusPlan<SerandSettings>({
  subject: 'The Serand assessment',
  nameless: true,
  unsent: 'No Serand assessment was sent',
  tags: ({ tags, statusTags }) => ({
    ...(statusTags && { invited: tags.invited, completed: tags.completed }),
    ...(statusTags && tags.started !== undefined && { started: tags.started }),
    expired: tags.expired,
    error: tags.error,
  }),
  // Serand sends the candidate's link itself; recruiters have no use for it.
  linksInvitation: false,
  linksReport: true,
  movesOnlyFromTrigger: true,
  completionText,
});

function completionText({ result }: PlanInput<SerandSettings>): string {
  const url = result?.reports[0]?.url;
  const scores = [
    ...(result?.score === null || result === null ? [] : [`Overall: ${result.score} of ${result.maxScore}.`]),
    ...(result?.parts ?? []).map(({ label, score, maxScore, text }) =>
      score === null ? `${label}: ${text ?? 'n/a'}.` : `${label}: ${score} of ${maxScore}.`,
    ),
  ];
  return [
    'The Serand assessment was completed.',
    ...scores,
    url === undefined ? 'Serand gave no link to the profile.' : `Serand profile: ${url}`,
  ].join(' ');
}
