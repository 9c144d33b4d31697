import type {
  AssessmentResult,
  Invitation,
  KeptResultFile,
  Opportunity,
  Posting,
  Route,
  Subject,
  ToldResult,
} from '../domain/assessment';
import type { Effect, Plan } from '../domain/effects';
import type { EndReason } from '../domain/end-reasons';
import type { OpportunityEvent, Presumption, SkipReason, VendorFinding } from '../domain/events';
import type { Claim } from '../domain/lifecycle';
import type { KnownOfRun, PlanOccasion } from '../domain/plan-facts';
import type { OldReason, OldTrigger } from '../domain/plan-names';
import type { Begun, ClosedRun, DeliveryNote, RecordBatch, RunIdentity } from '../domain/records';

/**
 * The activities as the workflows see them. One activity is one remote call (decision 0013); what it learned for the
 * database rides along as `batch`, and `recorded` says whether it could be written.
 */

export interface Recorded {
  recorded: boolean;
}

/** A run that an activity speaks of, with what rides along. */
export interface RunCall {
  run: RunIdentity;
  batch: RecordBatch | null;
}

export interface LeverActivities {
  /**
   * Writes the run's row, then reads its opportunity and decides whether the run goes on. One GET, repeated for a while
   * where Lever does not show yet what it told of.
   */
  readOpportunity(input: {
    run: RunIdentity & { opportunityId: string };
    delivery: DeliveryNote | null;
    stageId: string;
    /** When Lever told of the move, ms since 1970; absent where that is not known. */
    toldAt?: number;
    /** Whether the run can still wait for an earlier one to make room. */
    mayWait?: boolean;
  }): Promise<ReadAnswer>;
  /** Reads the posting, chooses the assessments and claims them. One GET. */
  readPosting(input: {
    run: RunIdentity;
    opportunity: Opportunity;
    postingId: string;
    mayWait?: boolean;
  }): Promise<RouteAnswer>;
  /** Reads the account's stages again, because the run met one that the hub does not know. One GET. */
  refreshStages(input: { connectionId: string }): Promise<void>;
  /** What became of the opportunity since; null: nothing that concerns the run. One GET. */
  checkOpportunity(input: {
    connectionId: string;
    opportunityId: string;
    stageId: string;
    /** The webhook's event; only tells the words for an archived opportunity. */
    hint: string;
    /** When Lever told of it, ms since 1970; absent where that is not known. */
    toldAt?: number;
  }): Promise<OpportunityEvent | null>;
  /** Whether an effect that a repeat would double is there already. One GET. `runId`: of the Temporal run that asked. */
  lookForEffect(input: EffectCall): Promise<{ found: boolean; runId?: string }>;
  /**
   * One effect, one writing request; a move, and a retry of a doubling kind, looks first. `left`: it was not written, and
   * why, as a sentence for people.
   */
  applyEffect(
    input: EffectCall & {
      batch: RecordBatch | null;
      /**
       * The Temporal run in which it was looked for: after a reset to just behind the look that is another one. Null:
       * nobody has looked. Absent: it cannot be there.
       */
      lookedIn?: string | null;
      /** The run's last records, to be written behind an effect that is its last. */
      last?: RecordBatch;
    },
  ): Promise<Recorded & { left?: string; closed?: boolean }>;
}

export interface EffectCall {
  assessmentId: string;
  connectionId: string;
  opportunityId: string;
  /** `<plan id>/<key>`; makes the marker of a note. */
  effectId: string;
  effect: Effect;
  /** The run is over, and only the newest run of a candidate says how they stand and where they go. */
  unlessOvertaken?: true;
}

export type ReadAnswer =
  | { decision: 'skip'; reason: SkipReason; detail: string | null }
  /** The stage is not among those the hub knows: read them, then ask again. */
  | { decision: 'unknownStage' }
  /** Whatever has become of the candidate since: the run was reset after it had begun, and goes on. */
  | { decision: 'hasBegun'; begun: Begun }
  | { decision: 'readPosting'; subject: Subject; postingId: string }
  | { decision: 'routed'; subject: Subject; answer: RouteAnswer };

export type RouteAnswer =
  /** An earlier run of the candidate is about to make room: ask again. */
  | { decision: 'waits' }
  | { decision: 'hasBegun'; begun: Begun }
  | {
      decision: 'skip';
      reason: SkipReason;
      detail: string | null;
      posting: Posting | null;
      plan: Plan | null;
    }
  | {
      decision: 'routes';
      posting: Posting | null;
      inheritTags: string[];
      /** Status tags that earlier runs have left, and the opportunity still bears; absent in answers of older code. */
      earlierTags?: string[];
      /** The assessment of this run; null when it belongs to another run already. */
      own: Route | null;
      ownRefusal: SkipReason | null;
      /** Further assessments of the same stage change, each for a run of its own. */
      others: { route: Route; workflowId: string; assessmentId: string }[];
    };

/** Everything a vendor call may need to know of a run. */
export interface VendorRunCall extends RunCall {
  subject: Subject;
  route: Route;
  inheritTags: string[];
}

export interface InvitedRunCall extends VendorRunCall {
  invitation: Invitation;
}

export interface VendorActivities {
  /** Asks the vendor to invite, and plans what Lever should show of it. */
  invite(
    input: VendorRunCall & {
      /** The reference under which the vendor already called back, though its answer was lost. */
      knownRef: string | null;
      /** Whether the vendor has called back at all. */
      heard: boolean;
      /** Whether an earlier request of the run may have taken effect. */
      mayBeOut: boolean;
    },
  ): Promise<Recorded & { invitation: Invitation; plan: Plan }>;
  /** Looks for an invitation that may be out, and makes none. Null: the vendor has none. */
  findInvitation(
    input: VendorRunCall & {
      knownRef: string | null;
      heard: boolean;
      /** When the request for it was given up, ms since 1970: the vendor may still be at work on it. */
      askedAt: number;
    },
  ): Promise<Recorded & { invitation: Invitation | null }>;
  /** Fetches the result, and plans what Lever should show of it. */
  fetchResult(
    input: InvitedRunCall & {
      /** Whether the run was over before; then the plan's id names the result, so that each is written once. */
      amends: boolean;
      /** What the message that told of the completion says of the result; absent: nothing. */
      told?: ToldResult;
      /**
       * The word that such a run was finished after all: its result is waited for as `ResultWait` says. Null for a run that
       * is under way, which looks again by itself.
       */
      claim: Pick<Claim, 'at' | 'proven'> | null;
      /** How often such a run has looked in vain. */
      looks?: number;
    },
  ): Promise<Recorded & { result: AssessmentResult; digest: string; plan: Plan }>;
  /** The news that the vendor's present status amounts to. */
  pollVendor(
    input: InvitedRunCall & {
      /** What has happened if the vendor cannot be asked; absent: nothing that is known. */
      presumed?: Presumption;
    },
  ): Promise<Recorded & { events: VendorFinding[] }>;
  cancelAtVendor(input: InvitedRunCall): Promise<Recorded>;
  remindAtVendor(input: InvitedRunCall): Promise<Recorded>;
  /** `until`: ms since 1970. */
  extendAtVendor(input: InvitedRunCall & { until: number }): Promise<Recorded>;
}

/** Run as local activities: no remote call but the database's. */
export interface RecordActivities {
  writeRecords(batch: RecordBatch): Promise<void>;
  /** The plan of a trigger that no vendor call answers. The name is that of histories. */
  planMoment(
    input: KnownOfRun &
      (
        | PlanOccasion
        | (Omit<PlanOccasion, 'trigger' | 'reason'> & OldTrigger & (OldReason | Pick<PlanOccasion, 'reason'>))
      ) & {
        run: RunIdentity;
        planId: string;
        siblings: number;
        /** What a person is asked beside what Lever shows. */
        question?: string;
      },
  ): Promise<Plan>;
  /** What Lever can be told of a run that is held up, or was ended by a step that failed, whatever the settings are like. */
  planAnyway(
    input: KnownOfRun & {
      run: RunIdentity;
      planId: string;
      outcome: 'held-up' | 'failed';
      reason: EndReason;
    },
  ): Promise<Plan>;
  /** The plan of a result whose files had to be fetched first. */
  planResult(
    input: Omit<InvitedRunCall, 'batch'> & {
      amends: boolean;
      found: { result: AssessmentResult; digest: string };
      /** In the order of the result's. */
      files: KeptResultFile[];
    },
  ): Promise<Plan>;
  /** What is known of a run that is over; null when it was never recorded or already erased, 'open' while it is not over. */
  loadClosedRun(input: { assessmentId: string }): Promise<ClosedRun | 'open' | null>;
  /** What the run had come to in a history that a reset has cut off; null: nobody can have been invited. */
  recallBegun(input: { assessmentId: string }): Promise<Begun | null>;
  /** Takes back the word that these news were taken. `again`: they are brought once more, else they concern nobody. */
  giveBack(input: { deliveries: DeliveryNote[]; again: boolean }): Promise<void>;
}
