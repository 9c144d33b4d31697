import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { amendmentWorkflowId } from '../../domain/ids';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { workflowBundle } from '../../workers/bundle';
import { ended, runOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import { standardDriver } from '../vendors/standard-driver';
import { update } from '../vendors/standard-updates';
import { invitedPerson, startVendorWorld } from '../vendors/vendor-world';
import { sql } from './looks';

/**
 * A vendor that tells a run hundreds of things at once: beyond a hundred in one workflow task Temporal ends the task, and a
 * local activity that was under way is answered in the next one, where no replay finds it (decision 0033).
 * Without the pace of the api 2 of 5 runs stuck so. For figures: SHOWERS_RUNS=8 SHOWERS_MESSAGES=300 npx jest test/workflow/showers.test.ts
 */

const world = useWorld(() => startVendorWorld(standardDriver));

const runs = Number(process.env['SHOWERS_RUNS'] ?? 2);
const messages = Number(process.env['SHOWERS_MESSAGES'] ?? 150);
const atOnce = 8;

interface Told {
  /** The run, and the amendment that speaks for it once it is over. */
  workflowIds: string[];
  answers: number[];
  /** How many had to wait. */
  waited: number;
}

async function shower({ isOver = false } = {}): Promise<Told> {
  const person = await invitedPerson(world);
  const { ref } = person.invitation;
  const { id, workflowId } = await runOf(world, person);
  const { callbackUrl } = world.vendor.standard.admin.application(ref);
  if (isOver) {
    world.vendor.complete(ref);
    await ended(world, person, 'completed');
  }
  const answers: number[] = [];
  let sequence = 10;
  const teller = async (): Promise<void> => {
    while (sequence < 10 + messages) {
      const change = { sequence: (sequence += 1) - 1 };
      answers.push((await update(world, ref, change, callbackUrl)).status);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, teller));
  const workflowIds = [workflowId, amendmentWorkflowId(id)];
  return { workflowIds, answers, waited: await waitingFor(workflowIds) };
}

/** How many updates there are, by what became of them. */
async function tallyOf(workflowIds: string[]): Promise<Record<string, number>> {
  const rows = await sql<{ verdict: string; noted: boolean; count: string }>(
    world,
    `select verdict, noted_at is not null as noted, count(*) from deliveries
     where workflow_id = any($1) and source = 'standard' and event <> 'completed' group by 1, 2`,
    [workflowIds],
  );
  return Object.fromEntries(
    rows.map(({ verdict, noted, count }) => [`${verdict}${noted ? '' : ', not noted'}`, Number(count)]),
  );
}

async function waitingFor(workflowIds: string[]): Promise<number> {
  const tally = Object.entries(await tallyOf(workflowIds));
  return tally.reduce((sum, [what, count]) => sum + (what.startsWith('pending') ? count : 0), 0);
}

/** Every one of the run and its amendments: a long one goes on in a new one. */
async function* historiesOf(workflowIds: string[]) {
  const query = workflowIds.map((id) => `WorkflowId = '${id}'`).join(' OR ');
  for await (const { workflowId, runId } of world.client.workflow.list({ query })) {
    yield { workflowId, history: await world.client.workflow.getHandle(workflowId, runId).fetchHistory() };
  }
}

const { EVENT_TYPE_WORKFLOW_TASK_FAILED: failedTask } = temporal.api.enums.v1.EventType;
/** Something came in just as the workflow was about to end: Temporal has it look again, and nothing is wrong. */
const { WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND: hadNews } =
  temporal.api.enums.v1.WorkflowTaskFailedCause;

async function allHeard(told: Told[]): Promise<void> {
  const bundle = await workflowBundle({ bundlePath: null, cacheDir: join(tmpdir(), 'fulcrum-test-bundles') });
  const replay = { workflowBundle: bundle, dataConverter: createDataConverter(world.ring) };
  for (const { workflowIds, answers, waited } of told) {
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(waited).toBeGreaterThan(0);
    // For figures of more messages than come in the time of a wait: while fewer wait, it goes on.
    for (let left = messages; left > 0; left = await waitingFor(workflowIds)) {
      await until(
        'fewer wait',
        () => waitingFor(workflowIds),
        (seen) => seen < left,
      );
    }
    await until(
      'all have reached the run',
      () => tallyOf(workflowIds),
      ({ signalled }) => signalled === messages,
    );
    for await (const { workflowId, history } of historiesOf(workflowIds)) {
      const failed = history.events?.filter(
        ({ eventType, workflowTaskFailedEventAttributes: task }) =>
          eventType === failedTask && task?.cause !== hadNews,
      );
      expect(failed).toEqual([]);
      await Worker.runReplayHistory(replay, history, workflowId);
    }
  }
}

test('of a run that is open: none is lost, and every history replays', async () => {
  const told: Told[] = [];
  for (let run = 0; run < runs; run += 1) told.push(await shower());
  await allHeard(told);
});

test('of a run that is over: the same of its amendments', async () =>
  allHeard([await shower({ isOver: true })]));
