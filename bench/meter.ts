import type { Side } from './side';
import type { World } from './world';

/** CPU time that went by since the meter was started, ms; NaN where the system does not tell. */
export interface Spent {
  side: number;
  temporal: number;
  postgres: number;
}

/** Begins to count the CPU time of a side and of the servers under it. */
export async function startMeter(world: World, side: Side): Promise<() => Promise<Spent>> {
  const take = async (): Promise<Spent> => {
    const { temporal, postgres } = world.serverCpu();
    return { side: await side.cpu(), temporal: temporal ?? Number.NaN, postgres: postgres ?? Number.NaN };
  };
  const before = await take();
  return async () => {
    const after = await take();
    return {
      side: after.side - before.side,
      temporal: after.temporal - before.temporal,
      postgres: after.postgres - before.postgres,
    };
  };
}

/** What one of a number of things cost on average. @param what the name of the thing */
export function cpuFigures(spent: readonly Spent[], amount: number, what: string): Record<string, number> {
  const each = (part: keyof Spent): number => spent.reduce((sum, one) => sum + one[part], 0) / amount;
  const [side, temporal, postgres] = [each('side'), each('temporal'), each('postgres')];
  return {
    [`CPU ms per ${what}, its own process`]: side,
    [`CPU ms per ${what}, Temporal server`]: temporal,
    [`CPU ms per ${what}, PostgreSQL`]: postgres,
    [`CPU ms per ${what}, all three`]: side + temporal + postgres,
  };
}

/** How those figures are shown. */
export const cpuRows = (what: string): { name: string; digits: number }[] =>
  ['its own process', 'Temporal server', 'PostgreSQL', 'all three'].map((part) => ({
    name: `CPU ms per ${what}, ${part}`,
    digits: 1,
  }));
