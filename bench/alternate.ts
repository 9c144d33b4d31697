import type { Round, Rounds } from './figures';
import type { SideName } from './side';
import { sideNames } from './side';

/** What a benchmark does in one turn of one side, and what it makes of all turns of a repetition. */
export interface Measurement<Turn> {
  take(side: SideName, amount: number): Promise<Turn>;
  summarise(turns: Turn[]): Round;
}

/** Turns of each side within one repetition: a machine that is disturbed for some seconds disturbs both. */
const turns = 4;

/**
 * The two sides in turn, so that a machine that grows slower, or a store that grows larger, hits both alike. The first
 * repetition is not counted: it fills caches and pools, and the compiler learns what is called often.
 */
export async function alternate<Turn>(
  options: { repetitions: number; amount: number },
  measurement: Measurement<Turn>,
  say: (line: string) => void,
): Promise<Rounds> {
  const rounds: Rounds = { hub: [], bare: [] };
  const amount = Math.ceil(options.amount / turns);
  for (let repetition = 0; repetition <= options.repetitions; repetition += 1) {
    const taken: Record<SideName, Turn[]> = { hub: [], bare: [] };
    for (let turn = 0; turn < turns; turn += 1) {
      for (const side of sideNames) taken[side].push(await measurement.take(side, amount));
    }
    for (const side of sideNames) {
      const round = measurement.summarise(taken[side]);
      say(`  ${repetition === 0 ? 'warm-up' : `round ${repetition}`}  ${side.padEnd(4)}  ${brief(round)}`);
      if (repetition > 0) rounds[side].push(round);
    }
  }
  return rounds;
}

const brief = (round: Round): string =>
  Object.entries(round)
    .slice(0, 3)
    .map(([name, value]) => `${name}: ${value.toFixed(1)}`)
    .join(', ');
