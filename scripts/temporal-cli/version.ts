import { execFile } from 'node:child_process';

/** The release that is downloaded or built when the machine has none (server 1.31.2). */
export const CLI_VERSION = '1.8.2';

/**
 * Oldest server the hub works with: per-key rate limits of a task queue, standalone activities and fairness
 * came together in 1.31, which the Temporal CLI carries from 1.8.0 on. The server's number is compared, not
 * the CLI's, because a CLI built from source calls itself 0.0.0-DEV and still names its server rightly.
 */
const OLDEST_SERVER = [1, 31] as const;

/** What `temporal --version` told. */
export interface CliVersion {
  cli: string;
  server: string;
}

/**
 * Reads `temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)`.
 * @returns undefined when the text is not of that form.
 */
export function parseVersion(output: string): CliVersion | undefined {
  const match = /temporal version (\S+) \(Server (\d+\.\d+\.\d+(?:[^\d\s,)][^\s,)]*)?)[,)]/i.exec(output);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { cli: match[1], server: match[2] };
}

/** True when this server is one the hub can work with. */
export function isRecentEnough(version: CliVersion): boolean {
  const [major = 0, minor = 0] = version.server.split('.').map(Number);
  return major > OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor >= OLDEST_SERVER[1]);
}

/** In words, for messages: what is too old about this version. */
export function tooOld(version: CliVersion): string {
  return `is Temporal CLI ${version.cli} with server ${version.server}; the hub needs CLI 1.8.0 (server ${OLDEST_SERVER.join('.')}) or newer`;
}

/** Where a Temporal CLI was looked for there is none: no fault of it. */
export class NoSuchFile extends Error {
  constructor() {
    super('there is no such file');
  }
}

/**
 * Runs `<path> --version`.
 * @throws Error saying in words why the file is not a usable Temporal CLI (missing, not executable, another program).
 */
export async function readVersion(path: string): Promise<CliVersion> {
  const output = await new Promise<string>((resolve, reject) => {
    // 30 s: the first start of a 140 MB executable from a cold disk can take several.
    execFile(path, ['--version'], { timeout: 30_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new NoSuchFile());
      else if (error.code === 'EACCES') reject(new Error('the file may not be executed'));
      else reject(new Error(`it cannot be run: ${stderr.trim() || error.message}`));
    });
  });
  const version = parseVersion(output);
  if (version === undefined) {
    throw new Error(
      `it does not answer --version as the Temporal CLI does (it said ${JSON.stringify(output.trim().slice(0, 80))})`,
    );
  }
  return version;
}
