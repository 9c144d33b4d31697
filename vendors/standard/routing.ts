import type { Route } from '../../domain/assessment';
import type { RouteDecision, RouteInput } from '../define';
import { chosenByTag } from '../tag-choice';
import type { StandardSettings } from './settings';

/** The package that a tag asks for, else the posting's own, else the default one. Whoever made the stage a trigger expects an answer in every case. */
export function route({ opportunity, posting, settings }: RouteInput<StandardSettings>): RouteDecision {
  const { postingId, candidate } = opportunity;
  const { assessmentsByTag } = settings;
  const tagged = chosenByTag({ opportunity, posting, assessmentsByTag });
  if (tagged !== null && 'skip' in tagged) return tagged.skip;
  const mapped = (postingId === null ? undefined : settings.mapping[postingId]) ?? settings.defaultAssessment;
  const chosen = tagged?.assessment ?? mapped;
  if (chosen === undefined) {
    const detail = 'the posting has no package, and there is no default one';
    return { decision: 'skip', reason: 'no_assessment', detail, tell: true };
  }
  if (candidate.email === null) return { decision: 'skip', reason: 'no_email', detail: null, tell: true };
  const only = {
    assessmentRef: chosen,
    assessmentName: chosen,
    options: { jobTitle: posting?.title ?? '' },
  };
  return { decision: 'routes', routes: [only], inheritTags: [] };
}

export const jobTitleOf = (route: Route): string => String(route.options['jobTitle'] ?? '');
