import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { settlesWithin } from '../../platform/settles-within';
import { type RunningProcess, runningProcesses } from './processes';

export const SUPERVISOR = join(__dirname, 'supervisor.mjs');
const KEPT_LINES = 20;
/** A supervisor is a small program, and ends directly after its server; on a busy machine that takes its time. */
const REPORTS_WITHIN_MS = 60_000;
const MARGIN_MS = 5_000;

/** What to run, and how it likes to be ended. */
export interface ServerCommand {
  command: string;
  args: string[];
  env: Record<string, string>;
  cwd?: string;
  /** The user to run as; needs root. */
  uid?: number;
  gid?: number;
  stopSignal: 'SIGINT' | 'SIGTERM';
  /** How long it may take to end after `stopSignal` before it is killed. */
  graceMs: number;
  /** Every line of the server's standard error; its standard output holds greetings only. */
  onLine?: (line: string) => void;
}

export interface ServerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A server that ends with the process that started it, even if that one is killed. */
export interface SupervisedServer {
  /** The server itself, not its supervisor. */
  pid: number;
  exited: Promise<ServerExit>;
  isRunning(): boolean;
  /** True once it has written to its standard output. */
  hasGreeted(): boolean;
  /** The last lines of both its outputs, for error messages. */
  lastLines(): string;
  /**
   * Ends it in its own orderly way; after `graceMs` without, whatever its supervisor does. Resolves when it is gone.
   * @throws Error when it cannot be ended
   */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would be. Resolves when it is gone; throws as `stop` does. */
  kill(): Promise<void>;
}

interface Report {
  pid?: number;
  error?: string;
  exit?: ServerExit;
}

/** The process that started the supervisor with this command line; undefined when it is none. */
export function starterOf(commandLine: string): number | undefined {
  const [, pid] = /"startedBy":(\d+)/.exec(commandLine) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * Starts a server under a supervisor process (see supervisor.mjs).
 * @throws Error when the executable cannot be started at all; an early exit shows in `exited`.
 */
export async function supervise(spec: ServerCommand): Promise<SupervisedServer> {
  const { onLine, ...command } = spec;
  // In a process group of its own: Ctrl-C in a terminal must reach the hub alone, which then ends its servers
  // after itself, not at the same moment.
  const argument = JSON.stringify({ ...command, startedBy: process.pid });
  const supervisor = spawn(process.execPath, [SUPERVISOR, argument], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  // Writing to, or closing, the pipe of a supervisor that is gone is not a fault.
  supervisor.stdin.on('error', () => undefined);

  let greeted = false;
  const kept: string[] = [];
  const keep = (line: string) => {
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
  };
  createInterface({ input: supervisor.stdout }).on('line', (line) => {
    greeted = true;
    keep(line);
  });
  createInterface({ input: supervisor.stderr }).on('line', (line) => {
    keep(line);
    onLine?.(line);
  });

  const { pid, exited } = await followReports(supervisor, command.command);
  let running = true;
  void exited.then(() => (running = false));
  return {
    pid,
    exited,
    isRunning: () => running,
    hasGreeted: () => greeted,
    lastLines: () => kept.join('\n'),
    stop: async () => {
      supervisor.stdin.end();
      if (await settlesWithin(exited, spec.graceMs + MARGIN_MS)) return;
      onLine?.(`process ${pid} and its supervisor (process ${supervisor.pid}) do not end: they are killed`);
      await endTree(await treeBelow(supervisor), exited);
    },
    kill: async () => {
      if (!running) return;
      // Before its children have lost their parent: one that is stopped does not see that.
      const tree = await treeBelow(supervisor);
      killQuietly(pid);
      if (await settlesWithin(exited, MARGIN_MS)) return;
      await endTree(tree, exited);
    },
  };
}

/** The supervisor and all who come from it, whatever groups and sessions they have made for themselves. */
async function treeBelow({ pid }: ChildProcess): Promise<RunningProcess[]> {
  const all = await runningProcesses();
  const tree = all.filter((one) => one.pid === pid);
  for (const one of tree) tree.push(...all.filter(({ parent }) => parent === one.pid));
  return tree;
}

async function endTree(tree: RunningProcess[], exited: Promise<unknown>): Promise<void> {
  const before = new Map(tree.map(({ pid, commandLine }) => [pid, commandLine]));
  // Another process may have got the id of one that has ended since.
  const left = (await runningProcesses()).filter((one) => before.get(one.pid) === one.commandLine);
  for (const { pid } of left) killQuietly(pid);
  if (await settlesWithin(exited, MARGIN_MS)) return;
  throw new Error(`Processes ${left.map(({ pid }) => pid).join(', ')} cannot be ended.`);
}

function followReports(
  supervisor: ChildProcess,
  command: string,
): Promise<{ pid: number; exited: Promise<ServerExit> }> {
  return new Promise((resolve, reject) => {
    let serverPid: number | undefined;
    let exit: ServerExit | undefined;
    let settleExit: (exit: ServerExit) => void;
    const exited = new Promise<ServerExit>((settle) => (settleExit = settle));

    const reports = createInterface({ input: supervisor.stdio[3] as Readable });
    reports.on('line', (line) => {
      const report = JSON.parse(line) as Report;
      if (report.error !== undefined) reject(new Error(`${command} cannot be started: ${report.error}`));
      if (report.exit !== undefined) exit = report.exit;
      if (report.pid !== undefined) {
        clearTimeout(late);
        serverPid = report.pid;
        resolve({ pid: serverPid, exited });
      }
    });
    // A supervisor that was itself killed leaves its server behind: end that too. Its reports end with it, while its
    // outputs stay open for as long as the server has them.
    reports.once('close', () => {
      if (exit === undefined && serverPid !== undefined) killQuietly(serverPid);
    });
    const late = setTimeout(() => {
      reject(
        new Error(
          `${command} cannot be started: its supervisor (process ${supervisor.pid}) does not answer within ` +
            `${REPORTS_WITHIN_MS / 1000} s`,
        ),
      );
      supervisor.kill('SIGKILL');
    }, REPORTS_WITHIN_MS);
    supervisor.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    // 'close' comes after all output was read, so lastLines() is complete when `exited` resolves.
    supervisor.once('close', (code, signal) => {
      clearTimeout(late);
      reject(
        new Error(`${command} cannot be started: its supervisor ended with ${signal ?? `code ${code}`}`),
      );
      (supervisor.stdin as Writable).destroy();
      settleExit(exit ?? { code, signal });
    });
  });
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
