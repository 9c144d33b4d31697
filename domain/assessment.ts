import type { PolicyInput } from './run-policy';
import type { ScreeningOutcome } from './screening-outcome';

/**
 * What a run knows about one assessment. These values travel in Temporal payloads (sealed by the codec)
 * and in sealed columns; none of them is ever logged.
 */

/** The person to be assessed, as the opportunity shows them. */
export interface Candidate {
  name: string;
  /** The first e-mail address; null where Lever has none. */
  email: string | null;
  phone: string | null;
}

/** The one opportunity a run is about, as read from Lever. */
export interface Opportunity {
  id: string;
  contactId: string;
  postingId: string | null;
  stageId: string;
  /** When the opportunity entered its present stage (Lever's `stageChanges`), ms since 1970. */
  stageChangedAt: number;
  tags: string[];
  links: string[];
  candidate: Candidate;
  archived: boolean;
}

export interface Posting {
  id: string;
  title: string;
  tags: string[];
}

/** Which vendor assessment an opportunity gets, as decided by a vendor's `route`. */
export interface Route {
  /** The vendor's id of the assessment (position, model, kit …). */
  assessmentRef: string;
  /** Its name for people. */
  assessmentName: string;
  /** What only the vendor's own code understands, e.g. whether to e-mail the candidate. */
  options: Record<string, string | number | boolean>;
}

/** The vendor's answer to an invitation. */
export interface Invitation {
  /** The vendor's id of this candidate's run; our own assessment id where its answer did not name it (its news may). */
  vendorRef: string;
  /** Where the candidate takes the assessment; null where the vendor keeps it to itself. */
  url: string | null;
  /** When the vendor lets the link die, ms since 1970. */
  expiresAt: number | null;
  /** What the recruiter should know although the candidate was invited; absent where all is as asked for. */
  notice?: string;
  /** Why a link of the vendor's is missing; absent where none was left out. */
  leftOut?: string;
}

export interface ReportLink {
  label: string;
  url: string;
}

/** One part of a result that has a score of its own, e.g. a questionnaire of several. */
export interface ResultPart {
  label: string;
  score: number | null;
  maxScore: number | null;
  /** In words, e.g. "completed" or a trait; null where the score says it all. */
  text: string | null;
}

/** A file that came with a result. */
export interface ResultFile {
  /** What it is, for people. */
  label: string;
  name: string;
  contentType: string;
  /** Hex, as announced; null: nothing was. */
  sha256: string | null;
  /** Where it is fetched, or its content in base64, which the hub puts into its own store at once (decision 0016). */
  from: { url: string } | { content: string } | { kept: KeptResultFile };
}

/** In the hub's own store, or the words why it is not there. */
export type KeptResultFile =
  { id: string; name: string; contentType: string; size: number; sha256: string } | { problem: string };

/** What came out, in words that all vendors share. */
export interface AssessmentResult {
  score: number | null;
  maxScore: number | null;
  /** The vendor's verdict in words, e.g. "Proceed". */
  band: string | null;
  /** What came of a run that its vendor began; absent in all others. */
  outcome?: ScreeningOutcome;
  reports: ReportLink[];
  /** Absent where the vendor knows only the whole. */
  parts?: ResultPart[];
  /** To be put on the opportunity; absent where the vendor gives none. */
  files?: ResultFile[];
  completedAt: number | null;
  /** Why links of the vendor's are missing; absent where none was left out. */
  leftOut?: string;
}

/** What a vendor's message itself says of a result. */
export type ToldResult = Partial<Omit<AssessmentResult, 'files'>>;

/** What a run is told when its way through Lever is settled: whom to assess, with what, under which policy. */
export interface Subject {
  opportunity: Opportunity;
  posting: Posting | null;
  policy: PolicyInput;
  /** What the vendor offers beside the invitation; the hub has its own way where it does not. */
  vendorCan: {
    remind: boolean;
    cancel: boolean;
    /** Absent in runs that were begun before the hub could ask for it. */
    extend?: boolean;
  };
  /** How many other runs the same stage change has (decision 0002): they share the vendor's status tag. */
  siblings: number;
}
