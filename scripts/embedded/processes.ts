import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What the system itself says about the processes that run. A written-down process id alone proves nothing. */

const run = promisify(execFile);
/** Command lines are long: a Temporal server's has about a thousand characters. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface RunningProcess {
  pid: number;
  /** The parent as it is now: whoever's parent died has another one, usually 1. */
  parent: number;
  /** As the system gives it, whole. */
  commandLine: string;
  /** True when its command line holds these words, one directly behind the other. */
  ranWith(...words: string[]): boolean;
}

/** Every process that this user may see, without those that only wait for their parent to look. Empty where the system does not tell. */
export async function runningProcesses(): Promise<RunningProcess[]> {
  return (await listedByProc()) ?? (await listedByPs());
}

/** Linux: the words of a command line end with NUL. @returns undefined where there is no /proc */
export async function listedByProc(): Promise<RunningProcess[] | undefined> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  if (pids.length === 0) return undefined;
  const found = await Promise.all(
    pids.map(async (pid) => {
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      // Empty for the kernel's own, and for those that ended.
      if (commandLine === '') return undefined;
      const stat = await readStat(pid);
      return stat && listed(pid, stat.parent, commandLine, '\0');
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** Everywhere else: `ps` puts spaces between the words. */
export async function listedByPs(): Promise<RunningProcess[]> {
  const output = await ps(['pid=', 'ppid=', 'stat=', 'command='], ['-A', '-ww'], letters);
  return output.split('\n').flatMap((line) => {
    const [, pid, parent, commandLine] = /^\s*(\d+)\s+(\d+)\s+[^Z\s]\S*\s+(\S.*)$/.exec(line) ?? [];
    return commandLine === undefined ? [] : [listed(Number(pid), Number(parent), `${commandLine} `, ' ')];
  });
}

function listed(pid: number, parent: number, commandLine: string, separator: string): RunningProcess {
  const ranWith = (...words: string[]): boolean => commandLine.includes(words.join(separator) + separator);
  return { pid, parent, commandLine, ranWith };
}

/**
 * True when this is the folder that the process works in, or a file that it has open: also by another path, after a
 * rename or through a mount. False where there is no /proc, and for a process of another user.
 */
export async function holdsOpen(pid: number, path: string): Promise<boolean> {
  const wanted = await identity(path);
  if (wanted === undefined) return false;
  if ((await identity(`/proc/${pid}/cwd`)) === wanted) return true;
  for (const name of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
    if ((await identity(`/proc/${pid}/fd/${name}`)) === wanted) return true;
  }
  return false;
}

/** False where `holdsOpen` knows nothing. */
export async function tellsWhatIsOpen(): Promise<boolean> {
  return (await identity('/proc/self/cwd')) !== undefined;
}

/** What a file is on this machine, whatever it is called. */
async function identity(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino}`;
}

/** Tells one start of this machine from the next; empty where the system does not tell. */
export async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

/**
 * A mark that tells a process from every other one that ever has the same id, also over a restart of the machine.
 * @returns undefined when there is no such process, or the system does not tell
 */
export async function birthMark(pid: number): Promise<string | undefined> {
  const stat = await readStat(pid);
  if (stat) return stat.ended ? undefined : `${await bootId()} ${stat.startedAt}`;
  const [, state, startedAt] =
    /^\s*(\S+)\s+(.+)/.exec(await ps(['stat=', 'lstart='], ['-p', `${pid}`], times)) ?? [];
  return state?.startsWith('Z') ? undefined : startedAt?.trim();
}

/** `man 5 proc_pid_stat`; the name in parentheses may hold anything, so fields are counted behind it. */
async function readStat(
  pid: number,
): Promise<{ parent: number; startedAt: string; ended: boolean } | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (line === '') return undefined;
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): string => fields[number - 3] ?? '';
  return { parent: Number(field(4)), startedAt: field(22), ended: ['Z', 'X'].includes(field(3)) };
}

/** Times in one language and zone, whoever starts the hub. */
const times = { LC_ALL: 'C', TZ: 'UTC' };

/**
 * `ps` prints letters that its locale does not have as question marks, and a folder with such a name would not be found
 * in any command line. Who starts the hub may have no locale, or one that this machine has not.
 */
const letters = { LC_ALL: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8' };

async function ps(columns: string[], which: string[], locale: Record<string, string>): Promise<string> {
  const env = { PATH: process.env['PATH'] ?? '', ...locale };
  const args = [...which, ...columns.flatMap((column) => ['-o', column])];
  try {
    return (await run('ps', args, { maxBuffer: MAX_OUTPUT_BYTES, env })).stdout;
  } catch {
    // No such program, or no such process.
    return '';
  }
}
