import type { Opportunity, Route } from '../domain/assessment';
import type { Plan } from '../domain/effects';
import type { SkipReason } from '../domain/events';
import type { DeliveryNote, RunIdentity } from '../domain/records';
import type { PolicyInput } from '../domain/run-policy';
import type { Screening, ScreeningReport } from '../domain/screening';
import type { Traces } from '../domain/traces';

/** The activities of runs that a vendor began, as the workflows see them. */

export interface ScreeningRecordActivities {
  /** Writes the run's row, and says where the screening belongs by the connection's present settings. */
  openScreening(input: {
    run: RunIdentity;
    delivery: DeliveryNote | null;
    screening: Screening;
  }): Promise<OpenedScreening>;
  /** What Lever should show of the screening, with its document or the words why there is none. */
  planScreening(input: {
    run: RunIdentity;
    screening: Screening;
    route: Route;
    opportunity: Opportunity;
    file: FetchedReport | null;
  }): Promise<{ plan: Plan; digest: string }>;
}

export type OpenedScreening =
  /** Another event of the same session is still being brought to Lever: ask again. */
  | { decision: 'waits' }
  | { decision: 'skip'; reason: SkipReason; detail: string | null }
  | {
      decision: 'goes';
      postingId: string;
      route: Route;
      policy: PolicyInput;
      /** What earlier events of the session have left on the opportunity; absent in answers of older code. */
      traces?: Traces;
      /** The connection wants no document; absent where it does. */
      leavesOutReport?: boolean;
      /** Under which the search for this person's opportunity is never made twice at once. */
      person: string;
      /** The same by every key of this process, in an order that all processes have; absent where it has one key. */
      people?: string[];
    };

/** Whose search it is; `assessmentId` is told what keeps failing. */
interface Search {
  connectionId: string;
  assessmentId: string;
}

/** Each is one request to Lever; the repeat of a creation looks first. */
export interface ScreeningLeverActivities {
  /** Null when it is archived, or gone: one that does not show is looked for again, because it may have been made just now. */
  readCandidacy(input: Search & { opportunityId: string }): Promise<Opportunity | null>;
  /** An open opportunity of this address; `postingId` null: whatever its posting. */
  findCandidacy(input: Search & { email: string; postingId: string | null }): Promise<Opportunity | null>;
  /**
   * The opportunity that was just made, once Lever shows it, and lists it for the next one who looks for the person. Null
   * when it is archived, or does not show within a day.
   */
  readMadeCandidacy(
    input: Search & { opportunityId: string; email: string; postingId: string },
  ): Promise<Opportunity | null>;
  createCandidacy(
    input: Search & { postingId: string; name: string; email: string },
  ): Promise<{ id: string }>;
}

export interface ReportActivities {
  /** Brings the document into the hub's own store. What will never be had comes back as words, not as a fault. */
  fetchReport(input: { assessmentId: string; report: ScreeningReport }): Promise<FetchedReport>;
}

export type FetchedReport =
  { id: string; name: string; contentType: string; size: number; sha256: string } | { problem: string };
