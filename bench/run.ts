import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { table } from './figures';
import type { Figure, Rounds } from './figures';
import { ingressFigures, runIngress } from './ingress/run';
import { lifecycleFigures, runLifecycle } from './lifecycle/run';
import { readOptions } from './options';
import type { Benchmark, BenchOptions } from './options';
import { buildWorld } from './world';
import type { World } from './world';

/** `npm run bench`: the hub beside bare Temporal, in one run on the same servers (bench/README.md). */

const say = (line: string): void => console.log(line);

interface Suite {
  figures: Figure[];
  what: string;
  run(
    world: World,
    options: { repetitions: number; amount: number; concurrency: number },
    say: (line: string) => void,
  ): Promise<Rounds>;
}

const suites: Record<Benchmark, Suite> = {
  lifecycle: { figures: lifecycleFigures, what: 'candidates', run: runLifecycle },
  ingress: { figures: ingressFigures, what: 'webhooks', run: runIngress },
};

async function main(options: BenchOptions): Promise<void> {
  const [load = 0] = loadavg();
  say(
    `${availableParallelism()} processors, load ${load.toFixed(1)} before the start; Node ${process.version}`,
  );
  const all: Partial<Record<Benchmark, Rounds>> = {};
  for (const name of options.run) {
    const { figures, what, run } = suites[name];
    const { repetitions } = options;
    const [amount, concurrency] = [options.amount[name], options.concurrency[name]];
    say(`\n${name}: ${repetitions} repetitions of ${amount} ${what}, ${concurrency} at once`);
    const world = await buildWorld();
    const forget = stopOnSignal(world);
    try {
      const rounds = await run(world, { repetitions, amount, concurrency }, say);
      say(`\n${table(figures, rounds)}`);
      all[name] = rounds;
    } finally {
      forget();
      await world.stop();
    }
  }
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
}

/** Whoever interrupts a benchmark leaves no servers and no folder behind. */
function stopOnSignal(world: World): () => void {
  const stop = (): void => void world.stop().finally(() => process.exit(1));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, stop);
  return () => signals.forEach((signal) => process.off(signal, stop));
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
