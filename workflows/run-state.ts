import type { Invitation, Route, Subject } from '../domain/assessment';
import type { Lifecycle } from '../domain/lifecycle';
import type { PlanProgress } from '../domain/plan-progress';
import type { DeliveryNote, RunFacts, RunRecord } from '../domain/records';
import type { InboxItem } from './inbox';

/** All that a run is, in a form that continue-as-new can carry. Times are absolute. */
export interface RunState {
  lifecycle: Lifecycle;
  subject: Subject | null;
  route: Route | null;
  inheritTags: string[];
  invitation: Invitation | null;
  remindersSent: number;
  /** Since when a failed effect waits for a person, ms since 1970. */
  attentionSince: number | null;
  facts: RunFacts;
  inbox: { waiting: InboxItem[]; held: InboxItem[]; seen: string[] };
  plans: PlanProgress[];
  ledger: { seq: number; pending: RunRecord[]; deliveries: DeliveryNote[] };
}
