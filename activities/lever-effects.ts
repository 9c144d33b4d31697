import { activityInfo } from '@temporalio/activity';
import { isDoubled } from '../domain/effects';
import { callLever } from './access';
import type { ActivityDeps } from './deps';
import { writeBestEffort } from './deps';
import { findExisting, writeEffect } from './effect-writers';
import { isOvertaken, moveOrLeave, overtaken } from './lever-moves';
import type { LeverActivities } from './types';

/** How a run changes Lever: one effect, one writing request (decisions 0007 and 0008). */
export function createLeverEffects(
  deps: ActivityDeps,
): Pick<LeverActivities, 'lookForEffect' | 'applyEffect'> {
  return {
    lookForEffect: (call) =>
      callLever(deps, call.connectionId, async (lever) => {
        const { workflowExecution } = activityInfo();
        return {
          found: isDoubled(call.effect) && (await findExisting(lever, { ...call, effect: call.effect })),
          ...(workflowExecution && { runId: workflowExecution.runId }),
        };
      }),

    applyEffect: ({ batch, last, lookedIn, ...call }) =>
      callLever(deps, call.connectionId, async (lever, connection) => {
        const deadlineAt = uploadDeadline(Date.now());
        const recording = writeBestEffort(deps, batch);
        const { effect, opportunityId } = call;
        if (call.unlessOvertaken === true && (await isOvertaken(deps, call))) {
          return { recorded: await recording, left: overtaken(effect, connection) };
        }
        const written = async () => {
          const recorded = await recording;
          if (last === undefined) return { recorded };
          return { recorded, closed: recorded && (await writeBestEffort(deps, last)) };
        };
        if (effect.kind === 'stage') {
          const left = await moveOrLeave(lever, connection, opportunityId, effect);
          return left === null ? written() : { recorded: await recording, left };
        }
        // The attempt before may have been written although its answer was lost, or by the run that was reset.
        const { attempt, workflowExecution } = activityInfo();
        const isRepeat = attempt > 1 || (lookedIn !== undefined && lookedIn !== workflowExecution?.runId);
        const mayBeThere = isRepeat && isDoubled(effect);
        if (!mayBeThere || !(await findExisting(lever, { ...call, effect })))
          await writeEffect(deps, lever, { ...call, effect }, deadlineAt);
        return written();
      }),
  };
}

/**
 * The largest file takes longer on a slow line than other requests may: an upload has all the time of its activity but
 * for the last sixth, of 30 s the 5 s after which at the earliest a second attempt can begin (decision 0008).
 */
const uploadDeadline = (startedAt: number): number =>
  startedAt + (activityInfo().startToCloseTimeoutMs * 5) / 6;
