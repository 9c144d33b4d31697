import type { Round, Rounds } from './figures';
import { sideNames } from './side';
import type { SideName } from './side';

/**
 * The two sides in turn, so that a machine that grows slower, or a store that grows larger, hits both alike. The first
 * round of each is not counted: it fills caches, pools and the compiler's memory.
 */
export async function alternate(
  repetitions: number,
  measure: (side: SideName, round: number) => Promise<Round>,
  say: (line: string) => void,
): Promise<Rounds> {
  const rounds: Rounds = { hub: [], bare: [] };
  for (let round = 0; round <= repetitions; round += 1) {
    for (const side of sideNames) {
      const measured = await measure(side, round);
      say(`  ${round === 0 ? 'warm-up' : `round ${round}`}  ${side.padEnd(4)}  ${brief(measured)}`);
      if (round > 0) rounds[side].push(measured);
    }
  }
  return rounds;
}

const brief = (round: Round): string =>
  Object.entries(round)
    .slice(0, 3)
    .map(([name, value]) => `${name}: ${value.toFixed(1)}`)
    .join(', ');
