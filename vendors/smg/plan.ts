import type { PlannedEffect } from '../../domain/effects';
import type { PlanInput } from '../define';
import { note } from '../plan-kit';
import { statusPlan } from '../status-plan';
import type { SmgSettings } from './settings';

/** The status tag says "in progress" from the invitation on. */
const follow = statusPlan<SmgSettings>({
  subject: 'The SMG assessment',
  unsent: 'No SMG assessment was sent',
  tags: ({ tags }) => ({ invited: tags.inProgress, completed: tags.completed, error: tags.error }),
  linksReport: true,
  aside,
});

/**
 * What Lever shows of an SMG assessment: one status tag, a link to the questionnaire, later one to the report, and a note
 * about a tag that could not be read.
 */
export function plan(input: PlanInput<SmgSettings>): PlannedEffect[] {
  const effects = follow(input);
  const notice = input.trigger === 'invited' ? input.route?.options['notice'] : undefined;
  return typeof notice === 'string' ? [...effects, note('notice', notice)] : effects;
}

/** SMG has no way to withdraw an invitation. */
function aside({ trigger, invitation, reason }: PlanInput<SmgSettings>): string | null {
  const endedHere = reason?.code !== 'told_by_vendor' && (trigger === 'expired' || trigger === 'cancelled');
  return invitation !== null && endedHere
    ? 'SMG cannot withdraw an invitation, so its link may still open.'
    : null;
}
