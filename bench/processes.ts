import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of servers that are not Node, from Linux' own bookkeeping. */

/** Linux counts in ticks of 10 ms; every distribution is built with this number. */
const msPerTick = 10;

/** CPU time so far of a process and its children, ms; null where the system does not tell. */
export function cpuOfTree(pid: number): number | null {
  try {
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const stats = all.flatMap((name) => read(name));
    const own = stats.find((stat) => stat.pid === pid);
    if (own === undefined) return null;
    const children = stats.filter((stat) => stat.parent === pid);
    return [own, ...children].reduce((sum, stat) => sum + stat.ticks, own.endedChildren) * msPerTick;
  } catch {
    return null;
  }
}

/** `man 5 proc_pid_stat`; the name in parentheses may hold anything, so fields are counted behind it. */
function read(pid: string): { pid: number; parent: number; ticks: number; endedChildren: number }[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = line
      .slice(line.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const field = (number: number): number => fields[number - 3] ?? 0;
    return [
      {
        pid: Number(pid),
        parent: field(4),
        ticks: field(14) + field(15),
        endedChildren: field(16) + field(17),
      },
    ];
  } catch {
    // Ended while the folder was being read.
    return [];
  }
}
