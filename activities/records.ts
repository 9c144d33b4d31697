import { connectionOf } from './deps';
import type { ActivityDeps } from './deps';
import { buildPlan, forSiblings } from './planning';
import { planResult } from './result';
import type { RecordActivities } from './types';

/** What touches nothing but our own database, and plans that no vendor call answers. */
export function createRecordActivities(deps: ActivityDeps): RecordActivities {
  return {
    writeRecords: (batch) => deps.assessments.write(batch),

    async planMoment({ run, siblings, ...request }) {
      const connection = await connectionOf(deps, run.connectionId);
      const openSiblings = siblings === 0 ? 0 : (await deps.assessments.siblings(run.workflowId)).length;
      const plan = buildPlan(deps, connection, {
        ...request,
        vendor: run.vendor,
        result: null,
        openSiblings,
      });
      return forSiblings(deps, plan, { workflowId: run.workflowId, siblings, openSiblings });
    },

    async planResult({ found, files, ...input }) {
      const connection = await connectionOf(deps, input.run.connectionId);
      return planResult(deps, connection, input, found, files);
    },

    loadClosedRun: ({ assessmentId }) => deps.assessments.closedRun(assessmentId),
  };
}
