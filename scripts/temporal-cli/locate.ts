import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { buildCli } from './build';
import { downloadCli, goArch, WrongSumError } from './download';
import { isAlive, withLock } from './lock';
import { CLI_VERSION, type CliVersion, isRecentEnough, NoSuchFile, readVersion, tooOld } from './version';

/** Where the executable came from, in the order in which it is looked for. */
export type CliSource = 'TEMPORAL_CLI' | 'PATH' | 'cache' | 'download' | 'build';

export interface TemporalCli {
  path: string;
  /** As `temporal --version` names it; a build from source may say 0.0.0-DEV. */
  version: CliVersion;
  source: CliSource;
}

/** Puts a Temporal CLI at `target`; throws an Error with the reason in words. */
export type Provider = (target: string, log: (line: string) => void) => Promise<void>;

export interface LocateOptions {
  /** TEMPORAL_CLI, TEMPORAL_CLI_SHA256, PATH and XDG_CACHE_HOME are read from here; default: the process's environment. */
  env?: NodeJS.ProcessEnv;
  /** One line of progress; default: standard error. */
  log?: (line: string) => void;
  /** Default: Temporal's own download. */
  download?: Provider;
  /** Default: `go build` from the go.mod beside this file. */
  build?: Provider;
}

const EXECUTABLE = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/**
 * Finds a Temporal CLI whose server the hub can work with, or gets one: TEMPORAL_CLI, the PATH, the user's cache,
 * Temporal's download, `go build`. Processes that need it at the same time do the long step once.
 * @throws Error naming every way to get one, when none worked, or what is wrong with TEMPORAL_CLI or TEMPORAL_CLI_SHA256.
 */
export async function locateTemporalCli(options: LocateOptions = {}): Promise<TemporalCli> {
  const env = options.env ?? process.env;
  const log = options.log ?? ((line: string) => process.stderr.write(`temporal-cli: ${line}\n`));

  if (env['TEMPORAL_CLI']) return fromSetting(env['TEMPORAL_CLI']);
  const onPath = await fromPath(env['PATH'] ?? '', log);
  if (onPath) return onPath;

  const target = cacheFile(env);
  const cached = await fromCache(target, log);
  if (cached) return cached;
  const sha256 = sumOf(env);
  const providers: [CliSource, Provider][] = [
    ['download', options.download ?? ((part, say) => downloadCli(part, say, { sha256 }))],
    ['build', options.build ?? buildCli],
  ];
  await mkdir(dirname(target), { recursive: true });
  return withLock(`${target}.lock`, log, async () => {
    // Whoever held the lock before us may have put it there while we waited.
    return (await fromCache(target, log)) ?? provide(target, providers, log);
  });
}

/** @throws Error when it is no sum, rather than to build for minutes what nobody can compare with it */
function sumOf(env: NodeJS.ProcessEnv): string | undefined {
  const sum = env['TEMPORAL_CLI_SHA256']?.trim() || undefined;
  if (sum === undefined || /^[0-9a-f]{64}$/i.test(sum)) return sum;
  throw new Error(
    'TEMPORAL_CLI_SHA256 is not a SHA-256 sum: 64 hexadecimal digits. Correct it, or unset it.',
  );
}

async function fromSetting(path: string): Promise<TemporalCli> {
  const version = await readVersion(path).catch((error: unknown) => {
    throw new Error(
      `TEMPORAL_CLI is ${path}, but ${(error as Error).message}. Point it to a Temporal CLI 1.8.0 or newer, or leave it unset.`,
    );
  });
  if (isRecentEnough(version)) return { path, version, source: 'TEMPORAL_CLI' };
  throw new Error(
    `TEMPORAL_CLI is ${path}, which ${tooOld(version)}. Point it to a newer one, or leave it unset.`,
  );
}

async function fromPath(searchPath: string, log: (line: string) => void): Promise<TemporalCli | undefined> {
  for (const folder of searchPath.split(delimiter).filter(Boolean)) {
    const path = join(folder, EXECUTABLE);
    let version: CliVersion;
    try {
      version = await readVersion(path);
    } catch (error) {
      if (!(error instanceof NoSuchFile)) log(`passing over ${path}: ${(error as Error).message}`);
      continue;
    }
    if (isRecentEnough(version)) return { path, version, source: 'PATH' };
    log(`passing over ${path}: it ${tooOld(version)}`);
  }
  return undefined;
}

function cacheFile(env: NodeJS.ProcessEnv): string {
  const caches = env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return join(caches, 'fulcrum', `temporal-${CLI_VERSION}-${process.platform}-${goArch()}${suffix}`);
}

async function fromCache(path: string, log: (line: string) => void): Promise<TemporalCli | undefined> {
  try {
    return { path, version: await readVersion(path), source: 'cache' };
  } catch (error) {
    if (!(error instanceof NoSuchFile)) log(`fetching ${path} again: ${(error as Error).message}`);
    return undefined;
  }
}

async function provide(
  target: string,
  providers: [CliSource, Provider][],
  log: (line: string) => void,
): Promise<TemporalCli> {
  const failures: string[] = [];
  await removeAbandonedParts(target);
  // Never half a file under the final name: fetched aside, seen to run, then renamed.
  const part = `${target}.part-${process.pid}`;
  for (const [source, provider] of providers) {
    try {
      await provider(part, log);
      await chmod(part, 0o755);
      const version = await readVersion(part);
      if (!isRecentEnough(version)) throw new Error(`what it gave ${tooOld(version)}`);
      await rename(part, target);
      return { path: target, version, source };
    } catch (error) {
      const { message } = error as Error;
      await rm(part, { force: true });
      if (error instanceof WrongSumError) {
        throw new Error(
          `No Temporal server is started: ${message}. Correct TEMPORAL_CLI_SHA256, or unset it.`,
          {
            cause: error,
          },
        );
      }
      log(`${source} did not work: ${message}`);
      failures.push(`  ${source}: ${message}`);
    }
  }
  throw new Error(
    [
      'No Temporal server can be started, because there is no Temporal CLI and none could be fetched:',
      ...failures,
      'Do one of these:',
      '  - set TEMPORAL_ADDRESS to a Temporal server that already runs (version 1.31 or newer);',
      `  - install the Temporal CLI 1.8.0 or newer (https://docs.temporal.io/cli) so that "temporal" is on the PATH;`,
      '  - set TEMPORAL_CLI to the path of such an executable;',
      '  - install Go (https://go.dev/dl), and start again: the CLI is then built once, which takes 5 to 7 minutes;',
      `  - put the executable at ${target}.`,
    ].join('\n'),
  );
}

async function removeAbandonedParts(target: string): Promise<void> {
  const prefix = `${basename(target)}.part-`;
  for (const name of await readdir(dirname(target))) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) {
      await rm(join(dirname(target), name), { force: true });
    }
  }
}
