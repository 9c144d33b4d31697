import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import { CLI_VERSION } from './version';

/** Where the executable comes from, and what it is held against. */
export interface Publisher {
  /** https://docs.temporal.io/cli/setup-cli */
  archives: string;
  /** The sums of a release, which its build writes beside the archives (`.goreleaser.yml` of temporalio/cli). */
  checksums: string;
  /** Whether an address is the publisher's own; asked of every redirect as well. */
  isOwn: (url: URL) => boolean;
}

/** Two hosts, of which one alone cannot give a program and its sum. GitHub keeps the files of releases on a host of its own. */
export const temporal: Publisher = {
  archives: 'https://temporal.download/cli/archive/',
  checksums: `https://github.com/temporalio/cli/releases/download/v${CLI_VERSION}/checksums.txt`,
  isOwn: ({ protocol, hostname, port, pathname, username }) =>
    protocol === 'https:' &&
    port === '' &&
    username === '' &&
    (hostname === 'temporal.download' ||
      hostname.endsWith('.temporal.download') ||
      (hostname === 'github.com' && pathname.startsWith('/temporalio/cli/releases/')) ||
      ['objects', 'release-assets'].some((name) => hostname === `${name}.githubusercontent.com`)),
};

/** A machine that cannot reach it should go on to the next way at once, not after the usual minutes. */
const CONNECT_TIMEOUT_MS = 5_000;
/** About 50 MB are fetched: ample for a slow line, short of hanging for ever. */
const TOTAL_TIMEOUT_MS = 10 * 60_000;
const CHECKSUMS_TIMEOUT_MS = 30_000;
const MOST_REDIRECTS = 5;
/** The executable is some 140 MB, a third of that as an archive. */
const MOST_BYTES = { archive: 300 * 1024 * 1024, unpacked: 1024 * 1024 * 1024, checksums: 64 * 1024 };

const TAR_BLOCK = 512;

export interface DownloadOptions {
  /** Sum of the archive that is expected, in hexadecimal; default: the one that the publisher tells. */
  sha256?: string | undefined;
  /** Default: {@link temporal}. */
  publisher?: Publisher;
}

/** Somebody has set a sum, and what came has another one: nothing else is to be tried in its place. */
export class WrongSumError extends Error {
  override readonly name = 'WrongSumError';
}

/**
 * Fetches the Temporal CLI from Temporal's own download into `target` (mode 0755), after a look at its sum. A sum that
 * cannot be had stops nobody, and is told in one line.
 * @throws WrongSumError when it is not what `sha256` says
 * @throws Error saying in words why it could not be had, or that it is not what was published
 */
export async function downloadCli(
  target: string,
  log: (line: string) => void,
  { sha256, publisher = temporal }: DownloadOptions = {},
): Promise<void> {
  const url = new URL(`v${CLI_VERSION}`, publisher.archives);
  url.searchParams.set('platform', process.platform);
  url.searchParams.set('arch', goArch());
  log(`downloading Temporal CLI ${CLI_VERSION} from ${url.host}`);
  // Node's own fetch ignores HTTPS_PROXY, with which npm has just fetched the packages: hence undici's agent.
  const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: CONNECT_TIMEOUT_MS } });
  const get: Get = (from, most, timeoutMs) => fetchOwn(from, { publisher, dispatcher, most, timeoutMs });
  try {
    const archive = await get(url, MOST_BYTES.archive, TOTAL_TIMEOUT_MS);
    const found = createHash('sha256').update(archive).digest('hex');
    const wanted = sha256 ?? (await publishedSum(publisher, get, log));
    if (wanted !== null && wanted.toLowerCase() !== found) {
      const isSet = sha256 !== undefined;
      const whose = isSet ? 'TEMPORAL_CLI_SHA256' : new URL(publisher.checksums).host;
      const words = `what ${url.host} gave has the sum ${found}, and ${whose} says ${wanted}: it is not used`;
      throw isSet ? new WrongSumError(words) : new Error(words);
    }
    await writeFile(target, extract(gunzip(archive, url.host), 'temporal'), { mode: 0o755 });
  } catch (error) {
    throw error instanceof WrongSumError ? error : new Error(reason(error), { cause: error });
  } finally {
    await dispatcher.destroy();
  }
}

type Get = (url: URL, mostBytes: number, timeoutMs: number) => Promise<Buffer>;

/** As the release names its archives. */
const archiveName = (): string => {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `temporal_cli_${CLI_VERSION}_${system}_${goArch()}.tar.gz`;
};

/** @returns null where it cannot be had, which is told */
async function publishedSum(
  { checksums }: Publisher,
  get: Get,
  log: (line: string) => void,
): Promise<string | null> {
  const unchecked = (why: string): null => {
    log(`the download could not be checked (${why}); set TEMPORAL_CLI_SHA256 to the sum it has to have`);
    return null;
  };
  const url = new URL(checksums);
  let text: string;
  try {
    text = (await get(url, MOST_BYTES.checksums, CHECKSUMS_TIMEOUT_MS)).toString('utf8');
  } catch (error) {
    return unchecked(`${url.host}: ${reason(error)}`);
  }
  const name = archiveName();
  const line = text.split('\n').find((each) => each.trim().endsWith(` ${name}`));
  const sum = /^([0-9a-f]{64}) /i.exec(line ?? '')?.[1];
  return sum ?? unchecked(`${url.host} has no sum of ${name}`);
}

/** What the publisher answers, redirects to addresses of its own followed. @throws Error in words for anything else */
async function fetchOwn(
  first: URL,
  how: { publisher: Publisher; dispatcher: EnvHttpProxyAgent; most: number; timeoutMs: number },
): Promise<Buffer> {
  const { publisher, dispatcher, most, timeoutMs } = how;
  const signal = AbortSignal.timeout(timeoutMs);
  let url = first;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    if (!publisher.isOwn(url)) throw new Error(`${url.origin} is not the publisher's over https`);
    const response = await fetch(url, { dispatcher, signal, redirect: 'manual' });
    const location = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      url = new URL(location, url);
      continue;
    }
    if (!response.ok) throw new Error(`${url.host} answered ${response.status}`);
    return bytesOf(response, most, url.host);
  }
  throw new Error(`${first.host} redirects more than ${MOST_REDIRECTS} times`);
}

async function bytesOf({ body }: Response, most: number, host: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    const bytes = part as Uint8Array;
    length += bytes.length;
    if (length > most) throw new Error(`${host} answers with more than ${most} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
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
    return gunzipSync(archive, { maxOutputLength: MOST_BYTES.unpacked });
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
