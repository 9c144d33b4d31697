import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { assemble } from '../../scripts/assemble';
import type { Candidate, ProcessWorld } from '../helpers/process-world';
import { startProcessWorld } from '../helpers/process-world';
import { until } from '../helpers/until';
import { useWorld, withWorld } from '../helpers/use-world';
import { assessmentsOf, complete, enter, expectEachOnce, untilInvited, untilOver } from './run';
import { connectTo, firstAsked } from './temporal';

interface ResetWorld extends ProcessWorld {
  client: Client;
}

const startResetWorld = (environment: Record<string, string> = {}): Promise<ResetWorld> =>
  assemble(async (atEnd) => {
    const processes = await startProcessWorld({ environment });
    atEnd(() => processes.stop());
    const client = await connectTo(processes);
    atEnd(() => client.connection.close());
    return { ...processes, client };
  });

const world = useWorld(startResetWorld);

/**
 * As an operator does it in Temporal Web UI: everything from the task on that asked for this activity is forgotten.
 * Resolves with the id of the new run.
 */
async function resetBefore(
  { client, namespace }: ResetWorld,
  workflowId: string,
  activity: string,
): Promise<string> {
  const asked = await firstAsked(client, workflowId, activity);
  if (!asked) throw new Error(`the run never asked for ${activity}`);
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  const answer = await client.connection.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: asked.workflowTaskCompletedEventId ?? null,
  });
  return answer.runId;
}

/** How the run that began with the reset ends. */
async function outcomeOf({ client }: ResetWorld, workflowId: string, runId: string): Promise<unknown> {
  const handle = client.workflow.getHandle(workflowId, runId);
  await until(
    'the run that was reset is over',
    async () => (await handle.describe()).status.name,
    (name) => name !== 'RUNNING',
  );
  return handle.result();
}

/** What the run leaves behind, however often parts of it were repeated. */
function expectOneOfAll({ smg, lever }: ResetWorld, candidate: Candidate): void {
  const applications = smg.admin.applications({ email: candidate.email });
  expect(applications).toHaveLength(1);
  expect(smg.admin.mailbox({ to: candidate.email })).toHaveLength(1);
  const { tags, links, notes } = lever.admin.candidate(candidate.opportunityId);
  expect(tags.filter((tag) => tag === 'POP-Completed')).toHaveLength(1);
  expect(tags).not.toContain('POP-IN-Progress');
  expect(tags).not.toContain('POP-Error');
  expect([...links].sort()).toEqual(
    applications.flatMap(({ appLink, repLink }) => [appLink, repLink]).sort(),
  );
  expect(notes).toHaveLength(1);
}

async function assess(within: ResetWorld, candidate: Candidate): Promise<string> {
  within.move(candidate);
  await untilInvited(within, candidate);
  complete(within, candidate);
  const [run] = await untilOver(within, candidate);
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
  const workflowId = await assess(world, candidate);
  const runId = await resetBefore(world, workflowId, activity);
  expect(await outcomeOf(world, workflowId, runId)).toMatchObject({ status: 'completed' });
  expectOneOfAll(world, candidate);
});

test('a finished run whose callback was lost is reset to before the invitation: one invitation, one note', () =>
  // Apart from the others: a vendor that is asked so often may tell of the completion before its callback does.
  withWorld(
    () => startResetWorld({ POLL_INTERVAL_MIN: '2s' }),
    async (polling) => {
      const candidate = enter(polling);
      polling.smg.admin.fault({ kind: 'lost-callback' });
      const workflowId = await assess(polling, candidate);
      const runId = await resetBefore(polling, workflowId, 'invite');
      expect(await outcomeOf(polling, workflowId, runId)).toMatchObject({ status: 'completed' });
      expectOneOfAll(polling, candidate);
    },
  ));

test('a run that waits for the candidate is reset to before the invitation, and ends right', async () => {
  const candidate = enter(world);
  world.move(candidate);
  await untilInvited(world, candidate);
  const [application] = world.smg.admin.applications({ email: candidate.email });
  const [run] = await assessmentsOf(world, candidate.opportunityId);
  await resetBefore(world, run?.workflowId ?? '', 'invite');
  complete(world, candidate);
  await expectEachOnce(world, candidate, true);
  expect(world.smg.admin.applications({ email: candidate.email })[0]?.applicationId).toBe(
    application?.applicationId,
  );
});
