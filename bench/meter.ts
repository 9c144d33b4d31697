import type { Side } from './side';
import type { World } from './world';

/** CPU time that went by since `start`, ms; NaN where the system does not tell. */
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
