import { randomUUID } from 'node:crypto';
import type { Assessment, Person } from '../helpers/actions';
import { applicant, applications, configure, ended, inLever, look, move, runsOf } from '../helpers/actions';
import { until } from '../helpers/until';
import type { World } from '../helpers/world';
import { startWorld } from '../helpers/world';
import { sql } from './looks';

/** What an operator's `temporal workflow reset` does to a run's row, its claim and its siblings. */

let world: World;
let tags: string[];
beforeAll(async () => {
  world = await startWorld();
  const other = world.smg.admin.positions().find(({ position_id: id }) => id !== '10002063');
  tags = ['POP-10002063-Leadership', `POP-${other?.position_id ?? ''}-Sales`];
});
afterAll(() => world?.stop());

/** Everything is forgotten from the workflow task on that asked for this activity. */
async function resetBefore(workflowId: string, activity: string): Promise<void> {
  const { workflow } = world.client;
  const { events } = await workflow.getHandle(workflowId).fetchHistory();
  const asked = events?.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  )?.activityTaskScheduledEventAttributes;
  if (asked === undefined || asked === null) throw new Error(`the run never asked for ${activity}`);
  await world.client.connection.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId, runId: (await workflow.getHandle(workflowId).describe()).runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: asked.workflowTaskCompletedEventId ?? null,
  });
}

const reads = (run: Assessment, status: string, isClosed: boolean) =>
  until(`the row says ${status}, ${isClosed ? 'closed' : 'open'}`, async () => {
    const found = await look(world, run.id);
    return found.status === status && (found.closedAt !== null) === isClosed ? found : null;
  });

it.each(['readOpportunity', 'readPosting'])(
  'the first run of two siblings, reset to before %s, adopts the other instead of failing',
  async (activity) => {
    const postingId = world.lever.admin.addPosting({ text: 'Regional Manager', tags });
    const person = applicant(world, { postingId });
    move(world, person);
    await until(
      'Lever shows both links',
      () => inLever(world, person).links,
      ({ length }) => length === 2,
    );
    const runs = await until('both are on record', async () => {
      const found = await runsOf(world, person);
      return found.length === 2 && found.every(({ status }) => status === 'invited') ? found : null;
    });
    const first = runs.find(({ workflowId }) => workflowId.split('/').length === 5) as Assessment;
    // The other is over by then, in the one case, and goes on in the other.
    const sibling = runs.find(({ id }) => id !== first.id) as Assessment;
    if (activity === 'readPosting') {
      world.smg.admin.complete(sibling.vendorRef as string);
      await reads(sibling, 'completed', true);
    }
    await resetBefore(first.workflowId, activity);
    world.smg.admin.complete(first.vendorRef as string);
    await reads(first, 'completed', true);
    if (activity === 'readOpportunity') {
      world.smg.admin.complete(sibling.vendorRef as string);
      await reads(sibling, 'completed', true);
    }
    await until(
      'Lever shows the end',
      () => inLever(world, person).tags,
      (seen) => seen.includes('POP-Completed'),
    );
    expect(inLever(world, person).tags).not.toContain('POP-IN-Progress');
    expect(applications(world, person)).toHaveLength(2);
    expect(inLever(world, person).links).toHaveLength(4);
    const outcome = (await world.client.workflow.getHandle(first.workflowId).result()) as { status: string };
    expect(outcome.status).toBe('completed');
  },
);

it.each(['readOpportunity', 'invite'])(
  'the row of a run that was over, and is reset to before %s, is open again: what happens in Lever reaches it',
  async (activity) => {
    await configure(world, { expiresAfter: '5s' });
    const person = applicant(world);
    move(world, person);
    const run = await ended(world, person, 'expired');
    await configure(world, { expiresAfter: null });
    await resetBefore(run.workflowId, activity);
    const open = await reads(run, 'invited', false);
    expect(open.timeline.filter(({ kind }) => kind === 'closed')).toHaveLength(1);
    expect(await heldClaims(person)).toHaveLength(activity === 'readOpportunity' ? 1 : 0);
    world.lever.admin.archive(person.opportunityId);
    const { timeline, reasonCode } = await reads(run, 'cancelled', true);
    expect(reasonCode).toBe('archived');
    expect(timeline.filter(({ kind }) => kind === 'closed')).toHaveLength(2);
    expect(applications(world, person)).toHaveLength(1);
    expect(await heldClaims(person)).toHaveLength(0);
  },
);

/** Claims by which a further run of the person would be refused. */
const heldClaims = (person: Person): Promise<unknown[]> =>
  sql(world, 'select 1 from claims where opportunity_id = $1 and active', [person.opportunityId]);
