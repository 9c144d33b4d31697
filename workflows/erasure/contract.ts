import type { ActivityTiming } from '../names';

/** What starts an `erasePerson` workflow. Whom it is about stands in the database, sealed, and not in its history. */
export interface EraseInput {
  erasureId: string;
  timing: ActivityTiming;
}

/** One for each request; the id is random. */
export const erasureWorkflowId = (erasureId: string): string => `erase-person/${erasureId}`;
