import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { until } from '../helpers/until';
import { assessmentsOf, complete, enter, expectEachOnce, untilInvited, untilOver } from './run';
import { startProcessWorld } from '../helpers/process-world';
import type { Candidate } from '../helpers/process-world';
import { connectTo, firstAsked } from './temporal';
import { useWorld } from '../helpers/use-world';

const world = useWorld(() => startProcessWorld({ environment: { POLL_INTERVAL_MIN: '2s' } }));
let client: Client;
beforeAll(async () => {
  client = await connectTo(world);
});
afterAll(() => client?.connection.close());

/**
 * As an operator does it in Temporal Web UI: everything from the task on that asked for this activity is forgotten.
 * Resolves with the id of the new run.
 */
async function resetBefore(workflowId: string, activity: string): Promise<string> {
  const asked = await firstAsked(client, workflowId, activity);
  if (!asked) throw new Error(`the run never asked for ${activity}`);
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  const answer = await client.connection.workflowService.resetWorkflowExecution({
    namespace: world.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: asked.workflowTaskCompletedEventId ?? null,
  });
  return answer.runId;
}

/** How the run that began with the reset ends. */
async function outcomeOf(workflowId: string, runId: string): Promise<unknown> {
  const handle = client.workflow.getHandle(workflowId, runId);
  await until(
    'the run that was reset is over',
    async () => (await handle.describe()).status.name,
    (name) => name !== 'RUNNING',
  );
  return handle.result();
}

/** What the run leaves behind, however often parts of it were repeated. */
function expectOneOfAll(candidate: Candidate): void {
  const { pop, lever } = world;
  const applications = pop.admin.applications({ email: candidate.email });
  expect(applications).toHaveLength(1);
  expect(pop.admin.mailbox({ to: candidate.email })).toHaveLength(1);
  const { tags, links, notes } = lever.admin.candidate(candidate.opportunityId);
  expect(tags.filter((tag) => tag === 'POP-Completed')).toHaveLength(1);
  expect(tags).not.toContain('POP-IN-Progress');
  expect(tags).not.toContain('POP-Error');
  expect([...links].sort()).toEqual(
    applications.flatMap(({ appLink, repLink }) => [appLink, repLink]).sort(),
  );
  expect(notes).toHaveLength(1);
}

async function assess(candidate: Candidate): Promise<string> {
  world.move(candidate);
  await untilInvited(world, candidate);
  complete(world, candidate);
  const [run] = await untilOver(world, candidate);
  if (run === undefined) throw new Error('there is no run');
  return run.workflowId;
}

test.each([
  { activity: 'readOpportunity', when: 'its very beginning' },
  { activity: 'invite', when: 'before the invitation' },
  { activity: 'fetchResult', when: 'before the result' },
  { activity: 'lookForEffect', when: 'before the note' },
])('a finished run is reset to $when: one invitation, one note', async ({ activity }) => {
  const candidate = enter(world);
  const workflowId = await assess(candidate);
  const runId = await resetBefore(workflowId, activity);
  expect(await outcomeOf(workflowId, runId)).toMatchObject({ status: 'completed' });
  expectOneOfAll(candidate);
});

test('a finished run whose callback was lost is reset to before the invitation: one invitation, one note', async () => {
  const candidate = enter(world);
  world.pop.admin.fault({ kind: 'lost-callback' });
  const workflowId = await assess(candidate);
  const runId = await resetBefore(workflowId, 'invite');
  expect(await outcomeOf(workflowId, runId)).toMatchObject({ status: 'completed' });
  expectOneOfAll(candidate);
});

test('a run that waits for the candidate is reset to before the invitation, and ends right', async () => {
  const candidate = enter(world);
  world.move(candidate);
  await untilInvited(world, candidate);
  const [application] = world.pop.admin.applications({ email: candidate.email });
  const [run] = await assessmentsOf(world, candidate.opportunityId);
  await resetBefore(run?.workflowId ?? '', 'invite');
  complete(world, candidate);
  await expectEachOnce(world, candidate, true);
  expect(world.pop.admin.applications({ email: candidate.email })[0]?.applicationId).toBe(
    application?.applicationId,
  );
});
