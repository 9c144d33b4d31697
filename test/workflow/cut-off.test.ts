import { randomUUID } from 'node:crypto';
import { SEED } from '../../simulators/lever/seed';
import type { FullAssessment, Person } from '../helpers/actions';
import {
  applicant,
  applications,
  ended,
  inLever,
  invited,
  invitedApplicant,
  look,
  move,
  operator,
  runOf,
  runsOf,
} from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { runsOfSession, session, startUpwageWorld } from '../vendors/upwage-world';
import { sql } from './looks';

/**
 * What somebody cut off in Temporal while it brought a result, or told of an end: the sweep has it told again, and a person
 * can act on what is left to them.
 */

const env = { SWEEP_INTERVAL: '1s', SWEEP_LIMIT_PERCENT: '100' };
const world = useWorld(() => startWorld({ env }));

const handleOf = (workflowId: string) => world.client.workflow.getHandle(workflowId);
const stateOf = (workflowId: string): Promise<string> =>
  handleOf(workflowId)
    .describe()
    .then(
      ({ status }) => status.name,
      () => 'none',
    );
const isOver = (workflowId: string) =>
  until(
    'the workflow is over',
    () => stateOf(workflowId),
    (state) => state !== 'RUNNING',
  );
const whole = (id: string, holds: (run: FullAssessment) => boolean) =>
  until('the row says so', () => look(world, id), holds);
const cancel = (id: string) => operator(world, 'POST', `/assessments/${id}/cancel`, { reason: 'a test' });
const refuse = (person: Person, what: string, status: number, count = 100_000): void =>
  world.lever.admin.fault({
    kind: 'status',
    status,
    path: `/opportunities/${person.opportunityId}/${what}`,
    count,
  });

interface Late {
  person: Person;
  id: string;
  amendment: string;
  ref: string;
}

/** Whoever was called off completes all the same, and an amendment is at work on it that cannot write the link. */
async function late(status: number, count?: number): Promise<Late> {
  const person = await invitedApplicant(world);
  const { id, workflowId } = await runOf(world, person);
  await cancel(id);
  await ended(world, person, 'cancelled');
  await isOver(workflowId);
  refuse(person, 'addLinks', status, count);
  const ref = person.application.applicationId;
  world.smg.admin.complete(ref);
  await whole(id, (run) => run.status === 'completed');
  await until(
    'its news are noted',
    () =>
      sql(
        world,
        `select id from deliveries where reference = $1 and source = 'smg' and noted_at is not null`,
        [ref],
      ),
    (rows) => rows.length > 0,
  );
  return { person, id, amendment: `amendment/${id}`, ref };
}

const showsResult = ({ person, ref }: Pick<Late, 'person' | 'ref'>) =>
  until(
    'Lever shows the result, once',
    () => inLever(world, person),
    ({ tags, links, notes }) =>
      links.filter((link) => link === world.smg.admin.application(ref).repLink).length === 1 &&
      tags.includes('POP-Completed') &&
      !tags.includes('POP-IN-Progress') &&
      notes.filter((note) => JSON.stringify(note).includes('was completed')).length <= 1,
  );

/** The vendor calls once more. */
const resend = async ({ callbackUrl }: { callbackUrl: string }, ref: string): Promise<void> => {
  const answer = await fetch(`${callbackUrl}/${ref}`, { method: 'PATCH' });
  expect(answer.status).toBe(200);
};

const mend = (): void => world.lever.admin.clearFaults();
afterEach(mend);

it('an amendment that is terminated over its result is begun again', async () => {
  const one = await late(503);
  await handleOf(one.amendment).terminate('a test');
  mend();
  await showsResult(one);
});

it('a result that nobody has shown is shown when the vendor tells of it again', async () => {
  const one = await late(503);
  await handleOf(one.amendment).terminate('a test');
  mend();
  await resend(world.connection, one.ref);
  await showsResult(one);
});

it('an amendment that is reset to its beginning shows its result', async () => {
  const one = await late(503);
  const handle = handleOf(one.amendment);
  const first = ((await handle.fetchHistory()).events ?? []).find(
    (event) => event.workflowTaskCompletedEventAttributes,
  );
  await world.client.workflowService.resetWorkflowExecution({
    namespace: world.client.options.namespace,
    workflowExecution: { workflowId: one.amendment, runId: (await handle.describe()).runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: first?.eventId ?? null,
  });
  mend();
  await showsResult(one);
});

it('what an amendment leaves to a person is retried by them, or dismissed', async () => {
  const [retried, dismissed] = [await late(400, 1), await late(400, 1)];
  const left = async ({ id }: Late): Promise<string> => {
    const { live } = await whole(id, (run) => run.attention && run.live !== null);
    return `/assessments/${id}/effects/${encodeURIComponent(live?.attention[0]?.effectId ?? '')}`;
  };
  expect(await operator(world, 'POST', `${await left(retried)}/retry`)).toMatchObject({ status: 200 });
  await showsResult(retried);
  const answer = await operator(world, 'POST', `${await left(dismissed)}/dismiss`, { reason: 'no link' });
  expect(answer).toMatchObject({ status: 200 });
  for (const one of [retried, dismissed]) await whole(one.id, (run) => !run.attention && run.live === null);
});

it('a run and then the amendment that tells of its end are terminated: Lever is told', async () => {
  const person = await invitedApplicant(world);
  const { id, workflowId } = await runOf(world, person);
  for (const what of ['addTags', 'removeTags', 'notes']) refuse(person, what, 503);
  await handleOf(workflowId).terminate('a test');
  await whole(id, (run) => run.closedAt !== null);
  await until(
    'its amendment is at work',
    () => stateOf(`amendment/${id}`),
    (state) => state === 'RUNNING',
  );
  await handleOf(`amendment/${id}`).terminate('a test');
  mend();
  await until(
    'Lever shows the end',
    () => inLever(world, person).tags,
    (tags) => tags.includes('POP-Error') && !tags.includes('POP-IN-Progress'),
  );
});

it('a candidate who is moved again before the sweep finds the end of their run is assessed', async () => {
  const person = await invitedApplicant(world);
  const { id, workflowId } = await runOf(world, person);
  await handleOf(workflowId).terminate('a test');
  move(world, person, SEED.stages.phoneScreen);
  move(world, person);
  await until(
    'they are invited anew',
    () => runsOf(world, person),
    (runs) => runs.some((run) => run.id !== id && run.status === 'invited'),
  );
  expect(applications(world, person)).toHaveLength(2);
});

describe('a connection that is disabled and connected again', () => {
  const ofConnection = (id: string, action: string, body?: unknown) =>
    operator<{ status: string }>(world, 'POST', `/connections/${id}/${action}`, body);
  const back = async (id: string): Promise<void> => {
    const answer = await ofConnection(id, 'reconnect', { lever: { apiKey: SEED.apiKey } });
    expect(answer).toMatchObject({ status: 200, body: { status: 'active' } });
  };
  /** Somebody in a stage of their own, whom another connection invites. */
  async function elsewhere(stage: 'review' | 'phoneScreen') {
    const names = { review: 'Review', phoneScreen: 'Phone screen' };
    const connection = await world.connect({ settings: { triggerStages: [names[stage]] } });
    const person = applicant(world);
    move(world, person, SEED.stages[stage]);
    const { applicationId: ref } = await invited(world, person);
    return { own: connection, person, ref, ...(await runOf(world, person)) };
  }

  it('wakes amendments, and looks what became of the people whose runs it kept', async () => {
    const one = await elsewhere('phoneScreen');
    const archived = applicant(world);
    move(world, archived, SEED.stages.phoneScreen);
    await invited(world, archived);
    await cancel(one.id);
    await ended(world, one.person, 'cancelled');
    await isOver(one.workflowId);
    await ofConnection(one.own.id, 'disable', { openRuns: 'keep' });
    world.smg.admin.complete(one.ref);
    await whole(one.id, (run) => run.suspended);
    world.lever.admin.archive(archived.opportunityId);
    await back(one.own.id);
    await showsResult(one);
    await ended(world, archived, 'cancelled');
  });

  it('shows what came while it was disabled once the vendor tells of it again', async () => {
    const one = await elsewhere('review');
    await ofConnection(one.own.id, 'disable');
    const again = await ofConnection(one.own.id, 'disable');
    expect(again.body).toMatchObject({ webhook: { state: 'removed' } });
    await ended(world, one.person, 'cancelled');
    world.smg.admin.complete(one.ref);
    await whole(one.id, (run) => run.status === 'completed');
    await isOver(`amendment/${one.id}`);
    await back(one.own.id);
    await resend(one.own, one.ref);
    await showsResult(one);
  });
});

it('a screening that is terminated over its results brings them all the same', async () => {
  const upwage = await startUpwageWorld({ env });
  try {
    const person = applicant(upwage, { postingId: SEED.postings.storeClerk });
    const { id } = session(upwage, { email: person.email });
    const refused = [
      ['POST', 'addTags'],
      ['POST', 'removeTags'],
      ['GET', 'notes'],
      ['GET', 'files'],
      ['POST', 'addLinks'],
      ['PUT', 'stage'],
    ] as const;
    for (const [method, what] of refused) {
      const path = `/opportunities/${person.opportunityId}/${what}`;
      upwage.lever.admin.fault({ method, path, kind: 'status', status: 503, count: 100_000 });
    }
    upwage.upwage.admin.complete(id, { outcome: 'PASSED' });
    const run = await until('it is completed on record', async () => {
      const [found] = await runsOfSession(upwage, id);
      return found?.status === 'completed' ? found : null;
    });
    await upwage.client.workflow.getHandle(run.workflowId).terminate('a test');
    await until(
      'its end is found',
      () => look(upwage, run.id),
      ({ closedAt }) => closedAt !== null,
    );
    upwage.lever.admin.clearFaults();
    await until(
      'Lever shows the outcome',
      () => inLever(upwage, person),
      ({ tags, files }) => tags.includes('UW Screened: PASSED') && files.length === 1,
    );
  } finally {
    await upwage.stop();
  }
});
