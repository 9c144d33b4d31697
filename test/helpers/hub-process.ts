import { join } from 'node:path';
import { assemble } from '../../scripts/assemble';
import { freePort } from '../../scripts/embedded/machine';
import type { SupervisedServer } from '../../scripts/embedded/supervise';
import { supervise } from '../../scripts/embedded/supervise';
import { compileHub } from './compiled-hub';
import { until } from './until';

/**
 * The hub as it runs in production: api and worker as two processes. Each can be killed as a crash would; none outlives
 * the test's own process, even if that is killed.
 */

export type HubPart = 'api' | 'worker';

export interface HubProcesses {
  /** Where the api listens, over all restarts. */
  apiUrl: string;
  /** SIGKILL to all of them at the same moment; resolves when they are gone. */
  kill(...parts: HubPart[]): Promise<void>;
  /** Starts what is not running. Resolves once the api can be asked; a worker takes its work whenever it is ready. */
  start(...parts: HubPart[]): Promise<void>;
  isRunning(part: HubPart): boolean;
  /** The last lines that a part printed. */
  lastLines(part: HubPart): string;
  /** Ends both in their own orderly way. `start` then starts what is in the repository, whatever ran before. */
  endRelease(): Promise<void>;
  /** In the parts' own orderly way. */
  stop(): Promise<void>;
}

const programs: Record<HubPart, string> = { api: 'api/main.js', worker: 'workers/main.js' };

/**
 * Starts both.
 * @param environment what the two share, what only one of them is given, and what fits nothing but the repository as it is
 * @param from the sources of an older release to begin with; default: the repository as it is
 */
export const startHubProcesses = (
  environment: {
    both: Record<string, string>;
    api?: Record<string, string>;
    worker?: Record<string, string>;
    now?: Record<string, string>;
  },
  from?: string,
): Promise<HubProcesses> =>
  assemble(async (atEnd) => {
    const compiledFrom = (sources?: string): string => {
      const compiled = compileHub(sources);
      atEnd(() => compiled.remove());
      return compiled.folder;
    };
    let folder = compiledFrom(from);
    let isOlder = from !== undefined;
    const port = await freePort();
    const apiUrl = `http://127.0.0.1:${port}`;
    const processes = new Map<HubPart, SupervisedServer>();

    const isRunning = (part: HubPart): boolean => processes.get(part)?.isRunning() ?? false;
    const lastLines = (part: HubPart): string => processes.get(part)?.lastLines() ?? '';

    const spawn = async (part: HubPart): Promise<void> => {
      if (isRunning(part)) return;
      const server = await supervise({
        command: process.execPath,
        // The program itself and no wrapper: a signal to the process reaches what it is meant for.
        args: [join(folder, programs[part])],
        // Where no .env of a developer lies.
        cwd: folder,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          PORT: String(port),
          ...environment.both,
          ...(!isOlder && environment.now),
          ...environment[part],
        },
        stopSignal: 'SIGTERM',
        graceMs: 15_000,
      });
      processes.set(part, server);
    };

    const start = async (...parts: HubPart[]): Promise<void> => {
      await Promise.all(parts.map(spawn));
      if (!parts.includes('api')) return;
      await until(
        'the api answers',
        () => {
          if (!isRunning('api')) throw new Error(`the api ended by itself:\n${lastLines('api')}`);
          return fetch(`${apiUrl}/healthz`).then(
            ({ status }) => status,
            (error: unknown) => error,
          );
        },
        (answer) => answer === 200,
      );
    };

    const kill = async (...parts: HubPart[]): Promise<void> => {
      await Promise.all(parts.map(async (part) => processes.get(part)?.kill()));
    };

    const stopAll = () => Promise.all([...processes.values()].map((server) => server.stop()));
    const endRelease = async (): Promise<void> => {
      await stopAll();
      if (isOlder) folder = compiledFrom();
      isOlder = false;
    };

    atEnd(stopAll);
    await start('api', 'worker');
    return { apiUrl, kill, start, isRunning, lastLines, endRelease };
  });
