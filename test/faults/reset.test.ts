import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { until } from '../helpers/until';
import { assessmentsOf, complete, enter, expectEachOnce, untilInvited, untilOver } from './run';
import { patienceMs, startSite } from './site';
import type { Candidate, Site } from './site';
import { connectTo, firstAsked } from './temporal';

let site: Site;
let client: Client;
beforeAll(async () => {
  site = await startSite({ environment: { POLL_INTERVAL_MIN: '2s' } });
  client = await connectTo(site);
}, 180_000);
afterAll(async () => {
  await client?.connection.close();
  await site?.stop();
});

/**
 * As an operator does it in Temporal Web UI: everything from the task on that asked for this activity is forgotten.
 * Resolves with the id of the new run.
 */
async function resetBefore(workflowId: string, activity: string): Promise<string> {
  const asked = await firstAsked(client, workflowId, activity);
  if (!asked) throw new Error(`the run never asked for ${activity}`);
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  const answer = await client.connection.workflowService.resetWorkflowExecution({
    namespace: site.namespace,
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
    async () => (await handle.describe()).status.name !== 'RUNNING',
    patienceMs,
  );
  return handle.result();
}

/** What the run leaves behind, however often parts of it were repeated. */
function expectOneOfAll(candidate: Candidate): void {
  const { pop, lever } = site;
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
  site.move(candidate);
  await untilInvited(site, candidate);
  complete(site, candidate);
  const [run] = await untilOver(site, candidate);
  if (run === undefined) throw new Error('there is no run');
  return run.workflowId;
}

test.each([
  { activity: 'readOpportunity', when: 'its very beginning' },
  { activity: 'invite', when: 'before the invitation' },
  { activity: 'fetchResult', when: 'before the result' },
  { activity: 'lookForEffect', when: 'before the note' },
])(
  'a finished run is reset to $when: one invitation, one note',
  async ({ activity }) => {
    const candidate = enter(site);
    const workflowId = await assess(candidate);
    const runId = await resetBefore(workflowId, activity);
    expect(await outcomeOf(workflowId, runId)).toMatchObject({ status: 'completed' });
    expectOneOfAll(candidate);
  },
  120_000,
);

test('a finished run whose callback was lost is reset to before the invitation: one invitation, one note', async () => {
  const candidate = enter(site);
  site.pop.admin.fault({ kind: 'lost-callback' });
  const workflowId = await assess(candidate);
  const runId = await resetBefore(workflowId, 'invite');
  expect(await outcomeOf(workflowId, runId)).toMatchObject({ status: 'completed' });
  expectOneOfAll(candidate);
}, 120_000);

test('a run that waits for the candidate is reset to before the invitation, and ends right', async () => {
  const candidate = enter(site);
  site.move(candidate);
  await untilInvited(site, candidate);
  const [application] = site.pop.admin.applications({ email: candidate.email });
  const [run] = await assessmentsOf(site, candidate.opportunityId);
  await resetBefore(run?.workflowId ?? '', 'invite');
  complete(site, candidate);
  await expectEachOnce(site, candidate, true);
  expect(site.pop.admin.applications({ email: candidate.email })[0]?.applicationId).toBe(
    application?.applicationId,
  );
}, 120_000);
