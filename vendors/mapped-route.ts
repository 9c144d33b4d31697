import type { Opportunity, Posting, Route } from '../domain/assessment';
import type { CommonSettings } from '../domain/settings/schema';
import type { RouteDecision } from './define';
import { chosenByTag } from './tag-choice';

/** What is a vendor's own about {@link mappedRoute}. */
export interface MappedRoute {
  /** Whom no posting stands behind, nobody invites. */
  asksForPosting?: true;
  /** An assessment's name for people. Default: what the settings call it. */
  nameOf?: (assessmentRef: string) => string;
  /** What the invitation will need of the posting. */
  optionsOf?: (posting: Posting | null) => Route['options'];
}

/**
 * Routing where the connection's settings alone choose: the assessment that a tag asks for (`assessmentsByTag`, where the
 * vendor's settings have it), else what `mapping` gives the posting, else `defaultAssessment`. Whoever made the stage a
 * trigger expects an answer in every case, so a skip is told on the opportunity.
 * @param what an assessment is called by this vendor, e.g. "interview kit"
 */
export const mappedRoute =
  (what: string, { asksForPosting, nameOf = (ref) => ref, optionsOf = () => ({}) }: MappedRoute = {}) =>
  ({
    opportunity,
    posting,
    settings,
  }: {
    opportunity: Opportunity;
    posting: Posting | null;
    settings: CommonSettings & { assessmentsByTag?: Record<string, string> };
  }): RouteDecision => {
    const skip = (reason: 'no_posting' | 'no_assessment' | 'no_email', detail: string | null = null) =>
      ({ decision: 'skip', reason, detail, tell: true }) as const;
    const { postingId, candidate } = opportunity;
    if (postingId === null && asksForPosting === true) return skip('no_posting');
    const { assessmentsByTag = {} } = settings;
    const tagged = chosenByTag({ opportunity, posting, assessmentsByTag });
    if (tagged !== null && 'skip' in tagged) return tagged.skip;
    const mapped = postingId === null ? undefined : settings.mapping[postingId];
    const assessmentRef = tagged?.assessment ?? mapped ?? settings.defaultAssessment;
    if (assessmentRef === undefined) {
      return skip('no_assessment', `the posting has no ${what}, and there is no default one`);
    }
    if (candidate.email === null) return skip('no_email');
    const only = { assessmentRef, assessmentName: nameOf(assessmentRef), options: optionsOf(posting) };
    return { decision: 'routes', routes: [only], inheritTags: [] };
  };
