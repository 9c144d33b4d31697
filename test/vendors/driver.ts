import type { VendorId } from '../../domain/ids';

/** A vendor as the shared scenarios need it: its simulator in neutral words, and what Lever must show at each trigger. */
export interface VendorDriver<Simulated extends SimulatedVendor = SimulatedVendor> {
  vendor: VendorId;
  /** Starts the simulator. Callbacks that fail are not repeated by themselves: the scenarios do that. */
  start(): Promise<Simulated>;
}

export interface SimulatedVendor {
  /** Points the hub at it, e.g. `{ JOBMA_BASE_URL: … }`. */
  env: Record<string, string>;
  credentials: Record<string, unknown>;
  /** Settings of the connection, beside its trigger stage. */
  settings: Record<string, unknown>;
  /** The posting that candidates of the scenarios apply to. */
  postingId: string;

  /** Every invitation to this address, oldest first, whoever asked for it. */
  invitations(email: string): SeenInvitation[];
  /** Statuses with which requests for invitations were answered, oldest first; null: the answer was lost on purpose. */
  inviteAnswers(): (number | null)[];

  /** The candidate opens the assessment. Null where the vendor tells nobody of it. */
  begin: ((ref: string) => void) | null;
  complete(ref: string): void;
  /** As what the hub takes the vendor's word for it, where it asks before it believes. Default: `completed`. */
  completedAs?: 'changed';
  /** The candidate says no, or the vendor does. Null where neither exists. */
  decline: ((ref: string) => void) | null;
  /** The vendor ends it. Null where the vendor has no end of its own. */
  expire: ((ref: string) => void) | null;
  /** Until when the vendor itself lets the candidate in, ISO 8601. Absent where the hub cannot move that. */
  endOf?: (ref: string) => string | null;
  /** The address that the vendor calls about it, as the hub gave it. Absent where no story calls it by hand. */
  addressOf?: (ref: string) => string;
  /** What the vendor itself says of it. Absent where the hub can withdraw nothing there. */
  statusOf?: (ref: string) => string;
  /** Sends the callback of the present state once more. */
  resend(ref: string): void;
  /** Somebody else, not this hub, has an open invitation of the same assessment for the same address. */
  stranger(email: string): void | Promise<void>;
  /** What a run becomes that meets a stranger's invitation (decision 0027). */
  besideStranger: 'failed' | 'invited';
  /** What a run becomes of somebody who has had the same assessment before. Default: they are invited anew. */
  besideEarlier?: 'failed';
  fault(fault: VendorFault): void;
  /** Forgets the faults that were still to come. */
  mend(): void;

  /** What the hub must have written to Lever, and nothing else, when the run has come to this trigger. */
  shows(trigger: PlanTrigger, invitation: SeenInvitation): Shown;
  stop(): Promise<void>;
}

export interface SeenInvitation {
  /** The vendor's id of it. */
  ref: string;
  /** The assessment id that the vendor keeps with it; null for a stranger's. */
  assessmentId: string | null;
}

export type PlanTrigger =
  'invited' | 'started' | 'completed' | 'declined' | 'expired' | 'expiredHere' | 'completedLate' | 'failed';

/** Of the opportunity, what the hub added: exact tags and links, one piece of text for each note. */
export interface Shown {
  tags: string[];
  links: string[];
  notes: string[];
  /** The stage's id; default: where the recruiter put the candidate. */
  stage?: string;
}

export type VendorFault =
  /** The next requests for an invitation are answered with this status. */
  | { kind: 'refused'; status: number; times: number; retryAfterSeconds?: number }
  /** The next invitation goes out, its answer is lost: at once, or after the hub has waited for it in vain. */
  | { kind: 'lost-answer'; how?: 'drop' | 'hang' }
  /** The next request for an invitation is lost on its way. */
  | { kind: 'lost-request'; how?: 'drop' | 'hang' }
  /** The vendor's answer to the next request for an invitation takes its time. */
  | { kind: 'delay'; ms: number; when: 'before' | 'after' }
  /** The next invitation is completed, and says so, before it is answered. */
  | { kind: 'early-completion' }
  /** The next answers about a completed run show it as if the candidate were still at it. */
  | { kind: 'unshown-completion'; count: number }
  | { kind: 'duplicate-callback'; copies: number }
  | { kind: 'lost-callback' }
  /** The next callback waits until another one of the same run went out. */
  | { kind: 'held-callback' }
  | { kind: 'wrong-signature' };
