import type { Stoppable } from './use-world';

/** Has something stopped when the world is, or when the rest of it could not be started. */
export type AtEnd = (stop: () => unknown) => void;

/**
 * A world from its parts: what was started last is stopped first. When one part cannot be started, those that were are
 * stopped as well.
 * @param build starts each part and says with `atEnd` how it is stopped
 * @throws whatever `build` throws
 */
export async function assemble<Parts extends object>(
  build: (atEnd: AtEnd) => Promise<Parts>,
): Promise<Parts & Stoppable> {
  const stops: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const parts = await build((each) => void stops.push(each));
    return { ...parts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
