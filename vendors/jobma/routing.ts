import type { RouteDecision, RouteInput } from '../define';
import { chosenByTag } from '../tag-choice';
import type { JobmaSettings } from './settings';

/**
 * The interview kit that a tag asks for, else the posting's own, else the default kit (JO-8, JO-9). The stage is Jobma's alone, so whoever moves a
 * candidate there expects an interview: where none can be sent, the opportunity says why.
 */
export function route({ opportunity, posting, settings }: RouteInput<JobmaSettings>): RouteDecision {
  const skip = (
    reason: 'no_posting' | 'no_assessment' | 'no_email',
    detail: string | null,
  ): RouteDecision => ({
    decision: 'skip',
    reason,
    detail,
    tell: true,
  });
  const { postingId } = opportunity;
  if (postingId === null) return skip('no_posting', null);
  const { assessmentsByTag } = settings;
  const tagged = chosenByTag({ opportunity, posting, assessmentsByTag });
  if (tagged !== null && 'skip' in tagged) return tagged.skip;
  const kit = tagged?.assessment ?? settings.mapping[postingId] ?? settings.defaultAssessment;
  if (kit === undefined) {
    return skip('no_assessment', 'the posting has no interview kit, and there is no default kit');
  }
  if (opportunity.candidate.email === null) return skip('no_email', null);
  const assessment = {
    assessmentRef: kit,
    assessmentName: `Kit ${kit}`,
    // Jobma's own listing and its e-mail to the candidate show it.
    options: { jobTitle: posting?.title ?? '' },
  };
  return { decision: 'routes', routes: [assessment], inheritTags: [] };
}
