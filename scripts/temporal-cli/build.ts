import { supervise } from '../embedded/supervise';
import { CLI_VERSION } from './version';

const CLI_PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
const SAY_EVERY_MS = 10_000;
const GRACE_MS = 5_000;

/**
 * Builds the Temporal CLI into `target` with the machine's Go, from the pinned go.mod and go.sum beside this file.
 * Fetches through Go's module proxy, takes 5 to 7 minutes the first time, and tells every 10 s that it goes on.
 * @throws Error saying in words why it failed (no Go, no module proxy, compiler error).
 */
export async function buildCli(target: string, log: (line: string) => void): Promise<void> {
  // Named in the version so that the result says 1.8.2 and not 0.0.0-DEV; -s -w leaves debug tables out (-30 %).
  const ldflags = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${CLI_VERSION}`;
  const args = ['build', '-ldflags', ldflags, '-o', target, CLI_PACKAGE];
  log(`building Temporal CLI ${CLI_VERSION} with Go; this takes 5 to 7 minutes, once for this user`);
  const started = Date.now();
  const progress = setInterval(() => {
    log(`still building the Temporal CLI, ${elapsed(started)} so far`);
  }, SAY_EVERY_MS);
  try {
    await run('go', args, __dirname);
  } finally {
    clearInterval(progress);
  }
  log(`built the Temporal CLI in ${elapsed(started)}`);
}

/** Supervised, so that a compiler does not occupy the machine for minutes after whoever wanted it was killed. */
async function run(command: string, args: string[], cwd: string): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const build = await supervise({ command, args, cwd, env, stopSignal: 'SIGINT', graceMs: GRACE_MS }).catch(
    (error: unknown) => {
      const { message } = error as Error;
      throw new Error(message.includes('ENOENT') ? 'Go is not installed' : message);
    },
  );
  const { code, signal } = await build.exited;
  if (code === 0) return;
  // The first lines of Go's output are downloads, the last ones the fault.
  throw new Error(`go build ended with ${signal ?? `code ${code}`}: ${build.lastLines() || 'no message'}`);
}

function elapsed(since: number): string {
  const seconds = Math.round((Date.now() - since) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
