import { ApplicationFailure, type Info } from '@temporalio/activity';
import { isUnsealed } from '../domain/unsealed';

/** ApplicationFailure type of an activity that the hub has not asked for. */
const refusedActivity = 'refused';

/**
 * Temporal starts an activity for whoever reaches its port. What the hub itself asks for it has sealed; and outside of a
 * workflow it asks only for what a person waits for, so that inputs which were copied from a history do nothing either.
 * @param expected how many arguments the activity has
 * @throws ApplicationFailure `refused`, for good
 */
export function refuseForeign(
  { workflowExecution, activityType }: Pick<Info, 'workflowExecution' | 'activityType'>,
  args: readonly unknown[],
  { expected, mayStandAlone }: { expected: number; mayStandAlone: boolean },
): void {
  const isAlone = workflowExecution === undefined;
  const isMissing = args.length < expected;
  if ((isAlone && (!mayStandAlone || isMissing)) || args.some(isUnsealed)) {
    throw ApplicationFailure.nonRetryable(`The hub has not asked for ${activityType}.`, refusedActivity);
  }
}
