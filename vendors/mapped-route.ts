import type { Opportunity } from '../domain/assessment';
import type { CommonSettings } from '../domain/settings/schema';
import type { RouteDecision } from './define';

/**
 * Routing where the connection's settings alone choose: what `mapping` gives the posting, else `defaultAssessment`.
 * Whoever made the stage a trigger expects an answer in every case, so a skip is told on the opportunity.
 * @param what an assessment is called by this vendor, e.g. "interview kit"
 */
export const mappedRoute =
  (what: string) =>
  ({ opportunity, settings }: { opportunity: Opportunity; settings: CommonSettings }): RouteDecision => {
    const { postingId, candidate } = opportunity;
    const mapped = postingId === null ? undefined : settings.mapping[postingId];
    const chosen = mapped ?? settings.defaultAssessment;
    if (chosen === undefined) {
      const detail = `the posting has no ${what}, and there is no default one`;
      return { decision: 'skip', reason: 'no_assessment', detail, tell: true };
    }
    if (candidate.email === null) return { decision: 'skip', reason: 'no_email', detail: null, tell: true };
    const only = { assessmentRef: chosen, assessmentName: chosen, options: {} };
    return { decision: 'routes', routes: [only], inheritTags: [] };
  };
