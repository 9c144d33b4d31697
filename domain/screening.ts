import type { Candidate } from './assessment';
import type { EventPosition } from './event-position';
import type { ScreeningOutcome } from './screening-outcome';

/**
 * What a vendor that begins runs itself tells of a candidate who has finished: the hub did not invite anybody. It
 * travels in the run's (sealed) history, so it is bounded, and files are named by their address only.
 */
export interface Screening {
  /** The vendor's id of the candidate's session. */
  sessionId: string;
  screener: { id: string; name: string };
  /** The posting that the vendor says it was for; the connection's settings decide. */
  postingId: string | null;
  /** The opportunity, where the vendor knows it. */
  opportunityId: string | null;
  candidate: Candidate;
  outcome: ScreeningOutcome;
  score: number | null;
  answers: ScreeningAnswer[];
  /** The document of the conversation; null where there is none. */
  report: ScreeningReport | null;
  /** When the candidate finished, ms since 1970; null where the vendor does not say. */
  completedAt: number | null;
}

/** Its place among all that the vendor tells of the session: staff correct outcomes, and messages overtake each other. */
export const screeningPosition = ({ completedAt }: Screening): EventPosition | undefined =>
  completedAt === null ? undefined : { attempt: 1, sequence: completedAt };

export interface ScreeningAnswer {
  question: string;
  answer: string;
  /** In the vendor's words, e.g. "PASS". */
  verdict: string | null;
}

export interface ScreeningReport {
  url: string;
  name: string;
  /** Hex, as announced. */
  sha256: string | null;
  /** Absent: a PDF. */
  contentType?: string;
}
