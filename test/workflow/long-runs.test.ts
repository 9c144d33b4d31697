import type { VendorNews } from '../../workflows/assessment/contract';
import { vendorNewsSignal } from '../../workflows/assessment/contract';
import type { Person } from '../helpers/actions';
import {
  applicant,
  ended,
  inLever,
  invited,
  liveRun,
  look,
  noted,
  operator,
  runOf,
  times,
} from '../helpers/actions';
import { historyOf, nextHistory, startLongRun } from '../helpers/long-run';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';

const world = useWorld(() => startWorld({ settings: { expiresAfter: '30d', reminders: ['10d'] } }));

const started = (person: Person, vendorRef: string): VendorNews => ({
  event: { type: 'started' },
  vendorRef,
  delivery: {
    id: `dlv_${person.opportunityId}`,
    source: 'smg',
    connectionId: world.connection.id,
    eventKey: `started-${person.opportunityId}`,
    event: 'started',
    receivedAt: Date.now(),
    verdict: 'signalled',
    opportunityId: person.opportunityId,
  },
});

describe('a run that goes on in new histories', () => {
  it('keeps its state, what it has seen and its deadlines, and ends right', async () => {
    const person = applicant(world);
    const { id, workflowId, firstHistory: veryFirst } = await startLongRun(world, person);
    const application = await invited(world, person);
    const handle = world.client.workflow.getHandle(workflowId);
    const firstHistory = await nextHistory(world, workflowId, veryFirst);
    const before = await liveRun(world, id, 'the deadline is set', ({ deadlineAt }) => deadlineAt !== null);

    await handle.signal(vendorNewsSignal, started(person, application.applicationId));
    await liveRun(world, id, 'the start is known', ({ status }) => status === 'in_progress');
    expect((await operator(world, 'POST', `/assessments/${id}/remind`)).status).toBe(200);
    await noted(world, person, 1);
    const secondHistory = await nextHistory(world, workflowId, firstHistory);

    const after = await liveRun(world, id, 'the run answers', () => true);
    expect(after).toMatchObject({
      status: 'in_progress',
      deadlineAt: before.deadlineAt,
      nextReminderAt: before.nextReminderAt,
      facts: { vendorRef: application.applicationId },
    });
    // What Temporal Web UI shows of it is there at once, before anything happens to it.
    const shown = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(shown.currentDetails).toContain('**in_progress**: waits for the candidate to finish');
    // The same news once more, into the new history: it is known.
    await handle.signal(vendorNewsSignal, started(person, application.applicationId));
    expect((await operator(world, 'POST', `/assessments/${id}/remind`)).status).toBe(200);
    await noted(world, person, 2);
    await nextHistory(world, workflowId, secondHistory);

    world.smg.admin.complete(application.applicationId);
    const run = await ended(world, person, 'completed');
    expect(run.timeline.map(({ kind }) => kind)).not.toContain('event_ignored');
    expect(run.timeline.map(({ seq }) => seq)).toEqual(run.timeline.map((_, index) => index + 1));
    const { tags, links, notes } = inLever(world, person);
    expect(times(tags, 'POP-Completed')).toBe(1);
    expect(tags).not.toContain('POP-IN-Progress');
    expect(links).toHaveLength(2);
    expect(notes).toHaveLength(2);
    expect(world.smg.admin.applications({ email: person.email })).toHaveLength(1);
  });

  it('keeps a failed effect for a person, who can still retry it', async () => {
    const person = applicant(world);
    const path = `/opportunities/${person.opportunityId}/addLinks`;
    world.lever.admin.fault({ kind: 'status', status: 404, path, method: 'POST' });
    const { id, workflowId } = await startLongRun(world, person);
    await runOf(world, person);
    await liveRun(world, id, 'the run asks for attention', ({ attention }) => attention.length === 1);
    const firstHistory = await historyOf(world, workflowId);
    await until(
      'the run goes on in a new history',
      async () => {
        const extended = await operator(world, 'POST', `/assessments/${id}/extend`, { by: '1d' });
        expect(extended.status).toBe(200);
        return historyOf(world, workflowId);
      },
      (history) => history !== firstHistory,
    );
    const live = await liveRun(world, id, 'the run answers', () => true);
    expect(live.attention).toEqual([expect.objectContaining({ effectId: 'invited/link' })]);
    const retried = await operator(world, 'POST', `/assessments/${id}/effects/invited%2Flink/retry`);
    expect(retried.status).toBe(200);
    expect(inLever(world, person).links).toHaveLength(1);
    expect((await look(world, id)).live?.attention).toEqual([]);
  });
});
