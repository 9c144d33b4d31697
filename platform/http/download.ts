import { createHash } from 'node:crypto';
import { Agent, request } from 'undici';
import type { FileType } from './file-types';
import { isOfType } from './file-types';
import { createGuard, findGuardError } from './guard';

/**
 * Files from addresses that come from outside: through the outbound guard (decision 0023), never along a redirect, and as a
 * stream, so that memory does not grow with the file. What a file must be is checked while it passes.
 */

export interface WantedFile {
  url: string;
  /** Of the content, whatever the server calls it. */
  type: FileType;
  maxBytes: number;
  /** Hex, as announced; null: none was. */
  sha256: string | null;
  /** From the look-up of the name to the last byte, ms. */
  timeoutMs: number;
}

export interface Downloads {
  /**
   * The content, once its head is as wanted. Reading throws when the rest is not, so whoever keeps it must drop what an
   * iteration that throws has given.
   * @throws DownloadError
   */
  open(wanted: WantedFile): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

/** Why there is no file. `message` says it in words that fit behind a colon; it names the host, never path or query. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  constructor(
    /** Whether the same address may give the file later. */
    readonly mayPass: boolean,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}

export interface DownloadOptions {
  /** Longest wait for a connection, ms. */
  connectTimeoutMs: number;
  userAgent: string;
  /** Networks that the guard opens, over plain http as well. */
  allow: readonly string[];
}

/** Statuses that another try may change; everything else but 200 is the server's last word. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504]);

export function createDownloads({ connectTimeoutMs, userAgent, allow }: DownloadOptions): Downloads {
  const guard = createGuard(allow);
  const agentFor = (scheme: 'http:' | 'https:'): Agent =>
    new Agent({ connect: { timeout: connectTimeoutMs, lookup: guard.lookupFor(scheme) } });
  const agents = { 'http:': agentFor('http:'), 'https:': agentFor('https:') };

  return {
    async open(wanted) {
      const url = URL.canParse(wanted.url) ? new URL(wanted.url) : null;
      if (url === null) throw new DownloadError(false, 'its address cannot be read');
      const refusal = guard.refuse(url);
      if (refusal !== null) throw refused(refusal);
      const signal = AbortSignal.timeout(wanted.timeoutMs);
      try {
        const answer = await request(url, {
          dispatcher: agents[url.protocol as 'http:' | 'https:'],
          // Packed content would have another size and digest than the file.
          headers: {
            'user-agent': userAgent,
            accept: wanted.type.contentType,
            'accept-encoding': 'identity',
          },
          signal,
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        const error = faultOfHead(url, wanted, answer);
        if (error !== null) {
          answer.body.on('error', () => undefined).destroy();
          throw error;
        }
        return checked(url, wanted, answer, signal);
      } catch (error) {
        throw toError(url, error, signal);
      }
    },
    close: async () => {
      await Promise.all(Object.values(agents).map((agent) => agent.destroy()));
    },
  };
}

interface Head {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
}

function faultOfHead(
  url: URL,
  { maxBytes }: WantedFile,
  { statusCode, headers }: Head,
): DownloadError | null {
  const last = (words: string): DownloadError => new DownloadError(false, words);
  if (statusCode >= 300 && statusCode < 400)
    return last(`${url.host} sends elsewhere, which is not followed`);
  if (statusCode === 404 || statusCode === 410) return last(`${url.host} no longer has it (${statusCode})`);
  if (statusCode !== 200) {
    return new DownloadError(passing.has(statusCode), `${url.host} answered ${statusCode}`);
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) return tooLarge(maxBytes);
  return null;
}

async function* checked(
  url: URL,
  { type, maxBytes, sha256 }: WantedFile,
  { headers, body }: Head & { body: AsyncIterable<Buffer> },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256');
  let head = Buffer.alloc(0);
  let isKnown = false;
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      digest.update(chunk);
      if (isKnown) {
        yield chunk;
        continue;
      }
      // The first bytes may come one by one.
      head = Buffer.concat([head, chunk]);
      const fits = isOfType(type, head);
      if (fits === false) throw notOfType(type, headers);
      if (fits === null) continue;
      isKnown = true;
      yield head;
    }
  } catch (error) {
    throw toError(url, error, signal);
  }
  if (!isKnown) throw notOfType(type, headers);
  if (sha256 !== null && digest.digest('hex') !== sha256.toLowerCase()) {
    throw new DownloadError(false, 'its content is not the announced one (SHA-256 differs)');
  }
}

const refused = (words: string, cause?: unknown): DownloadError =>
  new DownloadError(false, `the hub may not fetch it: ${words}`, { cause });

const tooLarge = (maxBytes: number): DownloadError =>
  new DownloadError(false, `it is larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB`);

/** What the server itself calls it tells a person what went wrong: most often it is a page. */
function notOfType({ contentType }: FileType, headers: Head['headers']): DownloadError {
  const given = /^[\w.+-]{1,60}\/[\w.+-]{1,60}/.exec(String(headers['content-type'] ?? ''))?.[0];
  const called = given === undefined || given === contentType ? '' : ` (it came as ${given})`;
  return new DownloadError(false, `its content is no ${contentType}${called}`);
}

function toError(url: URL, error: unknown, signal: AbortSignal): DownloadError {
  if (error instanceof DownloadError) return error;
  const guardError = findGuardError(error);
  if (guardError !== null) return refused(guardError.message, error);
  const words = signal.aborted ? 'did not give it in time' : 'could not be read';
  return new DownloadError(true, `${url.host} ${words}`, { cause: error });
}
