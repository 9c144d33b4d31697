import { setTimeout as sleep } from 'node:timers/promises';
import { workflowTypes } from '../../workflows/messages';
import { alternate } from '../alternate';
import { bareType } from '../bare/messages';
import type { Figure, Round, Rounds } from '../figures';
import { startMeter } from '../meter';
import type { Side, SideName } from '../side';
import { percentile } from '../statistics';
import type { World } from '../world';
import { sendCandidates } from './candidates';

export const lifecycleFigures: Figure[] = [
  { name: 'lifecycles per second', digits: 1, target: { least: 0.8 } },
  { name: 'webhook to vendor asked, p50 ms', digits: 0, target: { most: 1.5 } },
  { name: 'callback to Lever updated, p50 ms', digits: 0 },
  { name: 'webhook to vendor asked, p95 ms', digits: 0 },
  { name: 'callback to Lever updated, p95 ms', digits: 0 },
  { name: 'CPU ms per lifecycle, api and worker', digits: 1 },
  { name: 'CPU ms per lifecycle, Temporal server', digits: 1 },
  { name: 'CPU ms per lifecycle, PostgreSQL', digits: 1 },
  { name: 'history events per lifecycle', digits: 1 },
  { name: 'requests per lifecycle', digits: 1 },
];

const types: Record<SideName, string> = { hub: workflowTypes.assessment, bare: bareType };

/** Candidates from the stage change to the result in Lever. */
export async function runLifecycle(
  world: World,
  options: { repetitions: number; amount: number; concurrency: number },
  say: (line: string) => void,
): Promise<Rounds> {
  return alternate(options.repetitions, (name) => measure(world, world.sides[name], options), say);
}

async function measure(
  world: World,
  side: Side,
  { amount, concurrency }: { amount: number; concurrency: number },
): Promise<Round> {
  const since = new Date();
  const stopMeter = await startMeter(world, side);
  const crowd = await sendCandidates(side, { amount, concurrency });
  // What a run does after its last effect is part of its cost.
  const histories = await closedHistories(world, types[side.name], since, amount);
  const spent = await stopMeter();
  const asked = crowd.ways.map((way) => way.asked);
  const updated = crowd.ways.map((way) => way.updated);
  return {
    'lifecycles per second': (amount * 1_000) / crowd.took,
    'webhook to vendor asked, p50 ms': percentile(asked, 0.5),
    'callback to Lever updated, p50 ms': percentile(updated, 0.5),
    'webhook to vendor asked, p95 ms': percentile(asked, 0.95),
    'callback to Lever updated, p95 ms': percentile(updated, 0.95),
    'CPU ms per lifecycle, api and worker': spent.side / amount,
    'CPU ms per lifecycle, Temporal server': spent.temporal / amount,
    'CPU ms per lifecycle, PostgreSQL': spent.postgres / amount,
    'history events per lifecycle': histories.reduce((sum, length) => sum + length, 0) / amount,
    'requests per lifecycle': crowd.requests / amount,
  };
}

const closesWithinMs = 60_000;

/** The lengths of the histories of all runs since then, once every one of them has closed. */
async function closedHistories(world: World, type: string, since: Date, amount: number): Promise<number[]> {
  const query = `WorkflowType = '${type}' AND StartTime >= '${since.toISOString()}' AND ExecutionStatus = 'Completed'`;
  const giveUpAt = Date.now() + closesWithinMs;
  for (;;) {
    const { count } = await world.client.workflow.count(query);
    if (count >= amount) break;
    if (Date.now() > giveUpAt) throw new Error(`${type}: only ${count} of ${amount} runs have ended well`);
    await sleep(100);
  }
  const lengths: number[] = [];
  for await (const run of world.client.workflow.list({ query })) lengths.push(run.historyLength);
  return lengths;
}
