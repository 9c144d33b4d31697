import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdsOpen, type RunningProcess, runningProcesses } from './processes';
import { starterOf, SUPERVISOR } from './supervise';

const LOOK_AGAIN_MS = 200;
/** A supervisor ends its server within the server's grace, and itself directly after it. */
const MARGIN_MS = 5_000;

/** By what a server on a certain folder is known among all processes. */
export interface ServerKind {
  /** As in "Temporal server". */
  name: string;
  /** The file or folder that only one server may use. */
  uses: string;
  /** Arguments that a server on it bears, one behind the other, and behind `program` where that is given. */
  traces: { program?: string; args: [flag: string, value: string] }[];
  /** True for whatever may be such a server, by whomever started: it is one on this folder when it has `uses` open. */
  mayBe(process: RunningProcess): boolean;
  /** Words that only those bear that a hub started, one directly behind the other. */
  marks: string[][];
  /** True for a part of a server that may outlive it, and does not bear its words. */
  isPart?(process: RunningProcess): boolean;
  stopSignal: 'SIGINT' | 'SIGTERM';
  /** How long it may take to end after `stopSignal` before it is killed. */
  graceMs: number;
  /** What somebody can do who wants it while it belongs to somebody else. */
  wayOut: string;
}

/**
 * Sees to it that no server runs on a folder. One that a killed hub left behind is ended, in its own orderly way first;
 * one whose hub has just died is being ended by its supervisor, which is waited for. What counts is who runs and whose
 * child it is now: whatever is written down may be missing or speak of a process that has the same id by chance. What no
 * hub started is nobody's to end.
 * @param say is told in one line what is ended or waited for
 * @throws Error with the way out when the server belongs to a living hub or to somebody else, or cannot be ended
 */
export async function endLeftBehind(kind: ServerKind, say: (line: string) => void): Promise<void> {
  const waiting = await onFolder(kind);
  refuseOthers(kind, waiting);
  if (waiting.supervisors.length > 0) {
    say(`The hub of this ${kind.name} (${ids(waiting)}) has just ended: waiting for it to end as well.`);
    if (!(await goneWithin(kind, kind.graceMs + MARGIN_MS, 'supervisors'))) {
      await signal(kind, 'supervisors', 'SIGKILL');
    }
  }
  const left = await onFolder(kind);
  refuseOthers(kind, left);
  if (left.servers.length === 0) return;
  say(
    `A ${kind.name} (${ids(left)}) was left behind by a hub that was killed: ` +
      `ending it, then starting a new one on the same data.`,
  );
  await signal(kind, 'servers', kind.stopSignal);
  if (await goneWithin(kind, kind.graceMs, 'servers')) return;
  // Again and again: parts of it may come to light only when it is gone.
  if (await goneWithin(kind, MARGIN_MS, 'servers', 'SIGKILL')) return;
  throw new Error(`A ${kind.name} still uses ${kind.uses} and cannot be ended. ${kind.wayOut}`);
}

interface Found {
  supervisors: RunningProcess[];
  servers: RunningProcess[];
  /** Those of the servers that no hub started. */
  strangers: RunningProcess[];
}

async function onFolder({ traces, uses, mayBe, marks, isPart }: ServerKind): Promise<Found> {
  const all = await runningProcesses();
  const using: RunningProcess[] = [];
  for (const one of all) {
    const traced = traces.some(({ program, args }) =>
      one.ranWith(...(program === undefined ? [] : [program]), ...args),
    );
    if (traced || (mayBe(one) && (await holdsOpen(one.pid, uses)))) using.push(one);
  }
  // A server's child looks like its parent until it has another title.
  const pids = new Set(using.map(({ pid }) => pid));
  const servers = using.filter(({ parent }) => !pids.has(parent));
  const anySupervisor = all.filter(({ commandLine }) => commandLine.includes(basename(SUPERVISOR)));
  const supervisors = anySupervisor.filter(
    ({ pid, commandLine }) =>
      traces.some(({ args }) => commandLine.includes(JSON.stringify(args).slice(1, -1))) ||
      servers.some(({ parent }) => parent === pid),
  );
  const strangers = servers.filter(
    (one) =>
      !marks.some((words) => one.ranWith(...words)) &&
      !supervisors.some(({ pid }) => pid === one.parent) &&
      isPart?.(one) !== true,
  );
  return { supervisors, servers, strangers };
}

function refuseOthers({ name, uses, wayOut }: ServerKind, { supervisors, strangers }: Found): void {
  const [stranger] = strangers;
  if (stranger !== undefined) {
    throw new Error(
      `A ${name} that no hub started (process ${stranger.pid}) already uses ${uses}, and is not touched. ${wayOut}`,
    );
  }
  // A supervisor whose hub has died has another parent.
  const living = supervisors.find(({ parent, commandLine }) => parent === starterOf(commandLine));
  if (living === undefined) return;
  throw new Error(`The ${name} of a running hub (process ${living.parent}) already uses ${uses}. ${wayOut}`);
}

type Which = 'supervisors' | 'servers';

/** @param each what they are sent at every look */
async function goneWithin(
  kind: ServerKind,
  limitMs: number,
  which: Which,
  each?: NodeJS.Signals,
): Promise<boolean> {
  const giveUpAt = Date.now() + limitMs;
  while ((await onFolder(kind))[which].length > 0) {
    if (Date.now() > giveUpAt) return false;
    if (each !== undefined) await signal(kind, which, each);
    await sleep(LOOK_AGAIN_MS);
  }
  return true;
}

async function signal(kind: ServerKind, which: Which, signal: NodeJS.Signals): Promise<void> {
  const found = await onFolder(kind);
  // One that came since the last look is nobody's to end either.
  refuseOthers(kind, { ...found, supervisors: [] });
  for (const { pid } of found[which]) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ESRCH') continue;
      throw new Error(
        `A ${kind.name} (process ${pid}) uses ${kind.uses} and cannot be ended: ${message}. ${kind.wayOut}`,
        { cause: error },
      );
    }
  }
}

function ids({ servers, supervisors }: Found): string {
  const pids = (servers.length > 0 ? servers : supervisors).map(({ pid }) => pid);
  return `process ${pids.join(', ')}`;
}
