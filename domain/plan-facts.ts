import type { AssessmentResult, Invitation, KeptResultFile, Opportunity, Route } from './assessment';
import type { EndReason } from './end-reasons';
import type { PlanTrigger } from './reduction';

/** What is known of a run when it is planned what Lever shows, in the workflow as in the vendor's code. */
export interface KnownOfRun {
  /** Null for a run that was skipped before an assessment was chosen. */
  route: Route | null;
  inheritTags: string[];
  /** The opportunity's tags as the run read them: a status tag of an earlier run may be among them. */
  presentTags: string[];
  invitation: Invitation | null;
  /** The stage in which the run found the candidate; absent where the hub was not asked by a stage, or has not looked yet. */
  enteredStageId?: string;
}

/** To what the run has come. */
export interface PlanOccasion {
  trigger: PlanTrigger;
  /** Why it has come to it; null where there is nothing to say. */
  reason: EndReason | null;
  /** The vendor should have withdrawn the invitation, and could not. */
  stillOpen?: boolean;
}

/** A file for the opportunity. `url`: where a person can read it at the vendor. */
export interface PlannedFile {
  label: string;
  url: string | null;
  file: KeptResultFile;
}

/** All that a plan goes by beside the connection. */
export interface PlanFacts extends KnownOfRun, PlanOccasion {
  result: AssessmentResult | null;
  /** The run was over before: what an earlier result left behind goes. */
  amends?: boolean;
  /** The opportunity as the run read it, where a plan may depend on it: in runs that the vendor began. */
  opportunity?: Opportunity;
  /** Files of the result, as the hub keeps them or the words why it does not. */
  files?: PlannedFile[];
  /** A document that came with the result. */
  attachment?: PlannedFile;
  /** Runs of the same stage change that are still open at the vendor (shared status tags wait for them). */
  openSiblings: number;
}
