import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createDataConverter } from '../../platform/temporal/data-converter';
import { workflowBundle } from '../../workers/bundle';
import type { VendorNews } from '../../workflows/assessment/contract';
import { statusQuery, vendorNewsSignal } from '../../workflows/assessment/contract';
import type { Person } from '../helpers/actions';
import { applicant, invited, move, runOf } from '../helpers/actions';
import { useWorld } from '../helpers/use-world';
import { startWorld } from '../helpers/world';
import { sql } from './looks';

/**
 * News that come while a run does its last steps and somebody looks at it without pause: the SDK answers the queries in
 * the very tasks in which local activities end. Without what is done about it (decision 0033) 17 of 48
 * runs stuck for good in a task that cannot be replayed, and one lost two of its news. For figures: LAST_WORDS_RUNS=48 npx jest test/workflow/last-words.test.ts
 */

const world = useWorld(() => startWorld());

const runs = Number(process.env['LAST_WORDS_RUNS'] ?? 24);
const atOnce = 12;
const onlookers = 3;
/** A run that closes takes about forty; one that can do nothing any more takes all. */
const mostNews = 100;

interface Told {
  workflowId: string;
  /** Ids of the news that Temporal took. */
  accepted: string[];
}

/** Tells the run news, with pauses that grow so that it can close, until it has. */
async function tellWithoutEnd(person: Person, workflowId: string): Promise<Told> {
  const handle = world.client.workflow.getHandle(workflowId);
  const accepted: string[] = [];
  let isOpen = true;
  const looking = Array.from({ length: onlookers }, async () => {
    // What is answered is of no interest; a run that has just closed may not answer.
    while (isOpen) await handle.query(statusQuery).catch(() => undefined);
  });
  while (isOpen) {
    const news = newsAbout(person);
    try {
      await handle.signal(vendorNewsSignal, news);
      accepted.push(news.delivery.id);
      isOpen = accepted.length < mostNews;
    } catch (error) {
      isOpen = false;
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    await sleep(Math.random() * (40 + 20 * accepted.length));
  }
  await Promise.all(looking);
  return { workflowId, accepted };
}

function newsAbout({ opportunityId }: Person): VendorNews {
  const key = randomUUID();
  return {
    delivery: {
      id: `dlv_${key}`,
      source: 'smg',
      connectionId: world.connection.id,
      eventKey: key,
      event: 'started',
      receivedAt: Date.now(),
      verdict: 'signalled',
      opportunityId,
    },
    event: { type: 'started' },
    vendorRef: null,
  };
}

async function completeAndTell(): Promise<Told> {
  const person = applicant(world);
  move(world, person);
  const { applicationId } = await invited(world, person);
  const { workflowId } = await runOf(world, person);
  world.smg.admin.complete(applicationId);
  return tellWithoutEnd(person, workflowId);
}

/** News that the run never put on record. */
async function lostBy({ accepted }: Told): Promise<string[]> {
  const rows = await sql<{ id: string }>(
    world,
    'select id from deliveries where id = any($1) and noted_at is not null',
    [accepted],
  );
  return accepted.filter((id) => !rows.some((row) => row.id === id));
}

test('no news are lost, and every history replays', async () => {
  const told: Told[] = [];
  while (told.length < runs) {
    told.push(...(await Promise.all(Array.from({ length: atOnce }, () => completeAndTell()))));
  }
  const bundle = await workflowBundle({
    bundlePath: null,
    cacheDir: join(tmpdir(), 'fulcrum-test-bundles'),
  });
  const faults = { open: 0, lost: 0, unreplayable: [] as string[] };
  for (const one of told) {
    const handle = world.client.workflow.getHandle(one.workflowId);
    const history = await handle.fetchHistory();
    const replay = { workflowBundle: bundle, dataConverter: createDataConverter(world.ring) };
    await Worker.runReplayHistory(replay, history, one.workflowId).catch((error: unknown) =>
      faults.unreplayable.push(String(error)),
    );
    if ((await handle.describe()).status.name === 'RUNNING') faults.open += 1;
    else faults.lost += (await lostBy(one)).length;
  }
  expect(faults).toEqual({ open: 0, lost: 0, unreplayable: [] });
});
