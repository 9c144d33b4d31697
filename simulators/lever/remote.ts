import type { LeverAdmin } from './admin';
import { CONTROL_COMMANDS, type ControlCommand } from './control';

/** The admin object of a simulator in another process: the same calls, all of them asynchronous. */
export type RemoteLeverAdmin = {
  [K in ControlCommand]: (...args: Parameters<LeverAdmin[K]>) => Promise<Awaited<ReturnType<LeverAdmin[K]>>>;
};

/** `url` is the simulator's root. A refused command throws an Error with the simulator's words. */
export function remoteLeverAdmin(url: string): RemoteLeverAdmin {
  const call = async (command: string, args: unknown[]): Promise<unknown> => {
    const answer = await fetch(`${url}/_control/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    const body = (await answer.json()) as { result?: unknown; message?: string };
    if (!answer.ok) throw new Error(`Lever simulator, ${command}: ${answer.status} ${body.message ?? ''}`);
    return body.result ?? undefined;
  };
  const commands = CONTROL_COMMANDS.map((name) => [name, (...args: unknown[]) => call(name, args)]);
  return Object.fromEntries(commands) as RemoteLeverAdmin;
}
