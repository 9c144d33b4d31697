import type { Figure, Rounds } from './figures';
import { table } from './figures';
import type { Amounts } from './options';
import { stopOnSignal } from './stop-on-signal';
import type { World } from './world';
import { buildWorld } from './world';

/** A benchmark of the hub beside bare Temporal, on one Temporal server and one PostgreSQL. */
export const besideBare =
  (
    figures: Figure[],
    run: (world: World, options: Amounts, say: (line: string) => void) => Promise<Rounds>,
  ) =>
  async (options: Amounts, say: (line: string) => void): Promise<{ table: string; rounds: unknown }> => {
    const world = await buildWorld();
    const forget = stopOnSignal(world);
    try {
      const rounds = await run(world, options, say);
      return { table: table(figures, rounds), rounds };
    } finally {
      forget();
      await world.stop();
    }
  };
