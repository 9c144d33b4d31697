import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunningProcess, runningProcesses } from '../../scripts/embedded/processes';

const root = join(__dirname, '../..');
/** As in package.json, and not the program `tsx`: that kills its child when it is slow to take note of a signal. */
const loader = pathToFileURL(require.resolve('tsx')).href;

/** A hub as `npm start` runs it: a tree of processes, with servers and their supervisors in it. */
export interface StartedHub {
  /** All it has printed so far, on both outputs. */
  printed(): string;
  /** Null while it runs, and until the last that it printed has been read. */
  exitCode(): number | null;
  /** `kill -9` of the whole tree but the servers, which nobody is left to end. @returns their process ids */
  killAllButServers(): Promise<number[]>;
  /** As Ctrl-C does; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** @param env all that it gets, beside where its tools lie */
export function startProgram(script: string, env: Record<string, string>): StartedHub {
  const { PATH = '', HOME = '', XDG_CACHE_HOME, TEMPORAL_CLI } = process.env;
  const child = spawn(process.execPath, ['--import', loader, join(root, script)], {
    // Not the project's own folder: a developer's .env may lie there.
    cwd: tmpdir(),
    env: {
      PATH,
      HOME,
      TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'),
      ...(XDG_CACHE_HOME !== undefined && { XDG_CACHE_HOME }),
      ...(TEMPORAL_CLI !== undefined && { TEMPORAL_CLI }),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (part) => (printed += String(part)));
  // 'close' comes when all that was printed has been read, and so some time after 'exit'.
  let closed = false;
  const ended = once(child, 'close').then(() => (closed = true));
  return {
    printed: () => printed,
    exitCode: () => (closed ? child.exitCode : null),
    killAllButServers: async () => {
      const { servers, others } = await treeOf(child);
      // None may come to see another one's death.
      for (const pid of others) process.kill(pid, 'SIGSTOP');
      for (const pid of others) process.kill(pid, 'SIGKILL');
      await ended;
      return servers;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}

const isServer = ({ ranWith }: RunningProcess): boolean =>
  ranWith('server', 'start-dev') || ranWith('postgres', '-D');

/** The servers, without what they started themselves, and everybody above them. */
async function treeOf(child: ChildProcess): Promise<{ servers: number[]; others: number[] }> {
  const all = await runningProcesses();
  const [servers, others]: [number[], number[]] = [[], []];
  const visit = (one: RunningProcess): void => {
    if (isServer(one)) {
      servers.push(one.pid);
      return;
    }
    others.push(one.pid);
    for (const next of all) if (next.parent === one.pid) visit(next);
  };
  for (const one of all) if (one.pid === child.pid) visit(one);
  return { servers, others };
}
