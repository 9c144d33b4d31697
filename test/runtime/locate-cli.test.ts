import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { downloadCli, goArch, temporal } from '../../scripts/temporal-cli/download';
import { type LocateOptions, locateTemporalCli, type Provider } from '../../scripts/temporal-cli/locate';
import { parseVersion } from '../../scripts/temporal-cli/version';
import { until } from '../helpers/until';

let folder: string;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulcrum-cli-'));
  lines = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function script(version: string): string {
  return `#!/bin/sh\necho "temporal version ${version}"\n`;
}

const CURRENT = '1.8.2 (Server 1.31.2, UI 2.50.1)';
const OLD = '1.4.1 (Server 1.28.0, UI 2.39.0)';

async function fakeCli(name: string, version: string): Promise<string> {
  const path = join(folder, name, 'temporal');
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(path, script(version), { mode: 0o755 });
  return path;
}

const cacheFile = () => join(folder, 'cache', 'fulcrum', `temporal-1.8.2-${process.platform}-${goArch()}`);

const refuse: Provider = async () => {
  throw new Error('not to be had here');
};

const deliver =
  (version: string): Provider =>
  (target) =>
    writeFile(target, script(version));

function locate(env: NodeJS.ProcessEnv, providers: Partial<LocateOptions> = {}) {
  return locateTemporalCli({
    env: { XDG_CACHE_HOME: join(folder, 'cache'), ...env },
    log: (line) => lines.push(line),
    download: refuse,
    build: refuse,
    ...providers,
  });
}

describe('the order in which a Temporal CLI is looked for', () => {
  test('TEMPORAL_CLI comes before the PATH', async () => {
    const set = await fakeCli('set', CURRENT);
    await fakeCli('on-path', CURRENT);
    const found = await locate({ TEMPORAL_CLI: set, PATH: join(folder, 'on-path') });
    expect(found).toEqual({ path: set, source: 'TEMPORAL_CLI', version: { cli: '1.8.2', server: '1.31.2' } });
  });

  test('an old one on the PATH is passed over with a reason, for a newer one behind it', async () => {
    const old = await fakeCli('old', OLD);
    const current = await fakeCli('current', CURRENT);
    const found = await locate({ PATH: [join(folder, 'old'), join(folder, 'current')].join(delimiter) });
    expect(found).toMatchObject({ path: current, source: 'PATH' });
    expect(lines).toEqual([
      expect.stringMatching(`passing over ${old}: it is .* server 1.28.0; the hub needs`),
    ]);
  });

  test('a CLI built from source is judged by its server', async () => {
    await fakeCli('built', '0.0.0-DEV (Server 1.31.2, UI 2.50.1)');
    expect(await locate({ PATH: join(folder, 'built') })).toMatchObject({ source: 'PATH' });
  });

  test('what was downloaded is kept in the cache for the next time', async () => {
    expect(await locate({}, { download: deliver(CURRENT) })).toMatchObject({
      path: cacheFile(),
      source: 'download',
    });
    expect(await locate({})).toMatchObject({ path: cacheFile(), source: 'cache' });
    expect(await readdir(join(folder, 'cache', 'fulcrum'))).toHaveLength(1);
  });

  test('it is built where the download gives nothing, or something that does not run', async () => {
    const unusable: Provider = (target) => writeFile(target, 'not a program');
    expect(await locate({}, { download: unusable, build: deliver(CURRENT) })).toMatchObject({
      source: 'build',
    });
  });

  test('a broken file in the cache is fetched again', async () => {
    await mkdir(join(folder, 'cache', 'fulcrum'), { recursive: true });
    await writeFile(cacheFile(), 'half a file', { mode: 0o755 });
    expect(await locate({}, { build: deliver(CURRENT) })).toMatchObject({ source: 'build' });
  });
});

describe('clear answers', () => {
  test.each([
    ['a file that is not there', () => Promise.resolve(join(folder, 'nowhere')), /there is no such file/],
    ['an old one', () => fakeCli('old', OLD), /server 1.28.0; the hub needs CLI 1.8.0/],
    ['another program', () => fakeCli('other', 'nonsense'), /does not answer --version/],
  ])('TEMPORAL_CLI naming %s is an error, not a reason to look on', async (_, make, message) => {
    const path = await make();
    await expect(locate({ TEMPORAL_CLI: path }, { build: deliver(CURRENT) })).rejects.toThrow(message);
    await expect(locate({ TEMPORAL_CLI: path })).rejects.toThrow(`TEMPORAL_CLI is ${path}`);
  });

  test('when nothing works, one error names the reasons and every way out', async () => {
    const error = await locate({}).catch((thrown: Error) => thrown);
    const { message } = error as Error;
    for (const part of [
      'download: not to be had',
      'build: not to be had',
      'TEMPORAL_ADDRESS',
      'TEMPORAL_CLI',
    ]) {
      expect(message).toContain(part);
    }
    for (const part of ['PATH', 'https://go.dev/dl', cacheFile()]) expect(message).toContain(part);
    expect(await readdir(join(folder, 'cache', 'fulcrum'))).toEqual([]);
  });

  test.each(['', 'temporal version', 'go version go1.26'])('%j is no version', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });
});

describe('several processes at once', () => {
  test('only one builds, the others wait and take its result', async () => {
    let builds = 0;
    let finish = () => {};
    const released = new Promise<void>((resolve) => (finish = resolve));
    const build: Provider = async (target) => {
      builds += 1;
      await released;
      await deliver(CURRENT)(target, () => undefined);
    };
    const located = Promise.all([1, 2].map(() => locate({}, { build })));
    const waiting = await until('one of them waits', () =>
      lines.find((line) => line.startsWith('waiting for process')),
    );
    expect(waiting).toContain(String(process.pid));
    finish();
    expect((await located).map(({ source }) => source).sort()).toEqual(['build', 'cache']);
    expect(builds).toBe(1);
  });

  test('the lock and the leavings of a process that died are cleared away', async () => {
    const dead = 2 ** 22 + 1; // above the largest process id of Linux
    await mkdir(join(folder, 'cache', 'fulcrum'), { recursive: true });
    const { hostname } = await import('node:os');
    await writeFile(`${cacheFile()}.lock`, JSON.stringify({ pid: dead, host: hostname(), token: 'x' }));
    await writeFile(`${cacheFile()}.part-${dead}`, 'half');
    expect(await locate({}, { build: deliver(CURRENT) })).toMatchObject({ source: 'build' });
    expect(await readdir(join(folder, 'cache', 'fulcrum'))).toHaveLength(1);
  });
});

interface Host {
  origin: string;
  asked: string[];
  answer: (path: string) => { status: number; body?: Buffer | string; location?: string };
  stop(): Promise<unknown>;
}

async function startHost(answer: Host['answer']): Promise<Host> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    host.asked.push(path);
    const { status, body = '', location } = host.answer(path);
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host: Host = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
  return host;
}

describe('the download', () => {
  const program = Buffer.from(script(CURRENT));
  const archive = gzipSync(tar({ LICENSE: Buffer.alloc(700, 'x'), temporal: program }));
  const sum = createHash('sha256').update(archive).digest('hex');
  const another = createHash('sha256').update('something else').digest('hex');
  const name = `temporal_cli_1.8.2_${process.platform}_${goArch()}.tar.gz`;
  const list = (of: string): string => `${another}  temporal_cli_1.8.2_plan9_arm.tar.gz\n${of}  ${name}\n`;

  let archives: Host;
  let checksums: Host;
  beforeEach(async () => {
    archives = await startHost(() => ({ status: 200, body: archive }));
    checksums = await startHost(() => ({ status: 200, body: list(sum) }));
  });
  afterEach(() => Promise.all([archives.stop(), checksums.stop()]));

  const download = (sha256?: string, own = [archives.origin, checksums.origin]) =>
    downloadCli(join(folder, 'temporal'), (line) => lines.push(line), {
      sha256,
      publisher: {
        archives: `${archives.origin}/archive/`,
        checksums: `${checksums.origin}/v1.8.2/checksums.txt`,
        isOwn: ({ origin }) => own.includes(origin),
      },
    });
  const got = () => readFile(join(folder, 'temporal'));
  const unchecked = () => lines.filter((line) => line.includes('could not be checked'));

  test('takes the executable out of the archive, once its sum is the published one', async () => {
    await download();
    expect(archives.asked).toEqual([`/archive/v1.8.2?platform=${process.platform}&arch=${goArch()}`]);
    expect(checksums.asked).toEqual(['/v1.8.2/checksums.txt']);
    expect(await got()).toEqual(program);
    expect((await stat(join(folder, 'temporal'))).mode & 0o777).toBe(0o755);
    expect(unchecked()).toEqual([]);
  });

  test('is not used, nor run, when its sum is another than the published one', async () => {
    checksums.answer = () => ({ status: 200, body: list(another) });
    await expect(download()).rejects.toThrow(`${sum}, and 127.0.0.1`);
    await expect(got()).rejects.toThrow('ENOENT');
  });

  test('is held against TEMPORAL_CLI_SHA256 alone, where that is set', async () => {
    checksums.answer = () => ({ status: 200, body: list(another) });
    await download(sum.toUpperCase());
    expect(checksums.asked).toEqual([]);
    expect(await got()).toEqual(program);
    await expect(download(another)).rejects.toThrow('TEMPORAL_CLI_SHA256 says');
  });

  test.each([
    ['cannot be reached', () => checksums.stop()],
    ['has no sums', () => (checksums.answer = () => ({ status: 404 }))],
    [
      'has no sum of this archive',
      () => (checksums.answer = () => ({ status: 200, body: `${sum}  other.tar.gz\n` })),
    ],
    ['answers without end', () => (checksums.answer = () => ({ status: 200, body: 'x'.repeat(100_000) }))],
  ])(
    'is used all the same, and said to be unchecked in one line, where the other host %s',
    async (_, spoil) => {
      await spoil();
      await download();
      expect(await got()).toEqual(program);
      expect(unchecked()).toHaveLength(1);
      expect(unchecked()[0]).toMatch(/^the download could not be checked \(.+\); set TEMPORAL_CLI_SHA256/);
    },
  );

  test('follows the publisher to hosts of its own, and to no other', async () => {
    const elsewhere = await startHost(() => ({ status: 200, body: archive }));
    archives.answer = () => ({ status: 302, location: `${elsewhere.origin}/temporal.tar.gz` });
    await expect(download()).rejects.toThrow(`${elsewhere.origin} is not the publisher's`);
    expect(elsewhere.asked).toEqual([]);
    await download(undefined, [archives.origin, checksums.origin, elsewhere.origin]);
    expect(await got()).toEqual(program);
    await elsewhere.stop();
    archives.answer = (path) => ({ status: 302, location: path });
    await expect(download()).rejects.toThrow('redirects more than');
  });

  test.each([
    ['https://temporal.download/cli/archive/v1.8.2', true],
    ['https://github.com/temporalio/cli/releases/download/v1.8.2/checksums.txt', true],
    ['https://release-assets.githubusercontent.com/github-production-release-asset/1', true],
    ['http://temporal.download/cli/archive/v1.8.2', false],
    ['https://temporal.download.example/cli', false],
    ['https://temporal.download:8443/cli', false],
    ['https://somebody@temporal.download/cli', false],
    ['https://github.com/somebody/cli/releases/download/v1.8.2/checksums.txt', false],
    ['https://raw.githubusercontent.com/somebody/cli/main/temporal', false],
    ['file:///tmp/temporal', false],
  ])('%s is an address of the publisher: %s', (address, own) => {
    expect(temporal.isOwn(new URL(address))).toBe(own);
  });

  test('the publisher and its sums are on two hosts', () => {
    expect(temporal.isOwn(new URL(temporal.archives))).toBe(true);
    expect(temporal.isOwn(new URL(temporal.checksums))).toBe(true);
    expect(new URL(temporal.archives).host).not.toBe(new URL(temporal.checksums).host);
  });

  test('a TEMPORAL_CLI_SHA256 that is no sum ends the start: nothing is downloaded, and nothing built', async () => {
    const located = locateTemporalCli({
      env: { XDG_CACHE_HOME: join(folder, 'cache'), TEMPORAL_CLI_SHA256: 'abc' },
      log: (line) => lines.push(line),
      build: deliver(CURRENT),
    });
    await expect(located).rejects.toThrow(
      'TEMPORAL_CLI_SHA256 is not a SHA-256 sum: 64 hexadecimal digits. Correct it, or unset it.',
    );
    expect(lines).toEqual([]);
  });

  test('a TEMPORAL_CLI_SHA256 that is another ends the start as well', async () => {
    const builds: string[] = [];
    const located = locate(
      {},
      {
        download: () => download(another),
        build: async (target) => void builds.push(target),
      },
    );
    await expect(located).rejects.toThrow(
      `and TEMPORAL_CLI_SHA256 says ${another}: it is not used. Correct TEMPORAL_CLI_SHA256, or unset it.`,
    );
    expect(builds).toEqual([]);
    expect(await readdir(join(folder, 'cache', 'fulcrum'))).toEqual([]);
  });

  test('one that was published wrongly is built', async () => {
    checksums.answer = () => ({ status: 200, body: list(another) });
    const cli = await locate({}, { download: () => download(), build: deliver(CURRENT) });
    expect(cli.source).toBe('build');
  });

  test.each([
    ['an error', 404, Buffer.from('nothing here'), /answered 404/],
    ['a page instead of an archive', 200, Buffer.from('<html>'), /did not answer with an archive/],
    ['an archive without it', 200, gzipSync(tar({ other: Buffer.from('x') })), /holds no file "temporal"/],
  ])('says so when it gets %s', async (_, status, body, message) => {
    archives.answer = () => ({ status, body });
    await expect(download(createHash('sha256').update(body).digest('hex'))).rejects.toThrow(message);
  });
});

function tar(files: Record<string, Buffer>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
