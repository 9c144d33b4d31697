import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  birthMark,
  listedByProc,
  listedByPs,
  type RunningProcess,
  runningProcesses,
} from '../../scripts/embedded/processes';
import { until } from '../helpers/until';

const sleeper = ['-e', 'setInterval(() => {}, 1000)', 'here is', 'more', '/tmp/Jörg/数据', 'last'];

/** A process that only waits, and ends with the test. */
async function inChild<T>(work: (pid: number) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, sleeper, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    await once(child, 'spawn');
    return await work(child.pid as number);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** Which of the two a system has differs; the one that is used must be among them. */
const ways: Record<string, () => Promise<RunningProcess[] | undefined>> = {
  either: runningProcesses,
  proc: async () => (await listedByProc()) ?? runningProcesses(),
  ps: async () => {
    const found = await listedByPs();
    return found.length > 0 ? found : runningProcesses();
  },
};

test.each(Object.keys(ways))('a process is found with its parent and its words (%s)', (way) =>
  inChild(async (pid) => {
    const found = await until('the process is listed as what it runs', async () =>
      (await ways[way]?.())?.find((each) => each.pid === pid && each.ranWith('here is', 'more')),
    );
    expect(found.parent).toBe(process.pid);
    expect(found.ranWith('more')).toBe(true);
    expect(found.ranWith('here is', 'mo')).toBe(false);
    expect(found.ranWith('more', 'here is')).toBe(false);
  }),
);

test.each(['C', 'C.UTF-8', ''])(
  'letters of every language are found as they are, whatever locale the hub was started with (%j)',
  async (locale) => {
    const names = ['LC_ALL', 'LC_CTYPE', 'LANG'];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = locale;
    try {
      await inChild(async (pid) => {
        for (const way of Object.keys(ways)) {
          await until('it is listed with its words', async () =>
            (await ways[way]?.())?.find((each) => each.pid === pid && each.ranWith('/tmp/Jörg/数据', 'last')),
          );
        }
      });
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  },
);

test('the mark of a process stays the same and is no other one’s', () =>
  inChild(async (pid) => {
    const mark = await birthMark(pid);
    expect(mark).toBeDefined();
    expect(await birthMark(pid)).toBe(mark);
    expect(await birthMark(process.pid)).not.toBe(mark);
  }));

test('a process that has ended has no mark and is not listed, even before its parent has looked', async () => {
  // The shell becomes a process that never looks after its child.
  const parent = spawn('/bin/sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(parent, 'exit');
  try {
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await until('it has become one', async () =>
      (await runningProcesses()).find(
        (each) => each.pid === parent.pid && !each.commandLine.includes('echo'),
      ),
    );
    process.kill(pid, 'SIGKILL');
    await until(
      'it has ended',
      () => birthMark(pid),
      (mark) => mark === undefined,
    );
    for (const way of Object.keys(ways)) {
      expect((await ways[way]?.())?.some((each) => each.pid === pid)).toBe(false);
    }
    // Still there for the system, so a mere look whether the id is in use would be wrong.
    expect(() => process.kill(pid, 0)).not.toThrow();
  } finally {
    parent.kill('SIGKILL');
    await ended;
  }
});
