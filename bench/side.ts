import { fork } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../scripts/embedded/machine';
import { SEED } from '../simulators/lever/seed';
import type { LeverSimulator } from '../simulators/lever/server';
import { startLeverSimulator } from '../simulators/lever/server';
import type { SmgSimulator } from '../simulators/smg/server';
import { startSmgSimulator } from '../simulators/smg/server';
import type { Answer, SideAddress, SideCommand, SideCommands } from './child';

export const sideNames = ['hub', 'bare'] as const;
export type SideName = (typeof sideNames)[number];

/** One of the two that are compared: a process of its own, with a Lever and a vendor of its own. */
export interface Side {
  name: SideName;
  lever: LeverSimulator;
  smg: SmgSimulator;
  address: SideAddress;
  /** CPU time of the side's process so far, ms. */
  cpu(): Promise<number>;
  pauseWorkers(): Promise<void>;
  stop(): Promise<void>;
}

/** Long enough for a cold start on a busy machine. */
const readyWithinMs = 120_000;
const endsWithinMs = 10_000;

/** Starts simulators and process of a side and has Lever call it. `env` names the stores that both sides share. */
export async function startSide(name: SideName, env: Record<string, string>): Promise<Side> {
  const lever = await startLeverSimulator({ rate: false, webhooksEnabled: true, requestHistory: 1 });
  const smg = await startSmgSimulator({ requestLogLimit: 1 });
  const port = String(await freePort());
  const child = fork(require.resolve(`./${name}/main`), {
    // Typescript is read by the loader that runs this process too.
    execArgv: process.execArgv,
    env: {
      ...process.env,
      ...env,
      PORT: port,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      LEVER_API_URL: lever.apiUrl,
      LEVER_AUTH_URL: lever.authUrl,
      SMG_BASE_URL: smg.apiUrl,
      BENCH_LEVER_ADMIN: lever.url,
    },
  });
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} was not ready in time`)), readyWithinMs);
    child.on('message', (answer: Answer) => {
      if ('ready' in answer) {
        clearTimeout(timer);
        resolve();
        return;
      }
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('error' in answer) call?.reject(new Error(`${name}: ${answer.error}`));
      else call?.resolve(answer.result as never);
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      const gone = new Error(`the process of ${name} ended with ${signal ?? `code ${code}`}`);
      reject(gone);
      for (const call of waiting.values()) call.reject(gone);
    });
  });
  let lastId = 0;
  const ask = <C extends SideCommand>(command: C): Promise<SideCommands[C]['answer']> =>
    new Promise((resolve, reject) => {
      const id = (lastId += 1);
      waiting.set(id, { resolve, reject });
      child.send({ id, command });
    });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      if (child.connected) child.disconnect();
      // One that is stuck in a computation hears of nothing.
      const timer = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
      await gone;
      clearTimeout(timer);
    }
    await Promise.all([lever.stop(), smg.stop()]);
  };
  try {
    await ready;
    const address = await ask('connect');
    return {
      name,
      lever,
      smg,
      address,
      cpu: () => ask('cpu'),
      pauseWorkers: async () => {
        await ask('pauseWorkers');
      },
      stop,
    };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

/** The posting whose tags ask for an SMG assessment and for an invitation by e-mail. */
export const posting = SEED.postings.storeManager;
/** The stage that starts an assessment. */
export const triggerStage = SEED.stages.assessment;
