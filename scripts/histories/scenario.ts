import type { World } from '../../test/helpers/world';

/** One history to keep: its file's name, and which execution it is of. */
export interface Recorded {
  name: string;
  workflowId: string;
  runId?: string;
}

/** A kind of run, lived through once. */
export type Scenario = (world: World) => Promise<Recorded[]>;
