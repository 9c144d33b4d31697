import { ActivityFailure, ChildWorkflowFailure } from '@temporalio/workflow';
import type { KnownFailure } from './failures';
import { explain, isCancelled } from './failures';

/**
 * The steps without which a run cannot go on, by their names. What fails there for good ends the run, which says so; a fault
 * of the workflow's own code is none of that: it fails the task, and the next deployment heals it.
 */

export type StepName =
  | 'look at the opportunity'
  | 'read the posting'
  | 'read the stages'
  | 'invite the candidate'
  | 'open the screening'
  | 'find the opportunity'
  | 'plan the results';

/** Thrown where a run has to end. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';

  constructor(
    readonly step: StepName,
    readonly failure: KnownFailure,
  ) {
    super(`${step}: ${failure.message}`);
  }
}

/** Whether an activity or a child has failed for good, and not this workflow's own code. */
export const isFailureOfStep = (error: unknown): boolean =>
  (error instanceof ActivityFailure || error instanceof ChildWorkflowFailure) && !isCancelled(error);

/** Runs a step that a run cannot do without. @throws StepFailed, and everything else as it is */
export async function step<T>(name: StepName, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isFailureOfStep(error)) throw new StepFailed(name, explain(error));
    throw error;
  }
}

/** Tries what a run can do without. Null: it was done; else why it was not. @throws whatever is no failure of a step */
export async function attempt(work: () => Promise<void>): Promise<KnownFailure | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (isFailureOfStep(error)) return explain(error);
    throw error;
  }
}
