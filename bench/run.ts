import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { runAttacks } from './attacks/run';
import { besideBare } from './beside-bare';
import { ingressFigures, runIngress } from './ingress/run';
import { lifecycleFigures, runLifecycle } from './lifecycle/run';
import type { Amounts, Benchmark, BenchOptions } from './options';
import { readOptions } from './options';
import { runTenants } from './tenants/run';

/** `npm run bench`: what is compared is measured in one run on the same servers (bench/README.md). */

const say = (line: string): void => console.log(line);

interface Suite {
  /** What one repetition consists of, in words. */
  what(options: Amounts): string;
  /** Answers a table for people, and every figure of every repetition. */
  run(options: Amounts, say: (line: string) => void): Promise<{ table: string; rounds: unknown }>;
}

const atOnce =
  (things: string) =>
  ({ amount, concurrency }: Amounts): string =>
    `${amount} ${things}, ${concurrency} at once`;

const suites: Record<Benchmark, Suite> = {
  lifecycle: { what: atOnce('candidates'), run: besideBare(lifecycleFigures, runLifecycle) },
  ingress: { what: atOnce('webhooks'), run: besideBare(ingressFigures, runIngress) },
  attacks: { what: () => 'each attack, aimed at the hub and at a stub', run: runAttacks },
  tenants: { what: ({ amount }) => `${amount} candidates of the large customer`, run: runTenants },
};

async function main(options: BenchOptions): Promise<void> {
  const [load = 0] = loadavg();
  say(
    `${availableParallelism()} processors, load ${load.toFixed(1)} before the start; Node ${process.version}`,
  );
  const all: Partial<Record<Benchmark, unknown>> = {};
  for (const name of options.run) {
    const { what, run } = suites[name];
    const amounts = options.amounts[name];
    const { repetitions } = amounts;
    say(`\n${name}: ${repetitions} ${repetitions === 1 ? 'repetition' : 'repetitions'} of ${what(amounts)}`);
    const { table, rounds } = await run(amounts, say);
    say(`\n${table}`);
    all[name] = rounds;
  }
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
}

async function start(): Promise<void> {
  await main(readOptions(process.argv.slice(2)));
}

start().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
