import type { Deliveries } from '../db/repositories/deliveries';
import { deliveryReason } from '../domain/delivery-reasons';
import { newPlan, readReason, readTrigger } from '../domain/plan-names';
import type { ActivityDeps } from './deps';
import { connectionOf, readableSetUpOf, setUpOf } from './deps';
import { buildPlan, forSiblings, heldUpPlan } from './planning';
import { planResult } from './result';
import type { RecordActivities } from './types';

/** What touches nothing but our own database, and plans that no vendor call answers. */
export function createRecordActivities(
  deps: ActivityDeps & { deliveries: Pick<Deliveries, 'record' | 'setVerdict'> },
): RecordActivities {
  return {
    writeRecords: (batch) => deps.assessments.write(batch),

    async planMoment({ run, siblings, ...request }) {
      const connection = await connectionOf(deps, run.connectionId);
      const openSiblings = siblings === 0 ? 0 : (await deps.assessments.siblings(run.workflowId)).length;
      const plan = buildPlan(setUpOf(deps, connection), {
        ...request,
        trigger: readTrigger(request),
        reason: readReason(request),
        result: null,
        openSiblings,
      });
      return forSiblings(deps, plan, { workflowId: run.workflowId, siblings, openSiblings });
    },

    async planAnyway({ run, planId, reason, outcome, ...known }) {
      const setUp = readableSetUpOf(deps, await connectionOf(deps, run.connectionId));
      if (outcome === 'held-up') return heldUpPlan(setUp, { planId });
      const request = { ...known, planId, trigger: 'failed', reason } as const;
      const plan = buildPlan(setUp, { ...request, result: null, openSiblings: 0 });
      return newPlan({ ...plan, isBestEffort: true });
    },

    async planResult({ found, files, ...input }) {
      const connection = await connectionOf(deps, input.run.connectionId);
      return planResult(deps, setUpOf(deps, connection), input, found, files);
    },

    loadClosedRun: ({ assessmentId }) => deps.assessments.closedRun(assessmentId),

    recallBegun: ({ assessmentId }) => deps.assessments.begun(assessmentId),

    async giveBack({ deliveries, again }) {
      const verdict = again ? 'pending' : 'ignored';
      const reason = deliveryReason(again ? 'run_end_unrecorded' : 'run_unknown');
      for (const delivery of deliveries) {
        // The api may not have written it yet; whoever is second only fills in what is missing.
        await deps.deliveries.record({ ...delivery, verdict, reason });
        await deps.deliveries.setVerdict(delivery.id, verdict, { reason });
      }
    },
  };
}
