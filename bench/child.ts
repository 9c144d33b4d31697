/**
 * The conversation with a side's own process: one request, one answer, over the channel that Node gives a forked process.
 */

export interface SideCommands {
  /** CPU time of the process so far, ms, user and system together. */
  cpu: { ask: null; answer: number };
  /** Registers the simulated customer; answers how its webhooks are signed. */
  connect: { ask: null; answer: SideAddress };
  /** From here on nobody works on what was started. */
  pauseWorkers: { ask: null; answer: null };
}
export type SideCommand = keyof SideCommands;

/** Where a side takes Lever's webhooks. */
export interface SideAddress {
  webhookUrl: string;
  signatureToken: string;
}

export interface Request {
  id: number;
  command: SideCommand;
}
export type Answer = { ready: true } | { id: number; result: unknown } | { id: number; error: string };

export interface SideProcess {
  connect(): Promise<SideAddress>;
  pauseWorkers(): Promise<void>;
}

/** Answers the load generator until it disconnects; ends the process with it. */
export function serve(side: SideProcess): void {
  const handlers: { [C in SideCommand]: () => Promise<SideCommands[C]['answer']> } = {
    cpu: async () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    connect: () => side.connect(),
    pauseWorkers: async () => {
      await side.pauseWorkers();
      return null;
    },
  };
  process.on('message', ({ id, command }: Request) => {
    handlers[command]().then(
      (result) => send({ id, result }),
      (error: unknown) => send({ id, error: error instanceof Error ? error.message : String(error) }),
    );
  });
  // The stores of a benchmark are thrown away, so nothing has to be finished in good order.
  process.on('disconnect', () => process.exit(0));
  send({ ready: true });
}

function send(answer: Answer): void {
  process.send?.(answer);
}
