import type { AssessmentResult } from '../../domain/assessment';
import type { PlanInput } from '../define';
import { named, statusPlan } from '../status-plan';
import type { JobmaSettings } from './settings';

const subject = 'The Jobma interview';

/** Link first, then the tag "Invited" (JO-14, JO-15); on completion the tag "Completed" and a note with the link to evaluate. */
export const plan = statusPlan<JobmaSettings>({
  subject,
  unsent: 'No Jobma interview was sent',
  tags: ({ tags }) => ({
    invited: tags.invited,
    completed: tags.completed,
    expired: tags.expired,
    declined: tags.rejected,
    error: tags.error,
  }),
  linkFirst: true,
  linksReport: false,
  verdict: (result) => (isRejected(result) ? 'declined' : 'completed'),
  completionText,
  endings: { declined: 'was rejected at Jobma' },
  aside,
});

/** Jobma's own link outlives a run that was called off, or that the customer gives less time. */
function aside({ trigger, invitation, settings }: PlanInput<JobmaSettings>): string | null {
  const endedHere =
    trigger === 'cancelled' || (trigger === 'expired' && settings.expiresAfter < settings.linkTtl);
  return invitation !== null && endedHere
    ? 'Jobma cannot withdraw an invitation, so its link may still open.'
    : null;
}

const isRejected = (result: AssessmentResult): boolean => result.band?.toLowerCase() === 'rejected';

/** The link works without a login: whoever reads the note can evaluate (JO-16 to JO-18). */
function completionText({ route, result }: PlanInput<JobmaSettings>): string {
  const rating = result?.parts?.find(({ label }) => label === 'Rating')?.score ?? null;
  const score = result?.score ?? null;
  const url = result?.reports[0]?.url;
  const known = [
    ...(result?.band ? [`Decision: ${result.band.replaceAll('_', ' ')}.`] : []),
    ...(score === null ? [] : [`Score: ${score} of ${result?.maxScore ?? 100}.`]),
    ...(rating === null ? [] : [`Rating: ${rating} of 5.`]),
  ];
  return [
    `${named(subject, route)} was completed.`,
    ...known,
    url === undefined ? 'Jobma gave no link to it: look it up at Jobma.' : `Evaluate it here: ${url}`,
  ].join(' ');
}
