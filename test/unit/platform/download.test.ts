import { createHash } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Downloads, WantedFile } from '../../../platform/http/download';
import { createDownloads, DownloadError } from '../../../platform/http/download';
import { pdf } from '../../../platform/http/file-types';
import { meteredDownloads } from '../../../platform/http/metered';
import { until } from '../../helpers/until';

const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(200_000, 'x')]);
const digest = createHash('sha256').update(content).digest('hex');
const asPdf = { 'content-type': 'application/pdf' };

let server: Server;
let base: string;
let answer: RequestListener;
let asked: number;
const opened: Downloads[] = [];

beforeAll(async () => {
  server = createServer((req, res) => {
    asked += 1;
    answer(req, res);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = 0;
  answer = (_req, res) => res.writeHead(200, asPdf).end(content);
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

function downloads(options: { allow?: string[] } = {}): Downloads {
  const made = createDownloads({
    connectTimeoutMs: 5_000,
    userAgent: 'test',
    allow: ['127.0.0.0/8'],
    ...options,
  });
  opened.push(made);
  return made;
}

async function fetchAll(from: Downloads, change: Partial<WantedFile> = {}): Promise<Buffer> {
  const wanted = {
    url: `${base}/report.pdf?token=secret`,
    type: pdf,
    maxBytes: 1_000_000,
    sha256: null,
    timeoutMs: 5_000,
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of await from.open({ ...wanted, ...change })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What came of it; a fault must not tell the address beyond its host. */
async function fault(from: Downloads, change: Partial<WantedFile> = {}): Promise<DownloadError> {
  const error: unknown = await fetchAll(from, change).then(
    () => new Error('there was no fault'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DownloadError)) throw error;
  expect(error.message).not.toMatch(/secret|report/);
  return error;
}

it('gives the file as it is', async () => {
  expect((await fetchAll(downloads(), { sha256: digest.toUpperCase() })).equals(content)).toBe(true);
});

it('knows the type by first bytes that come one by one', async () => {
  answer = (_req, res) => {
    res.writeHead(200, { 'content-type': 'Application/PDF; charset=binary' });
    for (const byte of content.subarray(0, 8)) res.write(Buffer.from([byte]));
    res.end(content.subarray(8));
  };
  expect((await fetchAll(downloads())).equals(content)).toBe(true);
});

it.each([
  'binary/octet-stream',
  'application/octet-stream',
  'application/x-pdf',
  'application/force-download',
  'text/html; charset=utf-8',
  '',
  undefined,
])('knows a PDF by its content, though it comes as %s', async (type) => {
  answer = (_req, res) => res.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(content);
  expect((await fetchAll(downloads(), { sha256: digest })).equals(content)).toBe(true);
});

it('takes a PDF behind blanks and a byte order mark as it is', async () => {
  const odd = Buffer.concat([Buffer.from('\uFEFF\r\n\t '), content]);
  answer = (_req, res) => {
    res.writeHead(200, asPdf);
    for (const byte of odd.subarray(0, 10)) res.write(Buffer.from([byte]));
    res.end(odd.subarray(10));
  };
  expect((await fetchAll(downloads())).equals(odd)).toBe(true);
});

const html = '<!doctype html><title>Sign in</title> %PDF-1.7';

it.each<[string, RequestListener, RegExp, boolean]>([
  ['a redirect', (_q, res) => res.writeHead(302, { location: '/other' }).end(), /not followed/, false],
  ['one that is gone', (_q, res) => res.writeHead(410).end(), /no longer has it \(410\)/, false],
  ['one that is forbidden', (_q, res) => res.writeHead(403).end(), /answered 403/, false],
  ['a server in trouble', (_q, res) => res.writeHead(503).end(), /answered 503/, true],
  [
    'a page',
    (_q, res) => res.writeHead(200, { 'content-type': 'text/html; charset=x' }).end(html),
    /its content is no application\/pdf \(it came as text\/html\)$/,
    false,
  ],
  [
    'a page called PDF',
    (_q, res) => res.writeHead(200, asPdf).end(`\n${html}`),
    /its content is no application\/pdf$/,
    false,
  ],
  ['a page without a type', (_q, res) => res.writeHead(200).end(html), /its content is no/, false],
  [
    'a PDF far behind',
    (_q, res) => res.writeHead(200, asPdf).end(`${' '.repeat(1_025)}%PDF-`),
    /is no/,
    false,
  ],
  [
    'endless blanks',
    (_q, res) => res.writeHead(200, asPdf).end(' '.repeat(500_000)),
    /its content is no/,
    false,
  ],
  ['the beginning of one', (_q, res) => res.writeHead(200, asPdf).end('%PD'), /its content is no/, false],
  ['an empty file', (_q, res) => res.writeHead(200, asPdf).end(), /its content is no/, false],
  ['one that breaks off', (_q, res) => breakOff(res), /could not be read/, true],
])('refuses %s', async (_name, listener, words, mayPass) => {
  answer = listener;
  const found = await fault(downloads());
  expect(found.message).toMatch(words);
  expect(found.mayPass).toBe(mayPass);
});

function breakOff(res: Parameters<RequestListener>[1]): void {
  res.writeHead(200, { ...asPdf, 'content-length': String(content.length) });
  res.write(content.subarray(0, 1_000), () => res.destroy());
}

it('refuses one whose digest differs', async () => {
  expect(await fault(downloads(), { sha256: '0'.repeat(64) })).toMatchObject({
    mayPass: false,
    message: expect.stringMatching(/SHA-256/) as string,
  });
});

it('refuses one that is announced as too large before its content comes', async () => {
  let sent = 0;
  answer = (_req, res) => {
    res.writeHead(200, { ...asPdf, 'content-length': '1000000000' });
    res.write(content, () => (sent += 1));
  };
  expect((await fault(downloads(), { maxBytes: 2 * 1024 * 1024 })).message).toBe('it is larger than 2 MiB');
  expect(sent).toBeLessThanOrEqual(1);
});

it('stops an endless body', async () => {
  let ended = false;
  answer = (_req, res) => {
    res.writeHead(200, asPdf);
    res.on('close', () => (ended = true));
    const more = (): void => {
      while (!ended && res.write(content));
      if (!ended) res.once('drain', more);
    };
    more();
  };
  expect(await fault(downloads())).toMatchObject({ mayPass: false });
  await until('the server saw it end', () => ended, Boolean);
});

it('does not wait longer than allowed for a slow body', async () => {
  answer = (_req, res) => res.writeHead(200, asPdf).write('%PDF-1.7');
  expect(await fault(downloads(), { timeoutMs: 1_000 })).toMatchObject({
    mayPass: true,
    message: expect.stringMatching(/in time/) as string,
  });
});

it.each([
  ['a private address', () => base, []],
  ['a name of a private address', () => base.replace('127.0.0.1', 'localhost'), ['192.0.2.0/24']],
  ['a name of a private address over https', () => 'https://localhost:9/report.pdf', []],
  ['a link-local address', () => 'https://169.254.169.254/report.pdf', []],
  ['another scheme', () => 'file:///etc/hosts', []],
])('asks nothing at %s', async (_name, url, allow) => {
  const found = await fault(downloads({ allow }), { url: url() });
  expect(found.message).toMatch(/may not fetch it/);
  expect(found.mayPass).toBe(false);
  expect(asked).toBe(0);
});

it('says so when an address cannot be read', async () => {
  expect((await fault(downloads(), { url: 'no address' })).message).toBe('its address cannot be read');
});

it('is counted once, by what became of it to its last byte', async () => {
  const told: [string, string][] = [];
  const counted = (): Downloads =>
    meteredDownloads(downloads(), (target, outcome) => void told.push([target, outcome]));
  await fetchAll(counted());
  await fault(counted(), { sha256: '0'.repeat(64) });
  answer = (_req, res) => res.writeHead(503).end();
  await fault(counted());
  expect(told).toEqual([
    ['files', '200'],
    ['files', 'refused'],
    ['files', 'failed'],
  ]);
});
