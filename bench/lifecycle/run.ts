import { setTimeout as sleep } from 'node:timers/promises';
import { workflowTypes } from '../../workflows/names';
import { alternate } from '../alternate';
import { bareType } from '../bare/messages';
import type { Figure, Round, Rounds } from '../figures';
import type { Spent } from '../meter';
import { cpuFigures, cpuRows, startMeter } from '../meter';
import type { Side, SideName } from '../side';
import { percentile } from '../statistics';
import type { World } from '../world';
import type { Crowd } from './candidates';
import { sendCandidates } from './candidates';

export const lifecycleFigures: Figure[] = [
  { name: 'lifecycles per second', digits: 1, target: { least: 0.8 } },
  { name: 'webhook to vendor asked, p50 ms', digits: 0, target: { most: 1.5 } },
  { name: 'callback to Lever updated, p50 ms', digits: 0 },
  { name: 'webhook to vendor asked, p95 ms', digits: 0 },
  { name: 'callback to Lever updated, p95 ms', digits: 0 },
  ...cpuRows('lifecycle'),
  { name: 'history events per lifecycle', digits: 1 },
  { name: 'requests per lifecycle', digits: 1 },
];

const types: Record<SideName, string> = { hub: workflowTypes.assessment, bare: bareType };

interface Turn extends Crowd {
  spent: Spent;
  /** Events in the histories of all runs together. */
  events: number;
}

/** Candidates from the stage change to the result in Lever. */
export async function runLifecycle(
  world: World,
  options: { repetitions: number; amount: number; concurrency: number },
  say: (line: string) => void,
): Promise<Rounds> {
  const { concurrency } = options;
  const take = (name: SideName, amount: number) =>
    takeTurn(world, world.sides[name], { amount, concurrency });
  return alternate(options, { take, summarise }, say);
}

async function takeTurn(
  world: World,
  side: Side,
  { amount, concurrency }: { amount: number; concurrency: number },
): Promise<Turn> {
  const since = new Date();
  const stopMeter = await startMeter(world, side);
  const crowd = await sendCandidates(side, { amount, concurrency });
  // What a run does after its last effect is part of its cost.
  await allClosed(world, types[side.name], since, amount);
  const spent = await stopMeter();
  const events = await eventsOf(world, types[side.name], since);
  return { ...crowd, spent, events };
}

function summarise(turns: Turn[]): Round {
  const asked = turns.flatMap(({ ways }) => ways.map((way) => way.asked));
  const updated = turns.flatMap(({ ways }) => ways.map((way) => way.updated));
  const sum = (of: (turn: Turn) => number): number => turns.reduce((total, turn) => total + of(turn), 0);
  const amount = asked.length;
  return {
    'lifecycles per second': (amount * 1_000) / sum(({ took }) => took),
    'webhook to vendor asked, p50 ms': percentile(asked, 0.5),
    'callback to Lever updated, p50 ms': percentile(updated, 0.5),
    'webhook to vendor asked, p95 ms': percentile(asked, 0.95),
    'callback to Lever updated, p95 ms': percentile(updated, 0.95),
    ...cpuFigures(
      turns.map(({ spent }) => spent),
      amount,
      'lifecycle',
    ),
    'history events per lifecycle': sum(({ events }) => events) / amount,
    'requests per lifecycle': sum(({ requests }) => requests) / amount,
  };
}

const closesWithinMs = 60_000;
const completedSince = (type: string, since: Date): string =>
  `WorkflowType = '${type}' AND StartTime >= '${since.toISOString()}' AND ExecutionStatus = 'Completed'`;

async function allClosed(world: World, type: string, since: Date, amount: number): Promise<void> {
  const giveUpAt = Date.now() + closesWithinMs;
  for (;;) {
    const { count } = await world.client.workflow.count(completedSince(type, since));
    if (count >= amount) return;
    if (Date.now() > giveUpAt) throw new Error(`${type}: only ${count} of ${amount} runs have ended well`);
    await sleep(50);
  }
}

async function eventsOf(world: World, type: string, since: Date): Promise<number> {
  let events = 0;
  for await (const run of world.client.workflow.list({ query: completedSince(type, since) })) {
    events += run.historyLength;
  }
  return events;
}
