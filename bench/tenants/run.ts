import { setTimeout as sleep } from 'node:timers/promises';
import type { Amounts } from '../options';
import { posting, triggerStage } from '../side';
import { percentile, spread } from '../statistics';
import { stopOnSignal } from '../stop-on-signal';
import { watch } from '../watch';
import type { Tenant, TenantWorld } from './world';
import { buildTenantWorld } from './world';

/** What is asked of the hub. */
const target = { perSecond: 10, used: 0.95, slowdown: 1.5 };
/** Single candidates measured on the idle hub, and the least beside the crowd. */
const singles = 20;

/** One repetition. Times in ms. */
export interface TenantRound {
  /** Webhook to invited, p50, of one candidate alone on the hub. */
  idle: number;
  /** The same while the large customer's candidates wait. */
  beside: number;
  slowdown: number;
  /** Requests to the large customer's Lever per second while there was work, without its first and last seconds. */
  perSecond: number;
  tooMany: number;
  /** Requests until a candidate of the large customer was invited. */
  requests: number;
  samples: number;
}

/**
 * One customer with a crowd, one with a single candidate at a time: is the whole of Lever's rate used, is it
 * never exceeded, and does the single candidate notice the crowd?
 */
export async function runTenants(
  options: Amounts,
  say: (line: string) => void,
): Promise<{ table: string; rounds: TenantRound[] }> {
  const world = await buildTenantWorld();
  const forget = stopOnSignal(world);
  try {
    const rounds: TenantRound[] = [];
    for (let round = 0; round < options.repetitions; round += 1) {
      rounds.push(await measure(world, options.amount, say));
    }
    return { table: table(rounds), rounds };
  } finally {
    forget();
    await world.stop();
  }
}

async function measure(
  world: TenantWorld,
  amount: number,
  say: (line: string) => void,
): Promise<TenantRound> {
  const { large, small } = world;
  // The first ones fill caches and pools.
  for (let warm = 0; warm < 5; warm += 1) await invite(small);
  const idle: number[] = [];
  while (idle.length < singles) idle.push(await invite(small));
  say(`  idle: ${idle.length} candidates, p50 ${percentile(idle, 0.5).toFixed(0)} ms`);

  large.lever.admin.clearRequests();
  const crowd = await queueCrowd(world, amount);
  say(`  ${amount} candidates are queued`);
  const beside: number[] = [];
  while (open(large, crowd) > amount / 10) beside.push(await invite(small));
  say(`  beside: ${beside.length} candidates, p50 ${percentile(beside, 0.5).toFixed(0)} ms`);
  while (open(large, crowd) > 0) await sleep(100);

  const requests = large.lever.admin.requests();
  const [fast, slow] = [percentile(idle, 0.5), percentile(beside, 0.5)];
  return {
    idle: fast,
    beside: slow,
    slowdown: slow / fast,
    perSecond: steadyRate(requests.map(({ at }) => at)),
    tooMany: [...requests, ...small.lever.admin.requests()].filter(({ status }) => status === 429).length,
    requests: requests.length / amount,
    samples: beside.length,
  };
}

/** Moves a crowd into the trigger stage, and waits until each of them has its run. */
async function queueCrowd({ large, client }: TenantWorld, amount: number): Promise<string[]> {
  const before = (await client.workflow.count("WorkflowType = 'assessment'")).count;
  const crowd = Array.from({ length: amount }, () => add(large));
  for (const id of crowd) large.lever.admin.moveCandidate(id, triggerStage);
  while ((await client.workflow.count("WorkflowType = 'assessment'")).count < before + amount) {
    await sleep(100);
  }
  return crowd;
}

let people = 0;

function add({ lever }: Tenant): string {
  people += 1;
  const email = `tenant-${people}@candidates.test`;
  return lever.admin.addCandidate({ name: `Candidate ${people}`, email, postingId: posting });
}

const isInvited = ({ lever }: Tenant, id: string): boolean => {
  const { tags, links } = lever.admin.candidate(id);
  return tags.includes('POP-IN-Progress') && links.length > 0;
};

const open = (tenant: Tenant, crowd: readonly string[]): number =>
  crowd.filter((id) => !isInvited(tenant, id)).length;

/** Longer than any way takes on a machine that works at all. */
const patienceMs = 120_000;

/** Moves one candidate, and answers how long it took until Lever showed the invitation. */
async function invite(tenant: Tenant): Promise<number> {
  const id = add(tenant);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`a single candidate was not invited within ${patienceMs / 1000} s`));
    }, patienceMs);
    const moved = performance.now();
    const stop = watch(tenant, ({ path }) => {
      if (!path.includes(id) || !isInvited(tenant, id)) return;
      stop();
      clearTimeout(timer);
      resolve(performance.now() - moved);
    });
    tenant.lever.admin.moveCandidate(id, triggerStage);
  });
}

/** The burst at the start and the thin end do not count: between them there is always work. */
const margin = { startMs: 3_000, endMs: 10_000 };

function steadyRate(times: readonly number[]): number {
  const from = (times[0] ?? 0) + margin.startMs;
  const to = (times.at(-1) ?? 0) - margin.endMs;
  if (to - from < 5_000) return Number.NaN;
  return times.filter((at) => at >= from && at < to).length / ((to - from) / 1_000);
}

function table(rounds: readonly TenantRound[]): string {
  const show = (of: keyof TenantRound, digits: number): string => {
    const { median, min, max } = spread(rounds.map((round) => round[of]));
    return `${median.toFixed(digits)} (${min.toFixed(digits)} - ${max.toFixed(digits)})`;
  };
  const verdict = (kept: boolean): string => (kept ? 'kept' : 'NOT KEPT');
  const every = (holds: (round: TenantRound) => boolean): string => verdict(rounds.every(holds));
  const used = target.perSecond * target.used;
  return [
    ['webhook to invited, alone, p50 ms', show('idle', 0), ''],
    ['webhook to invited, beside the crowd, p50 ms', show('beside', 0), ''],
    [
      'beside / alone',
      show('slowdown', 2),
      `at most ${target.slowdown}: ${every(({ slowdown }) => slowdown <= target.slowdown)}`,
    ],
    [
      "requests per second to the crowd's Lever",
      show('perSecond', 2),
      `at least ${used}: ${every(({ perSecond }) => perSecond >= used)}`,
    ],
    ['answers 429, both customers', show('tooMany', 0), `none: ${every(({ tooMany }) => tooMany === 0)}`],
    ['requests to Lever until invited', show('requests', 2), ''],
    ['single candidates beside the crowd', show('samples', 0), ''],
  ]
    .map(([name = '', value = '', judged = '']) =>
      `${name.padEnd(48)} ${value.padEnd(26)} ${judged}`.trimEnd(),
    )
    .join('\n');
}
