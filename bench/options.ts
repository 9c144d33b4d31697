import { parseArgs } from 'node:util';

/** How much one benchmark does. */
export interface Amounts {
  /** How often it is measured. */
  repetitions: number;
  /** How many candidates or requests make one repetition. */
  amount: number;
  /** How many of them are under way at once; of no meaning where all are. */
  concurrency: number;
}

/** What is measured, and what shows only that it works. */
const amounts = {
  lifecycle: {
    usual: { repetitions: 5, amount: 200, concurrency: 8 },
    quick: { repetitions: 1, amount: 20, concurrency: 8 },
  },
  ingress: {
    usual: { repetitions: 5, amount: 1500, concurrency: 32 },
    quick: { repetitions: 1, amount: 100, concurrency: 32 },
  },
  // One repetition takes as long as Lever's rate makes 500 candidates wait: four minutes.
  tenants: {
    usual: { repetitions: 1, amount: 500, concurrency: 1 },
    quick: { repetitions: 1, amount: 40, concurrency: 1 },
  },
  attacks: {
    usual: { repetitions: 3, amount: 1, concurrency: 1 },
    quick: { repetitions: 1, amount: 1, concurrency: 1 },
  },
} satisfies Record<string, Record<'usual' | 'quick', Amounts>>;

export type Benchmark = keyof typeof amounts;
const benchmarks = Object.keys(amounts) as Benchmark[];

export interface BenchOptions {
  run: Benchmark[];
  amounts: Record<Benchmark, Amounts>;
  /** Of what was measured, as JSON for further use. */
  json: string | null;
}

const usage = `npm run bench -- [${benchmarks.join('] [')}] [options]
  --repetitions N   how often it is measured (lifecycle and ingress 5, attacks 3, tenants 1)
  --quick           one short repetition: shows that it works, measures nothing
  --concurrency N   how many are under way at once (lifecycle 8, ingress 32)
  --amount N        candidates or requests of one repetition (lifecycle 200, ingress 1500, tenants 500)
  --json FILE       also write every figure of every repetition into a file`;

/** @throws Error that says what is wrong and how to call it */
export function readOptions(args: string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => !isBenchmark(name));
  if (unknown !== undefined) throw new Error(`There is no benchmark "${unknown}".\n${usage}`);
  const of = (benchmark: Benchmark): Amounts => {
    const present: Amounts = amounts[benchmark][values.quick === true ? 'quick' : 'usual'];
    return {
      repetitions: whole('repetitions', values.repetitions, present.repetitions),
      amount: whole('amount', values.amount, present.amount),
      concurrency: whole('concurrency', values.concurrency, present.concurrency),
    };
  };
  return {
    run: positionals.length === 0 ? [...benchmarks] : positionals.filter(isBenchmark),
    amounts: {
      lifecycle: of('lifecycle'),
      ingress: of('ingress'),
      tenants: of('tenants'),
      attacks: of('attacks'),
    },
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

const isBenchmark = (name: string): name is Benchmark => Object.hasOwn(amounts, name);

function whole(name: string, given: string | undefined, usual: number): number {
  if (given === undefined) return usual;
  if (!/^[1-9]\d{0,6}$/.test(given)) {
    throw new Error(`--${name} must be a whole number above 0, not "${given}".\n${usage}`);
  }
  return Number(given);
}
