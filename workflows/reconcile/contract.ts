import type { ActivityTiming } from '../names';

/** What starts a `reconcile` workflow: one look for moves that no webhook told of (decision 0005). */
export interface ReconcileInput {
  connectionId: string;
  /** Somebody who entered a stage later than this ago is left to the next look: the webhook may be under way. */
  graceMs: number;
  timing: ActivityTiming;
}
