import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { VendorId } from '../../domain/ids';
import { runsOf } from '../helpers/actions';
import { until } from '../helpers/until';
import { drawn } from './cells';
import type { RuleWorld } from './rule-world';
import type { Site, Who } from './sites';
import { nameOf, sites } from './sites';
import { comesRight, isAtRest } from './story';

/** Runs that are taken out of Temporal's hands: ended, deleted or begun anew, before, in and after each of their states. */

export type Way = 'terminate' | 'delete' | 'reset';
export type When = 'before' | 'at' | 'after';

export interface EndingCell {
  name: string;
  site: Site;
  way: Way;
  when: When;
}

const ways: readonly Way[] = ['terminate', 'delete', 'reset'];
const times: readonly When[] = ['before', 'at', 'after'];

/** One place for each state of a run, from the stage change to what is left to do after its end. */
const states = new Set([
  'readOpportunity',
  'readPosting',
  'invite',
  'findInvitation',
  'applyEffect: addTags',
  'checkOpportunity',
  'pollVendor',
  'fetchResult',
  'applyEffect: note',
  'applyEffect: stage: the move',
  'cancelAtVendor',
]);

/** Behind these a run is over: there is nothing left to end. */
const last = new Set([
  'applyEffect: note',
  'applyEffect: stage: the move',
  'cancelAtVendor',
  'findInvitation',
]);

/** @param everywhere at every place that the vendor serves, and not once in each state */
export const endingCells = (vendor: VendorId, everywhere: boolean): EndingCell[] =>
  sites
    .filter((site) => site.isShared !== true && (site.vendors ?? [vendor]).includes(vendor))
    .filter((site) => everywhere || states.has(nameOf(site)))
    .flatMap((site) =>
      ways.flatMap((way) =>
        times
          .filter((when) => !(way === 'terminate' && when === 'after' && last.has(nameOf(site))))
          .map((when) => ({ name: `${way} ${when} ${nameOf(site)}`, site, way, when })),
      ),
    );

export async function playEnding(world: RuleWorld, { name, site, way, when }: EndingCell): Promise<void> {
  const who = await site.before(world);
  const act = (): Promise<void> => takeAway(world, who, way, name);
  if (when === 'after') {
    await site.brings(world, who);
    await until(
      'the run is at rest',
      async () => {
        const [newest] = await runsOf(world, who);
        return { run: newest, isAtRest: newest !== undefined && (await isAtRest(world, who, newest)) };
      },
      (seen) => seen.isAtRest,
    );
    await act();
  } else {
    const struck = world.gates[site.asks].strike({
      matches: (request) => site.matches(request, who),
      when: when === 'before' ? 'arrives' : 'answered',
      act,
      // What was under way goes on before it, and never hears of its answer in it.
      drop: when === 'at',
    });
    await site.brings(world, who);
    await struck;
  }
  site.afterwards?.(world, who);
  await comesRight(world, who, way === 'terminate' ? ['TERMINATED'] : way === 'reset' ? ['TERMINATED'] : []);
}

async function takeAway(world: RuleWorld, who: Who, way: Way, name: string): Promise<void> {
  const [newest] = await runsOf(world, who);
  if (newest === undefined) throw new Error('the run has no row yet');
  const { workflowId } = newest;
  const handle = world.client.workflow.getHandle(workflowId);
  const { workflowService, options } = world.client;
  const { namespace } = options;
  if (way === 'terminate') {
    // What is over by now goes on to its end as it would have.
    await handle.terminate('a test').catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
    return;
  }
  if (way === 'delete') {
    await workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
    await until(
      'Temporal knows it no more',
      () =>
        handle.describe().then(
          ({ status }) => status.name,
          (): 'gone' => 'gone',
        ),
      (seen) => seen === 'gone',
    );
    return;
  }
  const { runId } = await handle.describe();
  const tasks = ((await handle.fetchHistory()).events ?? []).filter(
    ({ workflowTaskCompletedEventAttributes: done }) => done,
  );
  await workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId, runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: tasks[drawn(name, tasks.length)]?.eventId ?? null,
  });
}
