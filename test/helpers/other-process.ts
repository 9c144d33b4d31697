import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runningProcesses } from '../../scripts/embedded/processes';

const root = join(__dirname, '../..');

export interface OtherProcess {
  pid: number;
  /** The first line that it printed. */
  line: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Runs lines of JavaScript in a process of their own, until that is killed or has nothing more to do. There
 * `load('scripts/…')` is a module of the project. It ends with the test's own process.
 * @returns when it has printed its first line
 */
export async function runElsewhere(script: string): Promise<OtherProcess> {
  const program = `
    const load = (path) => require(${JSON.stringify(root)} + '/' + path);
    process.stdin.on('end', () => process.exit()).resume();
    (async () => { ${script} })().catch((error) => { console.log(error.message); process.exit(1); });
  `;
  const child = spawn(process.execPath, ['--require', 'tsx/cjs', '--eval', program], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const line = await firstLine(child);
  return {
    pid: child.pid as number,
    line,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', resolve);
    // Not at 'exit': what it printed before may still have to be read.
    child.once('close', (code) => reject(new Error(`it ended with code ${code} before it printed anything`)));
  });
}

/** The supervisor of a server. */
export async function parentOf(pid: number): Promise<number> {
  const found = (await runningProcesses()).find((each) => each.pid === pid);
  if (found === undefined) throw new Error(`process ${pid} does not run`);
  return found.parent;
}

/** True while it runs: not for one that has ended and waits for its parent to look. */
export async function runs(pid: number): Promise<boolean> {
  return (await runningProcesses()).some((each) => each.pid === pid);
}

/** For what is being cleared away: it may end by itself between a look and the signal. @param pid negative: a whole group */
export function killIfRuns(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
