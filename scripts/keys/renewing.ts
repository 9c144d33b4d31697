import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { KeyRing } from '../../platform/crypto/keyring';
import { blindWorkflows } from '../../platform/temporal/blind-client';
import { renewKeysSignal } from '../../workflows/assessment/contract';
import { workflowTypes } from '../../workflows/names';
import { type History, pause, readHistories } from './histories';
import { keysIn } from './payload-keys';

/** Workflows that last, and go on in a new history when they are asked to. The others end by themselves. */
const renewable: readonly string[] = [workflowTypes.assessment, workflowTypes.amendment];

const needsOther = (ring: KeyRing, keys: ReadonlySet<string>): boolean =>
  [...keys].some((id) => id !== ring.first.id);

/**
 * Asks every open run whose history needs another key than the first to go on in a new one, and waits for it.
 * @returns those that had not by then: they do at their next safe point, once what is under way is over
 */
export async function renewOpenRuns(
  client: Client,
  ring: KeyRing,
  options: { isStopped: () => boolean; patienceMs: number; progress: (line: string) => void },
): Promise<History[]> {
  const { isStopped, patienceMs, progress } = options;
  let waiting: History[] = [];
  await readHistories(client, 'open', {
    isStopped,
    found: (history) => {
      if (needsOther(ring, history.keys)) waiting.push(history);
    },
  });
  if (waiting.length > 0) progress(`open workflows under other keys: ${waiting.length}`);
  for (const { workflowId, runId, type } of waiting) {
    if (isStopped()) return waiting;
    if (!renewable.includes(type)) continue;
    try {
      await client.workflow.getHandle(workflowId, runId).signal(renewKeysSignal, { keyId: ring.first.id });
    } catch (error) {
      // It has ended, or goes on in another history.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  const until = Date.now() + patienceMs;
  while (waiting.length > 0 && !isStopped()) {
    const left: History[] = [];
    for (const history of waiting) if (await isStillOpen(client, history)) left.push(history);
    if (left.length < waiting.length) progress(`open workflows that have not gone on yet: ${left.length}`);
    waiting = left;
    if (Date.now() > until) break;
    await pause(500);
  }
  return waiting;
}

async function isStillOpen(client: Client, { workflowId, runId }: History): Promise<boolean> {
  try {
    const { status } = await blindWorkflows(client).getHandle(workflowId, runId).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Every Schedule with the keys that its definition needs. */
export async function readSchedules(client: Client): Promise<{ scheduleId: string; keys: Set<string> }[]> {
  const { namespace } = client.options;
  const found: { scheduleId: string; keys: Set<string> }[] = [];
  let nextPageToken: Uint8Array | null | undefined;
  do {
    const page = await client.workflowService.listSchedules({
      namespace,
      maximumPageSize: 100,
      ...(nextPageToken && { nextPageToken }),
    });
    for (const { scheduleId } of page.schedules ?? []) {
      if (!scheduleId) continue;
      const { schedule, memo } = await client.workflowService.describeSchedule({ namespace, scheduleId });
      found.push({ scheduleId, keys: keysIn({ schedule, memo }) });
    }
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && nextPageToken.length > 0);
  return found;
}

/** Writes every Schedule anew whose definition another key has sealed; ids of those that no key of the ring opens. */
export async function resealSchedules(
  client: Client,
  ring: KeyRing,
  isStopped: () => boolean,
): Promise<{ resealed: number; unreadable: string[] }> {
  let resealed = 0;
  const unreadable: string[] = [];
  for (const { scheduleId, keys } of await readSchedules(client)) {
    if (isStopped()) break;
    if (!needsOther(ring, keys)) continue;
    if ([...keys].some((id) => ring.find(id) === null)) {
      unreadable.push(scheduleId);
      continue;
    }
    await client.schedule.getHandle(scheduleId).update((found) => found);
    resealed += 1;
  }
  return { resealed, unreadable };
}
