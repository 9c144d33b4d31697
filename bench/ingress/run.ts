import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { newToken, signWebhook } from '../../simulators/lever/webhooks/sign';
import { workflowTypes } from '../../workflows/names';
import { alternate } from '../alternate';
import { bareType } from '../bare/messages';
import type { Figure, Round, Rounds } from '../figures';
import type { Spent } from '../meter';
import { cpuFigures, cpuRows, startMeter } from '../meter';
import type { Side, SideName } from '../side';
import { triggerStage } from '../side';
import { percentile } from '../statistics';
import type { World } from '../world';

export const ingressFigures: Figure[] = [
  { name: 'webhooks per second', digits: 0, target: { least: 0.7 } },
  { name: 'answered after, p50 ms', digits: 1 },
  { name: 'answered after, p95 ms', digits: 1 },
  { name: 'answered after, p99 ms', digits: 1 },
  ...cpuRows('webhook'),
];

const types: Record<SideName, string> = { hub: workflowTypes.assessment, bare: bareType };

interface Turn {
  latencies: number[];
  took: number;
  spent: Spent;
}

/** Signed webhooks that start a run, taken as fast as they are answered; no worker works on the runs. */
export async function runIngress(
  world: World,
  options: { repetitions: number; amount: number; concurrency: number },
  say: (line: string) => void,
): Promise<Rounds> {
  for (const side of Object.values(world.sides)) await side.pauseWorkers();
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
  const bodies = Array.from({ length: amount }, () => stageChange(side.address.signatureToken));
  const stopMeter = await startMeter(world, side);
  const posted = await post(side.address.webhookUrl, bodies, concurrency);
  const spent = await stopMeter();
  await allStarted(world, types[side.name], since, amount);
  return { ...posted, spent };
}

function summarise(turns: Turn[]): Round {
  const latencies = turns.flatMap((turn) => turn.latencies);
  const amount = latencies.length;
  return {
    'webhooks per second': (amount * 1_000) / turns.reduce((sum, { took }) => sum + took, 0),
    'answered after, p50 ms': percentile(latencies, 0.5),
    'answered after, p95 ms': percentile(latencies, 0.95),
    'answered after, p99 ms': percentile(latencies, 0.99),
    ...cpuFigures(
      turns.map(({ spent }) => spent),
      amount,
      'webhook',
    ),
  };
}

/** As Lever sends it when somebody moves a candidate into the stage that triggers an assessment. */
export function stageChange(signatureToken: string): string {
  const token = newToken();
  const triggeredAt = Date.now();
  return JSON.stringify({
    id: randomUUID(),
    event: 'candidateStageChange',
    triggeredAt,
    token,
    signature: signWebhook(signatureToken, token, triggeredAt),
    data: {
      opportunityId: randomUUID(),
      contactId: randomUUID(),
      fromStageId: 'applicant-new',
      toStageId: triggerStage,
    },
  });
}

async function post(
  url: string,
  bodies: string[],
  concurrency: number,
): Promise<{ latencies: number[]; took: number }> {
  const agent = new Agent({ connections: concurrency });
  const latencies: number[] = [];
  const waiting = [...bodies];
  const lane = async (): Promise<void> => {
    for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
      const sent = performance.now();
      const answer = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Lever-Webhooks' },
        body,
        dispatcher: agent,
      });
      await answer.body.dump();
      latencies.push(performance.now() - sent);
      if (answer.statusCode !== 200) throw new Error(`a webhook was answered ${answer.statusCode}`);
    }
  };
  try {
    const started = performance.now();
    await Promise.all(Array.from({ length: concurrency }, lane));
    return { latencies, took: performance.now() - started };
  } finally {
    await agent.close();
  }
}

const visibleWithinMs = 30_000;

/** An answer counts only if the run is really there. */
async function allStarted(world: World, type: string, since: Date, amount: number): Promise<void> {
  const query = `WorkflowType = '${type}' AND StartTime >= '${since.toISOString()}'`;
  const giveUpAt = Date.now() + visibleWithinMs;
  for (;;) {
    const { count } = await world.client.workflow.count(query);
    if (count === amount) return;
    if (Date.now() > giveUpAt)
      throw new Error(`${type}: ${amount} webhooks were taken, ${count} runs are there`);
    await sleep(100);
  }
}
