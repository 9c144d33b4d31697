import type { ToldResult } from './assessment';
import type { Positioned } from './event-position';

/**
 * Canonical events: what can happen to a run, whoever says it. Each vendor's callbacks and poll answers are
 * turned into these by its adapter; timers, operators and Lever speak the same language.
 */

/**
 * What a vendor can tell us. `at` is the vendor's own time, ms since 1970; `position` is its place among the news of the same
 * run, where the vendor counts them. `unproven`: nothing but the address it was sent to says that it is the vendor's, so
 * only what the vendor answers when it is asked counts.
 */
export type VendorEvent = { at?: number; unproven?: true } & Positioned &
  (
    | { type: 'started' }
    | { type: 'progress'; step: string }
    /** `told`: what the message says of the result; it stands in for what the vendor does not answer when it is asked. */
    | { type: 'completed'; told?: ToldResult }
    | { type: 'expired' }
    | { type: 'declined'; reason?: string }
    | { type: 'cancelled'; reason?: string }
    | { type: 'failed'; reason: string }
    /**
     * Something happened, but the message does not say what, or not for certain: the vendor is asked. `presumed` is what it
     * most likely means, and counts where the vendor cannot be asked.
     */
    | { type: 'changed'; presumed?: Presumption }
  );

export type Presumption = { type: 'completed'; told?: ToldResult };

/** What a vendor can answer when it is asked: never "ask me", which would go on without end. */
export type VendorFinding = Exclude<VendorEvent, { type: 'changed' }>;

/** What the opportunity turned out to be when the run looked (never what a webhook claimed, decision 0004). */
export type OpportunityEvent =
  | { type: 'opportunityArchived' }
  | { type: 'opportunityHired' }
  | { type: 'opportunityDeleted' }
  | { type: 'opportunityLeftStage'; toStageId: string };

export type OperatorEvent =
  | { type: 'cancelRequested'; by: string; reason: string }
  | { type: 'extended'; by: string; until: number }
  | { type: 'remindRequested'; by: string }
  /** The connection was disabled, and its runs are to end. */
  | { type: 'connectionEnded'; by: string };

/** What the run itself learned on its way. */
export type RunEvent =
  | { type: 'routed' }
  | { type: 'skipped'; reason: SkipReason }
  | { type: 'invited'; expiresAt: number | null }
  | { type: 'invitationFailed'; reason: string }
  /** A step without which the run cannot go on has failed for good. */
  | { type: 'stepFailed'; reason: string }
  /** The vendor shows the result: proof that the candidate has finished. */
  | { type: 'resultFetched' }
  /** The vendor does not show it, or could not be asked; `never`: it refuses it for good. */
  | { type: 'resultMissing'; reason: string; never: boolean }
  | { type: 'suspended' }
  | { type: 'resumed' }
  /** A timer fired: whatever is due by now is due. */
  | { type: 'tick' };

export type LifecycleEvent = VendorEvent | OpportunityEvent | OperatorEvent | RunEvent;

/** Why a stage change led to no invitation. Shown to people through {@link skipReasons}. */
export const skipReasons = {
  left_stage: 'the candidate is no longer in the trigger stage',
  not_there_yet: 'Lever reported the move, but kept showing the candidate as before',
  archived: 'the opportunity is archived',
  deleted: 'the opportunity no longer exists in Lever',
  no_posting: 'the opportunity has no posting',
  no_assessment: 'the posting asks for no assessment of this vendor',
  malformed_tag: 'a tag of the posting looks like an assessment tag but cannot be read',
  ambiguous_tags: 'tags ask for different assessments',
  no_email: 'the candidate has no e-mail address',
  already_assessed: 'this stage change was already answered by another run',
  already_active: 'another run for the same candidate and assessment is still open',
  token_reused: "the webhook's token was already used for another opportunity",
  already_screened: 'the same screening with the same outcome was already written to Lever',
  older_screening: 'a newer outcome of the same screening was written to Lever before this one arrived',
  no_candidacy:
    'the opportunity that the vendor named is not open, and without an e-mail address no other can be found or created',
  erased: 'the person was erased after this had happened in Lever',
  not_trigger: 'the stage is not a trigger stage of this connection',
} as const;
export type SkipReason = keyof typeof skipReasons;

/** Whether a run that was skipped so has not seen the move that it was started for. */
const missedMove = {
  left_stage: false,
  not_there_yet: true,
  archived: false,
  deleted: true,
  no_posting: false,
  no_assessment: false,
  malformed_tag: false,
  ambiguous_tags: false,
  no_email: false,
  already_assessed: false,
  already_active: false,
  token_reused: false,
  already_screened: false,
  older_screening: false,
  no_candidacy: false,
  erased: false,
  not_trigger: false,
} as const satisfies Record<SkipReason, boolean>;

/** Who is found in the stage later is none that such a run answered. */
export const isUnseen = (reason: SkipReason): boolean => missedMove[reason];
