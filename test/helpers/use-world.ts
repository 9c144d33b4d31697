/** What a test file sets up for its tests, whatever it consists of. */
export interface Stoppable {
  stop(): Promise<unknown>;
}

/**
 * Starts a world before the tests of the file (or of the `describe` around the call) and stops it after them.
 * @returns the world, to be used inside tests and hooks; before it has started every use of it throws
 */
export function useWorld<W extends Stoppable>(start: () => Promise<W>): W {
  let world: W | undefined;
  beforeAll(async () => {
    world = await start();
  });
  afterAll(async () => {
    await world?.stop();
    world = undefined;
  });
  const started = (use: string): W => {
    if (world === undefined) throw new Error(`${use} is used before the world has started`);
    return world;
  };
  // A stand-in for the object that exists only later, so that tests need no variable that is assigned in a hook.
  return new Proxy({} as W, {
    get: (_, name) => Reflect.get(started(`world.${String(name)}`), name) as unknown,
    // For `{ ...world }`.
    ownKeys: () => Reflect.ownKeys(started('world')),
    getOwnPropertyDescriptor: (_, name) => ({
      ...Reflect.getOwnPropertyDescriptor(started('world'), name),
      configurable: true,
    }),
  });
}

/** A world for one test alone, stopped after it however the test ends. */
export async function withWorld<W extends Stoppable>(
  start: () => Promise<W>,
  during: (world: W) => Promise<void>,
): Promise<void> {
  const world = await start();
  try {
    await during(world);
  } catch (error) {
    // What the test found is what somebody has to read.
    await world.stop().catch(() => undefined);
    throw error;
  }
  await world.stop();
}
