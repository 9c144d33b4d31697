import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { endedFor, endReasonText } from '../../domain/end-reasons';
import { assessmentWorkflowId } from '../../domain/ids';
import { assessmentIdOf } from '../../platform/crypto/assessment-id';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { assemble } from '../../scripts/assemble';
import { SEED } from '../../simulators/lever/seed';
import { taskQueues, workflowTypes } from '../../workflows/names';
import { assessmentsOf, complete, enter, expectEachOnce, untilInvited, untilOver } from '../faults/run';
import type { Candidate } from '../helpers/process-world';
import { startProcessWorld } from '../helpers/process-world';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { layOut } from './older-release';

/**
 * What an older release has begun, today's ends: as it ought to, and each thing once. Everything that an upgrade can meet
 * is brought about by processes of that release, which are then ended; today's take their place at the same stores.
 */

const world = useWorld(() =>
  assemble(async (atEnd) => {
    const from = layOut(atEnd);
    const started = await startProcessWorld({ from, environment: { LEVER_PATIENCE: '0s' } });
    atEnd(() => started.stop());
    return started;
  }),
);

interface Run {
  id: string;
  workflowId: string;
  status: string;
  suspended: boolean;
  attention: boolean;
  closedAt: string | null;
  reasonCode?: string | null;
}

const runsOf = async (candidate: Candidate): Promise<Run[]> =>
  (await assessmentsOf(world, candidate.opportunityId)) as unknown as Run[];

/** Waits until the candidate's only run is as described. */
const runThat = async (candidate: Candidate, what: string, holds: (run: Run) => boolean): Promise<Run> => {
  const [run] = await until(
    `a run ${what}`,
    () => runsOf(candidate),
    ([only]) => only !== undefined && holds(only),
  );
  return run as Run;
};

const ofConnection = <T>(path: string, body?: unknown): Promise<T> =>
  world.ask<T>(`/connections/${world.connectionId}${path}`, body);

async function invited(): Promise<Candidate> {
  const candidate = enter(world);
  world.move(candidate);
  await untilInvited(world, candidate);
  return candidate;
}

/** A run that goes on in a new history after a few events, started as the api does; it was reminded, so it has done so. */
async function inNewHistories(client: Client): Promise<Candidate> {
  const candidate = enter(world);
  const { opportunityId } = candidate;
  world.lever.admin.moveCandidate(opportunityId, SEED.stages.assessment, { silent: true });
  const { connectionId } = world;
  const eventKey = randomUUID();
  const workflowId = assessmentWorkflowId({ vendor: 'smg', connectionId, subject: opportunityId, eventKey });
  const timing = { startToCloseMs: 4_000, initialIntervalMs: 100, maxIntervalMs: 500, historyLimit: 20 };
  const stageId = SEED.stages.assessment;
  const ids = { assessmentId: assessmentIdOf(workflowId), connectionId, opportunityId, eventKey, stageId };
  const { firstExecutionRunId } = await client.workflow.start(workflowTypes.assessment, {
    workflowId,
    taskQueue: taskQueues.assessments,
    args: [{ ...ids, vendor: 'smg', delivery: null, timing }],
  });
  await untilInvited(world, candidate);
  await until(
    'it goes on in a new history',
    async () => (await client.workflow.getHandle(workflowId).describe()).runId,
    (runId) => runId !== firstExecutionRunId,
  );
  return candidate;
}

/** The candidate's run is over, and its last records are written. */
async function calledOff(): Promise<Candidate> {
  const candidate = await invited();
  const { id } = await runThat(candidate, 'that is known', () => true);
  // Where no worker answers in time it is carried out all the same.
  await world.ask(`/assessments/${id}/cancel`, { reason: 'the job was filled' }).catch(() => undefined);
  await runThat(candidate, 'that is over', ({ closedAt }) => closedAt !== null);
  return candidate;
}

/** Nobody asks for an assessment of theirs. */
async function skippedRun(): Promise<Candidate> {
  const [email, postingId] = [`${randomUUID()}@candidates.test`, SEED.postings.storeClerk];
  const opportunityId = world.lever.admin.addCandidate({ name: 'Kim Example', email, postingId });
  world.move({ opportunityId, email });
  await runThat({ opportunityId, email }, 'that is skipped', ({ closedAt }) => closedAt !== null);
  return { opportunityId, email };
}

/**
 * Archived, and Lever refuses what the run has to write of it: the run has ended, asks a person, and was carried into a new
 * history with why it ended.
 * @returns what ends the refusals
 */
async function archivedUnwritten(client: Client): Promise<[Candidate, () => void]> {
  const candidate = await inNewHistories(client);
  const { workflowId } = await runThat(candidate, 'that is known', () => true);
  const history = async () => (await client.workflow.getHandle(workflowId).describe()).runId;
  const before = await history();
  const refused = world.gates.lever.disturb({
    matches: ({ method, path }) => method === 'POST' && path.includes(candidate.opportunityId),
    reaches: false,
    answer: { status: 404, body: '{}' },
  });
  world.lever.admin.archive(candidate.opportunityId);
  await runThat(candidate, 'that asks a person', ({ attention }) => attention);
  await until('it goes on in a new history', history, (now) => now !== before);
  return [candidate, () => refused.end()];
}

/** A person has what was refused tried again. */
async function triedAgain(candidate: Candidate): Promise<void> {
  const { id } = await runThat(candidate, 'that asks a person', ({ attention }) => attention);
  const path = `/assessments/${id}`;
  const asked = (): Promise<{ attention: boolean; live: { attention: { effectId: string }[] } | null }> =>
    world.ask(path);
  await until('the run says what was refused', asked, ({ live }) => (live?.attention.length ?? 0) > 0);
  await until(
    'what was refused is tried again',
    async () => {
      const run = await asked();
      for (const { effectId } of run.live?.attention ?? []) {
        // A worker that was slow to answer may have taken it all the same: the run is looked at before it is repeated.
        await world.ask(`${path}/effects/${encodeURIComponent(effectId)}/retry`, {}).catch(unlessSlow);
      }
      return run;
    },
    ({ attention }) => !attention,
  );
}

function unlessSlow(error: unknown): void {
  if (!(error instanceof Error) || !/: (?:503|409) /.test(error.message)) throw error;
}

async function reconnected(): Promise<void> {
  const apiKey = 'another-key';
  world.lever.admin.addApiKey({ key: apiKey, scopes: 'all', confidential: true });
  await ofConnection('/reconnect', { lever: { apiKey } });
}

const tagsOf = ({ opportunityId }: Candidate): string[] => world.lever.admin.candidate(opportunityId).tags;
const notesOf = ({ opportunityId }: Candidate): unknown[] => world.lever.admin.candidate(opportunityId).notes;
const times = (texts: readonly string[], text: string): number => texts.filter((one) => one === text).length;

/** One invitation went out, and Lever shows the result once. */
function expectResultOnce(candidate: Candidate): void {
  expect(world.smg.admin.applications({ email: candidate.email })).toHaveLength(1);
  expect(world.smg.admin.mailbox({ to: candidate.email })).toHaveLength(1);
  const changes = world.diary.of(candidate.opportunityId);
  expect(times(changes, '+tag POP-Completed')).toBe(1);
  expect(changes.filter((change) => change.includes('Completed "'))).toHaveLength(1);
  expect(tagsOf(candidate)).not.toContain('POP-IN-Progress');
}

test('what an older release has begun is ended as it ought to be, each thing once', async () => {
  const temporal = await Connection.connect({ address: world.temporalAddress });
  const client = new Client({
    connection: temporal,
    namespace: world.namespace,
    dataConverter: createDataConverter(parseKeyRing(world.keys)),
  });
  try {
    const [waiting, toldMeanwhile, suspended, goesOn] = await Promise.all([
      invited(),
      invited(),
      invited(),
      inNewHistories(client),
    ]);
    const [skipped, amended, amendedLater, [archived, leverTakesIt]] = await Promise.all([
      skippedRun(),
      calledOff(),
      calledOff(),
      archivedUnwritten(client),
    ]);

    // From here on the hub may not use the account: it waits with whatever it has to write.
    world.lever.admin.removeApiKey(SEED.apiKey);
    complete(world, suspended);
    await runThat(suspended, 'that is suspended', (run) => run.suspended);
    complete(world, amended);
    const amendment = `amendment/${(await runThat(amended, 'that is over', () => true)).id}`;
    await until(
      'the amendment has begun',
      () =>
        client.workflow
          .getHandle(amendment)
          .describe()
          .then(
            ({ status }) => status.name,
            () => null,
          ),
      (status) => status === 'RUNNING',
    );
    const held = enter(world);
    world.move(held);
    await until(
      'the stage change is held',
      () => heldOf(held),
      ({ length }) => length === 1,
    );

    // The vendor tells of one more while nobody listens.
    await world.hub.endRelease();
    complete(world, toldMeanwhile);
    await world.hub.start('api', 'worker');

    expect(await heldOf(held)).toMatchObject([{ reasonCode: 'connection_not_active' }]);
    expect(await runThat(skipped, 'that is over', () => true)).toMatchObject({ reasonCode: 'no_assessment' });
    leverTakesIt();
    await reconnected();
    await triedAgain(archived);
    for (const candidate of [waiting, goesOn, amendedLater]) complete(world, candidate);
    await untilInvited(world, held);
    complete(world, held);

    for (const candidate of [waiting, toldMeanwhile, suspended, held]) await expectEachOnce(world, candidate);
    await untilOver(world, goesOn);
    expect(await runsOf(goesOn)).toMatchObject([{ status: 'completed', attention: false }]);
    expectResultOnce(goesOn);
    for (const candidate of [amended, amendedLater]) {
      await runThat(candidate, 'that is amended', ({ status }) => status === 'completed');
      await until(
        'Lever shows it',
        () => tagsOf(candidate),
        (tags) => tags.includes('POP-Completed'),
      );
      expectResultOnce(candidate);
    }
    const closed = await runThat(archived, 'that is over', ({ closedAt }) => closedAt !== null);
    expect(closed).toMatchObject({ status: 'cancelled', attention: false });
    // Its row has no code: the older release has recorded the end. Why it ended the run itself still knows.
    expect((await timelineOf(closed)).at(-1)).toMatchObject({
      kind: 'closed',
      detail: endReasonText(endedFor('archived')),
    });
    expect(tagsOf(archived)).not.toContain('POP-IN-Progress');
    expect(notesOf(archived)).toHaveLength(1);
  } finally {
    await temporal.close();
  }
});

const timelineOf = async ({ id }: Run): Promise<{ kind: string; detail: string | null }[]> =>
  (await world.ask<{ timeline: { kind: string; detail: string | null }[] }>(`/assessments/${id}`)).timeline;

interface HeldDelivery {
  verdict: string;
  reasonCode: string | null;
}

const heldOf = async ({ opportunityId }: Candidate): Promise<HeldDelivery[]> =>
  (
    await world.ask<{ data: (HeldDelivery & { opportunity: string | null })[] }>(
      `/deliveries?connection=${world.connectionId}&verdict=held&limit=100`,
    )
  ).data.filter(({ opportunity }) => opportunity === opportunityId);
