/** Has something stopped when the whole is, or when the rest of it could not be started. */
export type AtEnd = (stop: () => unknown) => void;

/**
 * A whole from its parts: what was started last is stopped first. When one part cannot be started, those that were are
 * stopped as well. A part that cannot be stopped keeps no other from it.
 * @param build starts each part and says with `atEnd` how it is stopped
 * @returns the parts, and `stop`, which may be called twice and throws the first fault when every part has had its turn
 * @throws whatever `build` throws
 */
export async function assemble<Parts extends object>(
  build: (atEnd: AtEnd) => Promise<Parts>,
): Promise<Parts & { stop(): Promise<void> }> {
  const stops: (() => unknown)[] = [];
  const stopAll = async (): Promise<void> => {
    const faults: unknown[] = [];
    for (const each of stops.reverse()) {
      try {
        await each();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  };
  try {
    const parts = await build((each) => void stops.push(each));
    let stopped: Promise<void> | undefined;
    return { ...parts, stop: () => (stopped ??= stopAll()) };
  } catch (error) {
    // Why it could not be started is what somebody has to read, whatever stopping the rest comes to.
    await stopAll().catch(() => undefined);
    throw error;
  }
}
