import { parseArgs } from 'node:util';

export const benchmarks = ['lifecycle', 'ingress'] as const;
export type Benchmark = (typeof benchmarks)[number];

export interface BenchOptions {
  run: Benchmark[];
  /** How often each side is measured; the two take turns. */
  repetitions: number;
  /** How many candidates or requests are under way at once. */
  concurrency: Record<Benchmark, number>;
  /** How many candidates or requests make one repetition. */
  amount: Record<Benchmark, number>;
  /** Of what was measured, as JSON for further use. */
  json: string | null;
}

export const usage = `npm run bench -- [lifecycle] [ingress] [options]
  --repetitions N   how often each side is measured (5)
  --quick           one short repetition: shows that it works, measures nothing
  --concurrency N   how many are under way at once (lifecycle 8, ingress 32)
  --amount N        candidates or requests of one repetition (lifecycle 200, ingress 1500)
  --json FILE       also write every figure of every repetition into a file`;

/** @throws Error that says what is wrong and how to call it */
export function readOptions(args: string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => !isBenchmark(name));
  if (unknown !== undefined) throw new Error(`There is no benchmark "${unknown}".\n${usage}`);
  const quick = values.quick === true;
  const each = (given: string | undefined, name: string, usual: Record<Benchmark, number>) =>
    given === undefined
      ? usual
      : { lifecycle: whole(name, given, usual.lifecycle), ingress: whole(name, given, usual.ingress) };
  return {
    run: positionals.length === 0 ? [...benchmarks] : positionals.filter(isBenchmark),
    repetitions: whole('repetitions', values.repetitions, quick ? 1 : 5),
    concurrency: each(values.concurrency, 'concurrency', { lifecycle: 8, ingress: 32 }),
    amount: each(
      values.amount,
      'amount',
      quick ? { lifecycle: 20, ingress: 100 } : { lifecycle: 200, ingress: 1500 },
    ),
    json: values.json ?? null,
  };
}

function parse(args: string[]) {
  const option = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        repetitions: option,
        concurrency: option,
        amount: option,
        json: option,
        quick: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${usage}`, { cause: error });
  }
}

const isBenchmark = (name: string): name is Benchmark => (benchmarks as readonly string[]).includes(name);

function whole(name: string, given: string | undefined, usual: number): number {
  if (given === undefined) return usual;
  if (!/^[1-9]\d{0,6}$/.test(given)) {
    throw new Error(`--${name} must be a whole number above 0, not "${given}".\n${usage}`);
  }
  return Number(given);
}
