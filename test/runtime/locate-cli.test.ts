import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { downloadCli, goArch } from '../../scripts/temporal-cli/download';
import { type LocateOptions, type Provider, locateTemporalCli } from '../../scripts/temporal-cli/locate';
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

describe('the download', () => {
  let server: Server;
  let answer: { status: number; body: Buffer };
  let asked: string | undefined;

  beforeEach(async () => {
    server = createServer((request, response) => {
      asked = request.url;
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const download = (target: string) =>
    downloadCli(
      target,
      () => undefined,
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/archive/`,
    );

  test('takes the executable out of the archive', async () => {
    const program = Buffer.from(script(CURRENT));
    answer = { status: 200, body: gzipSync(tar({ LICENSE: Buffer.alloc(700, 'x'), temporal: program })) };
    const target = join(folder, 'temporal');
    await download(target);
    expect(asked).toBe(`/archive/v1.8.2?platform=${process.platform}&arch=${goArch()}`);
    expect(await readFile(target)).toEqual(program);
    expect((await stat(target)).mode & 0o777).toBe(0o755);
  });

  test.each([
    ['an error', 404, Buffer.from('nothing here'), /answered 404/],
    ['a page instead of an archive', 200, Buffer.from('<html>'), /did not answer with an archive/],
    ['an archive without it', 200, gzipSync(tar({ other: Buffer.from('x') })), /holds no file "temporal"/],
  ])('says so when it gets %s', async (_, status, body, message) => {
    answer = { status, body };
    await expect(download(join(folder, 'temporal'))).rejects.toThrow(message);
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
