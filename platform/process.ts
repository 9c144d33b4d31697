/** What a process does until it is told to stop. */
export interface Running {
  /** Rejects when it broke down of itself. */
  done?: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Ctrl-C under `npm run` comes twice: the terminal sends it to every process, and npm passes its own on. A count tells
 * that from somebody who insists, and not the time between: on a busy machine that says nothing.
 */
const signalsOfOneRequest = 2;

/**
 * Aborted by the first SIGTERM or SIGINT. Whoever goes on asking ends the process at once: with the third signal, which
 * under npm is the second Ctrl-C.
 */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  let asked = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      asked += 1;
      if (asked > signalsOfOneRequest) process.exit(1);
      stopping.abort();
    });
  }
  return stopping.signal;
}

/**
 * What `step` comes to, unless it is aborted first: then the signal's reason is thrown and the step is left to itself,
 * for a process that ends.
 */
export async function unlessStopped<T>(stopping: AbortSignal, step: Promise<T>): Promise<T> {
  const stopped = aborted(stopping).then((): never => {
    throw stopping.reason;
  });
  return Promise.race([stopped, step]);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/**
 * Runs a process until SIGTERM or SIGINT, or until it breaks down: then everything is stopped in order. A fault at the
 * start is told in one sentence, without a stack that says nothing to an operator.
 * @param start is told of a signal that comes before it is done: it stops what it has started and throws the reason
 */
export async function runUntilStopped(start: (stopping: AbortSignal) => Promise<Running>): Promise<void> {
  const stopping = stopSignal();
  try {
    const running = await start(stopping);
    try {
      await Promise.race([aborted(stopping), running.done ?? aborted(stopping)]);
    } catch (error) {
      // Why it broke down is what an operator has to read, whatever stopping comes to.
      await running.stop().catch(() => undefined);
      throw error;
    }
    await running.stop();
    process.exit(0);
  } catch (error) {
    if (stopping.aborted && error === stopping.reason) process.exit(0);
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
