import { randomUUID } from 'node:crypto';
import { SEED } from '../../simulators/lever/seed';
import type { Delivery, FullAssessment, Person } from '../helpers/actions';
import {
  ended,
  inLever,
  invitedApplicant,
  look,
  metricsOf,
  move,
  operator,
  runOf,
  runsOf,
  times,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { sql } from './looks';

/** Runs that leave Temporal without a word, and what the sweep makes of it on the real server. */

const world = useWorld(() => startWorld({ env: { SWEEP_INTERVAL: '1s', SWEEP_LIMIT_PERCENT: '100' } }));

const workflowOf = (workflowId: string) => world.client.workflow.getHandle(workflowId);

async function deleteWorkflow(workflowId: string): Promise<void> {
  await world.client.workflowService.deleteWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId },
  });
  await until(
    'it is deleted',
    () =>
      workflowOf(workflowId)
        .describe()
        .then(
          () => 'there',
          () => 'gone',
        ),
    (seen) => seen === 'gone',
  );
}

/** Waits until the sweep has closed the person's one run. */
const swept = (person: Person): Promise<FullAssessment> =>
  until('the row is closed', async () => {
    const [run] = await runsOf(world, person);
    return run === undefined || run.closedAt === null ? null : look(world, run.id);
  });

const endOf = (run: FullAssessment) => run.timeline.find(({ kind }) => kind === 'ended_unseen');

const isClaimed = async ({ opportunityId }: Person): Promise<boolean> =>
  (await sql(world, 'select 1 from claims where opportunity_id = $1 and active', [opportunityId])).length > 0;

/** As a vendor sends it. */
const callbackAbout = (applicationId: string): Promise<Response> =>
  fetch(`${world.connection.callbackUrl}/${applicationId}`, { method: 'PATCH' });

const aboutApplication = async (applicationId: string): Promise<Delivery[]> => {
  const { body } = await operator<{ data: (Delivery & { reference: string | null })[] }>(
    world,
    'GET',
    '/deliveries?limit=200&source=smg',
  );
  return body.data.filter(({ reference }) => reference === applicationId);
};

describe('a run that is over in Temporal without having said so', () => {
  it.each([
    { how: 'terminated', end: (id: string) => workflowOf(id).terminate('a test'), says: 'was terminated' },
    { how: 'deleted', end: deleteWorkflow, says: 'no longer knows its workflow' },
  ])('is closed with the reason, shown in Lever, and gives way: $how', async ({ end, says }) => {
    const person = await invitedApplicant(world);
    const { workflowId } = await runOf(world, person);
    await end(workflowId);

    const run = await swept(person);
    expect(run.status).toBe('failed');
    expect(endOf(run)?.detail).toContain(says);
    expect(await isClaimed(person)).toBe(false);
    await until(
      'Lever shows it',
      () => inLever(world, person),
      ({ tags, notes }) =>
        tags.includes('POP-Error') && !tags.includes('POP-IN-Progress') && notes.length === 1,
    );
    expect(JSON.stringify(inLever(world, person).notes)).toContain(says);

    // A later move is assessed anew …
    move(world, person, SEED.stages.review);
    move(world, person);
    await until(
      'a second run has invited',
      () => runsOf(world, person),
      (seen) => seen.some(({ id, status }) => id !== run.id && status === 'invited'),
    );
  });

  it('takes news that come afterwards by its amendment', async () => {
    const person = await invitedApplicant(world);
    const { applicationId } = person.application;
    await workflowOf((await runOf(world, person)).workflowId).terminate('a test');
    await swept(person);
    world.smg.admin.complete(applicationId);
    await until(
      'the result has come to Lever',
      () => inLever(world, person).tags,
      (seen) => seen.includes('POP-Completed'),
    );
    const { repLink } = world.smg.admin.application(applicationId);
    expect(times(inLever(world, person).links, repLink)).toBe(1);
  });

  it('keeps news that come before the sweep, and they reach the amendment', async () => {
    const person = await invitedApplicant(world);
    const { applicationId } = person.application;
    const { workflowId } = await runOf(world, person);
    await workflowOf(workflowId).terminate('a test');
    world.smg.admin.complete(applicationId);
    await until(
      'the result has come to Lever',
      () => inLever(world, person).tags,
      (seen) => seen.includes('POP-Completed'),
    );
    const run = await look(world, (await runOf(world, person)).id);
    expect(run.status).toBe('completed');
    // The amendment may have heard it from the vendor before it hears it from the delivery.
    await until(
      'the news have reached the amendment',
      () => aboutApplication(applicationId),
      (deliveries) =>
        deliveries.length === 1 &&
        deliveries.every((one) => one.verdict === 'signalled' && one.workflowId === `amendment/${run.id}`),
    );
  });

  it('after the vendor had finished, brings what was left to Lever', async () => {
    const person = await invitedApplicant(world);
    const { workflowId, id } = await runOf(world, person);
    const path = `/opportunities/${person.opportunityId}/addLinks`;
    world.lever.admin.fault({ kind: 'status', status: 503, path, count: 1_000 });
    world.smg.admin.complete(person.application.applicationId);
    await until(
      'it is completed',
      () => look(world, id),
      ({ status }) => status === 'completed',
    );
    await workflowOf(workflowId).terminate('a test');
    world.lever.admin.clearFaults();
    const run = await swept(person);
    expect(run.status).toBe('completed');
    const { repLink } = world.smg.admin.application(person.application.applicationId);
    await until(
      'Lever shows all of it',
      () => inLever(world, person),
      ({ tags, links }) =>
        tags.includes('POP-Completed') && !tags.includes('POP-IN-Progress') && times(links, repLink) === 1,
    );
  });
});

it('a run that was reset after its end has its row opened, and closes it itself', async () => {
  const person = await invitedApplicant(world);
  const { workflowId, id } = await runOf(world, person);
  await operator(world, 'POST', `/assessments/${id}/cancel`, { reason: 'a test' });
  await ended(world, person, 'cancelled');
  await sql(world, `update assessments set closed_at = now() - interval '1 hour' where id = $1`, [id]);

  const handle = workflowOf(workflowId);
  const events = (await handle.fetchHistory()).events ?? [];
  // To just before the task that took the cancelling: all before it was said, so that only the sweep can open its row.
  const called = events.findIndex(({ workflowExecutionUpdateAcceptedEventAttributes: taken }) => taken);
  const finished = events
    .slice(0, called)
    .filter(({ workflowTaskCompletedEventAttributes: done }) => done)
    .map(({ eventId }) => eventId ?? null);
  const before = finished.at(-1) ?? null;
  await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId, runId: (await handle.describe()).runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: before,
    // What was said to it: signals and updates.
    resetReapplyExcludeTypes: [1, 2],
  });
  const opened = await until('the row is open', async () => {
    const run = await look(world, id);
    return run.closedAt === null ? run : null;
  });
  expect(opened.timeline.map(({ kind }) => kind)).toContain('reopened');
  expect(await isClaimed(person)).toBe(true);
  await operator(world, 'POST', `/assessments/${id}/cancel`, { reason: 'a test' });
  expect(await ended(world, person, 'cancelled')).toMatchObject({ status: 'cancelled' });
});

it('news that a run was given and never noted reach its amendment', async () => {
  const person = await invitedApplicant(world);
  const { applicationId } = person.application;
  const { id, workflowId } = await runOf(world, person);
  await operator(world, 'POST', `/assessments/${id}/cancel`, { reason: 'a test' });
  await ended(world, person, 'cancelled');
  world.smg.admin.fault({ kind: 'lost-callback' });
  world.smg.admin.complete(applicationId);
  await until('the run is over', async () => (await workflowOf(workflowId).describe()).closeTime);
  expect((await callbackAbout(applicationId)).status).toBe(200);
  const [delivery] = await until('it is on record', async () => {
    const found = await aboutApplication(applicationId);
    return found.length > 0 ? found : null;
  });
  // As if the run had been open, had accepted the signal, and had ended without looking at it.
  await until(
    'the amendment is over',
    () => workflowOf(`amendment/${id}`).describe(),
    ({ status }) => status.name === 'COMPLETED',
  );
  await sql(world, 'update deliveries set workflow_id = $2, noted_at = null where id = $1', [
    delivery?.id,
    workflowId,
  ]);
  const { runId } = await workflowOf(`amendment/${id}`).describe();
  await until(
    'another amendment has taken it',
    () => workflowOf(`amendment/${id}`).describe(),
    (newest) => newest.runId !== runId,
  );
  await until(
    'it is noted',
    () =>
      sql<{ verdict: string }>(
        world,
        'select verdict from deliveries where id = $1 and noted_at is not null',
        [delivery?.id],
      ),
    (rows) => rows[0]?.verdict === 'signalled',
  );
});

describe('the limit', () => {
  it('closes nothing while too many are gone, until a person says so', async () => {
    const limited = await startWorld({
      env: { SWEEP_INTERVAL: '1s', SWEEP_LIMIT_ROWS: '2', SWEEP_LIMIT_PERCENT: '100' },
    });
    try {
      const people = [];
      for (let index = 0; index < 3; index += 1) people.push(await invitedApplicant(limited));
      const runs = await Promise.all(people.map((person) => runOf(limited, person)));
      // At once, as far as the sweep can see: the list is looked through after all three are gone.
      const schedule = limited.client.schedule.getHandle('sweep');
      await schedule.pause();
      await until(
        'no sweep is under way',
        async () => (await schedule.describe()).info.runningActions,
        ({ length }) => length === 0,
      );
      for (const { workflowId } of runs) {
        await limited.client.workflow.getHandle(workflowId).terminate('a test');
      }
      const query = `WorkflowType = 'assessment' AND ExecutionStatus = 'Running'`;
      await until(
        "Temporal's list shows it",
        () => limited.client.workflow.count(query),
        ({ count }) => count === 0,
      );
      // A row that was written a moment ago is left to the next look, which would then see the others alone.
      await until(
        'no row was written just now',
        () =>
          sql<{ rows: string }>(
            limited,
            `select count(*) as rows from assessments where updated_at > now() - interval '2 seconds'`,
          ),
        ([count]) => count?.rows === '0',
      );
      await schedule.unpause();
      interface Sweep {
        alarm: { kind: string; rows: number; reason: string } | null;
      }
      const alarm = await until(
        'the alarm',
        async () => (await operator<Sweep>(limited, 'GET', '/sweep')).body.alarm,
      );
      expect(alarm).toMatchObject({ kind: 'too_many', rows: 3 });
      for (const { id } of runs) expect((await look(limited, id)).closedAt).toBeNull();
      expect(await metricsOf(limited)).toContain('fulcrum_sweep_alarm{kind="too_many"} 1');

      expect((await operator(limited, 'POST', '/sweep/release', { alarm: 'other_server' })).status).toBe(409);
      expect((await operator(limited, 'POST', '/sweep/release', { alarm: 'too_many' })).status).toBe(200);
      for (const { id } of runs) {
        await until('it is closed', async () => (await look(limited, id)).closedAt);
      }
      await until(
        'the alarm is over',
        async () => (await operator<Sweep>(limited, 'GET', '/sweep')).body,
        ({ alarm }) => alarm === null,
      );
    } finally {
      await limited.stop();
    }
  });

  it('closes nothing against a server that is not the known one, until a person says so', async () => {
    const known = await sql<{ namespace_id: string }>(world, 'select namespace_id from sweep');
    await sql(world, `update sweep set namespace_id = 'another'`);
    const { body } = await until('the alarm', async () => {
      const answer = await operator<{ alarm: { kind: string; foundNamespace: string } | null }>(
        world,
        'GET',
        '/sweep',
      );
      return answer.body.alarm === null ? null : answer;
    });
    expect(body.alarm).toMatchObject({ kind: 'other_server', foundNamespace: known[0]?.namespace_id });
    const person = await invitedApplicant(world);
    const { workflowId, id } = await runOf(world, person);
    await workflowOf(workflowId).terminate('a test');
    const sweeps = async (): Promise<number> =>
      (await world.client.schedule.getHandle('sweep').describe()).info.numActionsTaken;
    const from = await sweeps();
    await until(
      'three more sweeps',
      () => sweeps(),
      (seen) => seen > from + 3,
    );
    expect((await look(world, id)).closedAt).toBeNull();

    expect((await operator(world, 'POST', '/sweep/release', { alarm: 'other_server' })).status).toBe(200);
    await swept(person);
    expect(await sql(world, 'select namespace_id from sweep')).toEqual(known);
  });
});
