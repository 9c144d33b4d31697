import { randomUUID } from 'node:crypto';
import { assessmentWorkflowId } from '../../domain/ids';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { SEED } from '../../simulators/lever/seed';
import type { AssessmentInput } from '../../workflows/assessment/contract';
import { taskQueues, workflowTypes } from '../../workflows/names';
import type { Person } from './actions';
import { move } from './actions';
import { until } from './until';
import type { World } from './world';

/** Starts a run as api does, but one that goes on in a new history after a few events. */
export async function startLongRun(
  world: World,
  person: Person,
): Promise<{ id: string; workflowId: string; firstHistory: string }> {
  move(world, person, SEED.stages.assessment, { silent: true });
  const { opportunityId } = person;
  const connectionId = world.connection.id;
  const eventKey = randomUUID();
  const workflowId = assessmentWorkflowId({ vendor: 'smg', connectionId, subject: opportunityId, eventKey });
  const input: AssessmentInput = {
    assessmentId: assessmentIdOf(workflowId),
    vendor: 'smg',
    connectionId,
    opportunityId,
    eventKey,
    stageId: SEED.stages.assessment,
    delivery: null,
    timing: { startToCloseMs: 10_000, initialIntervalMs: 100, maxIntervalMs: 500, historyLimit: 20 },
  };
  const { firstExecutionRunId } = await world.client.workflow.start(workflowTypes.assessment, {
    workflowId,
    taskQueue: taskQueues.assessments,
    args: [input],
  });
  return { id: input.assessmentId, workflowId, firstHistory: firstExecutionRunId };
}

/** The Temporal id of the history in which a run goes on now. */
export const historyOf = async (world: World, workflowId: string): Promise<string> =>
  (await world.client.workflow.getHandle(workflowId).describe()).runId;

/** Waits until a run has left this history behind; answers the one it goes on in. */
export const nextHistory = (world: World, workflowId: string, than: string): Promise<string> =>
  until(
    'the run goes on in a new history',
    () => historyOf(world, workflowId),
    (now) => now !== than,
  );
