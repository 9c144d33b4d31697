import type { Candidate } from '../../domain/assessment';
import type { ActivityTiming } from '../names';

/**
 * What starts a `candidacy` workflow: the search for one person's opportunity, which makes one where there is none. There
 * is never more than one of them for a person, because they all bear the same workflow id.
 */
export interface CandidacyInput {
  connectionId: string;
  /** The run that began the search, which is told what it meets. */
  assessmentId: string;
  /** The opportunity that the vendor named. */
  opportunityId: string | null;
  postingId: string;
  candidate: Candidate;
  timing: ActivityTiming;
  /** Under what else the person is known by keys that processes seal with: the search holds these ids, too. */
  alsoAs?: string[];
}
