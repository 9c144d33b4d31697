import type { z } from 'zod';
import type {
  AssessmentResult,
  Candidate,
  Invitation,
  Opportunity,
  Posting,
  Route,
} from '../domain/assessment';
import type { PlannedEffect } from '../domain/effects';
import type { SkipReason, VendorEvent, VendorFinding } from '../domain/events';
import type { VendorId } from '../domain/ids';
import type { PlanFacts } from '../domain/plan-facts';
import type { Screening } from '../domain/screening';
import type { CommonSettings } from '../domain/settings/schema';
import type { HttpClient } from '../platform/http/client';

/**
 * A vendor is one typed value (decision 0020): how a posting picks assessments, how the vendor is asked, how its callbacks
 * are read, and what Lever should show. No vendor code runs in the workflow sandbox (decision 0006).
 */

/** What a request to the vendor may use. */
export interface VendorCall<Credentials, Settings> {
  connectionId: string;
  credentials: Credentials;
  settings: Settings;
  /** Root of the vendor's API; from configuration, or from the credentials (`baseUrlOf`). */
  baseUrl: string;
  http: HttpClient;
}

export interface InviteInput {
  /**
   * Our key at the vendor, `asm_` and 26 small letters and digits: a "duplicate" is ours only if it carries this
   * (decision 0027).
   */
  assessmentId: string;
  route: Route;
  candidate: Candidate;
  opportunityId: string;
  postingId: string | null;
  /** Where the vendor calls back; seals the run. */
  callbackUrl: string;
  /** Ms since 1970, or null where the vendor ends it. */
  expiresAt: number | null;
  /**
   * Set when the vendor called back about this run although its answer to the invitation was lost: the invitation to
   * take for ours, if it carries our assessment id.
   */
  knownRef: string | null;
  /**
   * The vendor has called about this run, named or not: it has invited. Where the call does not name the invitation and
   * nothing can be searched, it is taken for granted instead of being made a second time.
   */
  heard?: boolean;
}

/** An invitation that may be out although nobody has the vendor's answer. */
export type InvitationQuery = Pick<InviteInput, 'assessmentId' | 'knownRef' | 'heard'>;

/** What names a candidate's run at the vendor, once it is known. */
export interface RunReference {
  assessmentId: string;
  vendorRef: string;
  route: Route;
}

/** An inbound callback, untouched. Header names are lower case. */
export interface RawCallback {
  method: string;
  headers: Record<string, string | undefined>;
  /** What follows the key in the path, e.g. SMG's application id; empty where nothing does. */
  pathRest: string;
  query: Record<string, string>;
  body: Buffer;
  receivedAt: number;
}

export interface CallbackNews {
  /** The vendor's id of the run it is about; null when only the address says it. */
  vendorRef: string | null;
  /** Names this event for good, so that a repeat is known; null: a digest of the message is used. */
  eventKey: string | null;
  event: VendorEvent;
  /** A candidate's finished run that the vendor began itself (`startsRuns`): the hub begins its own with it. */
  screening?: Screening;
}

/** What a callback says: parsed once, on its way in. */
export interface CallbackMessage {
  /** None: nothing that concerns a run. */
  news: CallbackNews[];
  /** The body of the answer once it is taken, as JSON; absent: it has none. */
  answer?: object;
}

/** Something that can be ordered of a vendor, as settings name it and people choose it. */
export interface CatalogueEntry {
  id: string;
  name: string;
  /** What kind of assessment it is, in the vendor's own word; absent where it does not say. */
  type?: string;
}

export interface RouteInput<Settings> {
  opportunity: Opportunity;
  posting: Posting | null;
  settings: Settings;
}

export type RouteDecision =
  | {
      decision: 'routes';
      routes: [Route, ...Route[]];
      /** Tags the opportunity should have had. */ inheritTags: string[];
    }
  /** `tell` puts the reason on the opportunity (error tag and note), because a person expected an invitation. */
  | { decision: 'skip'; reason: SkipReason; detail: string | null; tell: boolean };

export interface PlanInput<Settings> extends PlanFacts {
  settings: Settings;
  /** The stage's id for an id or a name of the settings; null when the account has none such. */
  stageId: (idOrName: string) => string | null;
}

/** What every vendor has. */
export interface ServedVendor<Settings extends CommonSettings, Credentials> {
  id: VendorId;
  label: string;
  /** The page that tells a customer how to set it up. Contract checks refuse the place-holder of the generator. */
  help: string;
  settings: z.ZodType<Settings>;
  /** As they are stored. */
  credentials: z.ZodType<Credentials>;
  /** What is asked of new ones besides: no release may shut out who is connected already. Absent: nothing. */
  newCredentials?: z.ZodType<Credentials>;
  /** Root of its API in production; `<ID>_BASE_URL` goes before it. Absent where the hub does not call the vendor. */
  baseUrl?: string;
  /**
   * Where every customer names an address: the root of the API in their credentials. It comes from outside, so requests
   * to it pass the outbound guard (decision 0023). Absent: the hub's own configuration says where the vendor is.
   */
  baseUrlOf?: (credentials: Credentials) => string;
  /**
   * How often the hub may call one of the vendor's functions for one connection. A function is counted once however many
   * requests it makes: what the vendor allows is divided by those of the longest common one, e.g. an invitation that looks
   * first makes two, so that 60 requests a minute are 0.5.
   */
  limits: { perSecondPerConnection: number };
  /** The one status that this vendor takes as "stored" (decision 0003). */
  acknowledge: number;
  /** … and the one for what was taken before, where the vendor tells them apart. */
  acknowledgeRepeat?: number;
  /** Whether a reference of the settings means this entry of the catalogue. Absent: it is the entry's id. */
  isMeant?: (reference: string, entry: CatalogueEntry) => boolean;
  /** What it asks of the customer's Lever account beyond what every vendor needs (docs/connecting.md). */
  lever: { writesFiles: boolean };
  /** The vendor is set up with a Lever user (`serviceUserEmail`) of this access role, in whose name Lever is written to. */
  serviceUser?: { role: string };
  requests: {
    listAssessments: (call: VendorCall<Credentials, Settings>) => Promise<CatalogueEntry[]>;
  };
  callback: {
    /** @throws FulcrumError `auth.signature` unless the message is the vendor's own */
    verify: (raw: RawCallback, credentials: Credentials) => void;
    /**
     * Whether `verify` with these credentials proves that the vendor has sent a message. Where nothing but the address
     * speaks for it, a completion counts only once the vendor shows the result. Absent: it proves it.
     */
    provesSender?: (credentials: Credentials) => boolean;
    /**
     * The one reading of a message. What waits in a row before it comes to Temporal is read again, without `addressed`.
     * @param addressed our assessment id of the run whose address was called: a message may have to name the same
     * @throws FulcrumError `input.malformed` when the message cannot be read, `input.invalid` when it is about another run
     */
    parse: (raw: RawCallback, addressed?: string) => CallbackMessage;
  };
  /** The vendor may send by itself what can be ordered; `callback.verify` proves it. Absent: it is only asked. */
  pushedCatalogue?: {
    /**
     * `asOf` is the vendor's own time, ms since 1970: an older list never takes the place of a newer one.
     * @throws FulcrumError `input.malformed` with every fault
     */
    parse: (raw: RawCallback) => { entries: CatalogueEntry[]; asOf: number; answer: object };
  };
  /** What Lever should show at this trigger, as data (decision 0006). */
  plan: (input: PlanInput<Settings>) => PlannedEffect[];
}

/** A vendor that is asked to invite: a stage change starts the run. */
export interface InvitingVendor<Settings extends CommonSettings, Credentials> extends ServedVendor<
  Settings,
  Credentials
> {
  startsRuns?: undefined;
  /** Whether routing needs the posting itself (one more request to Lever). */
  needsPosting: boolean | ((settings: Settings) => boolean);
  /** Whether the vendor can be polled for news. */
  polls: boolean;
  /** It ends a run by itself even where we send no end, and its answer says when; not where it only repeats ours. */
  tellsEnd?: true;
  /** The vendor's set-up asks for the trigger stage: a connection without one is not taken. */
  asksForStage?: true;
  route: (input: RouteInput<Settings>) => RouteDecision;
  requests: ServedVendor<Settings, Credentials>['requests'] & {
    /**
     * Invites, or finds the invitation that carries our assessment id. Safe to repeat after an unclear answer.
     * @throws FulcrumError `vendor.rejected` when the vendor will never take this candidate
     */
    invite: (call: VendorCall<Credentials, Settings>, input: InviteInput) => Promise<Invitation>;
    /**
     * The invitation that carries our assessment id, without ever making one; null where the vendor has none. Asked when the
     * hub stopped asking for an invitation before the answer came, and when news come of a run without one. Absent: it
     * cannot be searched.
     * @throws FulcrumError `vendor.unsupported` where it cannot be searched by what is known of it
     */
    find?: (call: VendorCall<Credentials, Settings>, query: InvitationQuery) => Promise<Invitation | null>;
    /** The news that the vendor's present status amounts to; none when nothing has happened yet. */
    status?: (call: VendorCall<Credentials, Settings>, run: RunReference) => Promise<VendorFinding[]>;
    /**
     * Asked when a run is said to be completed, and of a run that is over also at `changed`. Its answer is the proof of the
     * completion: it must never give one for a candidate who has not finished.
     * @throws FulcrumError `vendor.unexpected` while it does not show yet, so that it is asked again; `vendor.rejected` where
     * none will come, because the run ended otherwise
     */
    result: (call: VendorCall<Credentials, Settings>, run: RunReference) => Promise<AssessmentResult>;
    /** Absent: the hub leaves a reminder as a note on the opportunity instead. */
    remind?: (call: VendorCall<Credentials, Settings>, run: RunReference) => Promise<void>;
    /**
     * Moves the vendor's own end of the run, too. Absent: only the hub waits longer, and the timeline says so.
     * @param until ms since 1970
     * @throws FulcrumError `vendor.rejected` when the vendor will not move it
     */
    extend?: (call: VendorCall<Credentials, Settings>, run: RunReference, until: number) => Promise<void>;
    /** Absent: the run is closed on our side and the note says that the link still opens. */
    cancel?: (call: VendorCall<Credentials, Settings>, run: RunReference) => Promise<void>;
  };
}

/** A vendor that begins runs itself and tells of them once they are finished; there is nothing to invite to. */
export interface StartingVendor<Settings extends CommonSettings, Credentials> extends ServedVendor<
  Settings,
  Credentials
> {
  startsRuns: {
    /**
     * Where such a run belongs.
     * @throws FulcrumError `input.invalid` when the settings do not say it; its message names what is missing
     */
    place: (screening: Screening, settings: Settings) => { postingId: string; route: Route };
  };
}

/** Vendors whose settings and credentials are only known to themselves. */
export type AnyInvitingVendor = InvitingVendor<CommonSettings, unknown>;
export type AnyStartingVendor = StartingVendor<CommonSettings, unknown>;
export type AnyVendor = AnyInvitingVendor | AnyStartingVendor;

/** Checks a vendor's definition and forgets its private types, so that a registry can hold it. */
export function defineVendor<Settings extends CommonSettings, Credentials>(
  definition: InvitingVendor<Settings, Credentials>,
): AnyInvitingVendor;
export function defineVendor<Settings extends CommonSettings, Credentials>(
  definition: StartingVendor<Settings, Credentials>,
): AnyStartingVendor;
export function defineVendor(definition: object): AnyVendor {
  return definition as AnyVendor;
}

export const isInviting = (vendor: AnyVendor): vendor is AnyInvitingVendor => vendor.startsRuns === undefined;
