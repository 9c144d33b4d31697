import type { Route } from '../../domain/assessment';
import type { RouteDecision, RouteInput } from '../define';
import { chosenByTag } from '../tag-choice';
import type { SerandSettings } from './settings';

/**
 * The customer links assessments to postings at Serand (field "ATS ID"), so which one a posting gets is only known there.
 * Routing is pure and comes before the claim; it therefore settles whose assessment it is, "what Serand links to this
 * posting", and the invitation, which asks Serand anyway, finds out which one that is at that very moment. A stage change
 * is so claimed once and for the posting, whatever is edited at Serand meanwhile. What the connection itself says, by a tag or a `mapping`, goes before it.
 */

const linked = 'ats:';

/** The posting whose assessment is looked up at Serand; null where the route names the assessment itself. */
export const postingOf = (route: Route): string | null =>
  route.assessmentRef.startsWith(linked) ? route.assessmentRef.slice(linked.length) : null;

export function route({ opportunity, posting, settings }: RouteInput<SerandSettings>): RouteDecision {
  const { postingId, candidate } = opportunity;
  // Without a posting nobody can say that the right assessment goes out (SE-16).
  if (postingId === null) return { decision: 'skip', reason: 'no_posting', detail: null, tell: true };
  if (candidate.email === null) return { decision: 'skip', reason: 'no_email', detail: null, tell: true };
  const { assessmentsByTag } = settings;
  const tagged = chosenByTag({ opportunity, posting, assessmentsByTag });
  if (tagged !== null && 'skip' in tagged) return tagged.skip;
  const assessmentRef = tagged?.assessment ?? settings.mapping[postingId] ?? `${linked}${postingId}`;
  const only = { assessmentRef, assessmentName: 'Serand assessment', options: {} };
  return { decision: 'routes', routes: [only], inheritTags: [] };
}
