import type { PlanInput } from '../define';
import { statusPlan } from '../status-plan';
import { cancelledAtSmg } from './requests';
import type { SmgSettings } from './settings';

/**
 * What Lever shows of an SMG assessment: one status tag, a link to the questionnaire, later one to the report. The status
 * tag says "in progress" from the invitation on.
 */
export const plan = statusPlan<SmgSettings>({
  subject: 'The SMG assessment',
  unsent: 'No SMG assessment was sent',
  tags: ({ tags }) => ({ invited: tags.inProgress, completed: tags.completed, error: tags.error }),
  linksReport: true,
  aside,
});

/** SMG has no way to withdraw an invitation. */
function aside({ moment, invitation, detail }: PlanInput<SmgSettings>): string | null {
  const endedHere = detail !== cancelledAtSmg && (moment === 'expired' || moment === 'cancelled');
  return invitation !== null && endedHere
    ? 'SMG cannot withdraw an invitation, so its link may still open.'
    : null;
}
