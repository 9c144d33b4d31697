import { writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { CLI_VERSION } from './version';

/** Temporal's own distribution point: https://docs.temporal.io/cli/setup-cli */
const TEMPORAL_DOWNLOAD = 'https://temporal.download/cli/archive/';
/** A machine that cannot reach it should go on to the next way at once, not after the usual minutes. */
const CONNECT_TIMEOUT_MS = 5_000;
/** About 50 MB are fetched: ample for a slow line, short of hanging for ever. */
const TOTAL_TIMEOUT_MS = 10 * 60_000;

const TAR_BLOCK = 512;

/**
 * Fetches the Temporal CLI from Temporal's own download into `target` (mode 0755).
 * @throws Error saying in words why it could not be had.
 */
export async function downloadCli(
  target: string,
  log: (line: string) => void,
  archiveUrl = TEMPORAL_DOWNLOAD,
): Promise<void> {
  const url = new URL(`v${CLI_VERSION}`, archiveUrl);
  url.searchParams.set('platform', process.platform);
  url.searchParams.set('arch', goArch());
  log(`downloading Temporal CLI ${CLI_VERSION} from ${url.host}`);
  // Node's own fetch ignores HTTPS_PROXY, with which npm has just fetched the packages: hence undici's agent.
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: CONNECT_TIMEOUT_MS } });
  try {
    const response = await fetch(url, { dispatcher, signal: AbortSignal.timeout(TOTAL_TIMEOUT_MS) });
    if (!response.ok) throw new Error(`${url.host} answered ${response.status}`);
    const archive = Buffer.from(await response.arrayBuffer());
    await writeFile(target, extract(gunzip(archive, url.host), 'temporal'), { mode: 0o755 });
  } catch (error) {
    throw new Error(reason(error), { cause: error });
  } finally {
    await dispatcher.destroy();
  }
}

/** The name Go, and so Temporal's download, has for this machine's processor. */
export function goArch(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

function reason(error: unknown): string {
  // fetch hides the interesting part ("getaddrinfo ENOTFOUND …") in the cause of "fetch failed".
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function gunzip(archive: Buffer, host: string): Buffer {
  try {
    return gunzipSync(archive);
  } catch (error) {
    throw new Error(`${host} did not answer with an archive`, { cause: error });
  }
}

/**
 * Takes one file out of a tar archive (POSIX ustar: a 512-byte header with the name at 0 and the size in octal
 * at 124, then the content padded to 512). Written here because a fresh machine need not have `tar`.
 */
function extract(tar: Buffer, name: string): Buffer {
  for (let at = 0; at + TAR_BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + TAR_BLOCK);
    const entry = text(header, 0, 100);
    const size = Number.parseInt(text(header, 124, 136).trim() || '0', 8);
    const content = at + TAR_BLOCK;
    if (entry === name || entry === `./${name}`) return tar.subarray(content, content + size);
    at = content + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  throw new Error(`the archive holds no file "${name}"`);
}

function text(header: Buffer, from: number, to: number): string {
  const field = header.subarray(from, to);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? field.length : end).toString('utf8');
}
