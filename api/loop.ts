export interface Loop {
  start(): void;
  /** Ends the pause; before the step is over: it begins anew at once. */
  wake(): void;
  /** Waits for the step that is under way. */
  stop(): Promise<void>;
  readonly isStopped: boolean;
}

/** @param step is repeated until the end, and says how long the pause after it is, ms; it must not fail */
export function createLoop(step: () => Promise<number>): Loop {
  let isStopped = false;
  let isWoken = false;
  let endPause: () => void = () => undefined;
  let running: Promise<void> | null = null;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    while (!isStopped) {
      isWoken = false;
      const ms = await step();
      if (!isStopped && !isWoken) await pause(ms);
    }
  };

  const wake = (): void => {
    isWoken = true;
    endPause();
  };

  return {
    start() {
      running ??= run();
    },
    wake,
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
    get isStopped() {
      return isStopped;
    },
  };
}
