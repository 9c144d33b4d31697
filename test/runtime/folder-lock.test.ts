import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderHeldElsewhereError, FolderLockedError, lockFolder } from '../../scripts/embedded/folder-lock';
import { birthMark } from '../../scripts/embedded/processes';
import { runElsewhere } from '../helpers/other-process';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fulcrum-folder-lock-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Another process takes the lock, says so, and stays. */
const lockElsewhere = () =>
  runElsewhere(`
    await load('scripts/embedded/folder-lock.ts').lockFolder(${JSON.stringify(folder)});
    console.log('locked');
  `);

test('a living holder is named to everybody else, until it releases', async () => {
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ name: 'FolderLockedError', pid: process.pid });
  expect((await lockElsewhere().then(({ line }) => line)).trim()).toBe(
    `Process ${process.pid} holds this folder.`,
  );
  await lock.release();
  await (await lockFolder(folder)).release();
});

test('the lock of a killed holder is free', async () => {
  const holder = await lockElsewhere();
  expect(holder.line).toBe('locked');
  await expect(lockFolder(folder)).rejects.toMatchObject({ pid: holder.pid });
  await holder.kill();
  await (await lockFolder(folder)).release();
});

test('of many who find the holder dead exactly one gets it, each time', async () => {
  const dead = JSON.stringify({ pid: process.pid, birth: 'of an earlier process with this id' });
  await writeFile(join(folder, 'hub-1.lock'), dead);
  for (let round = 0; round < 10; round += 1) {
    const all = await Promise.allSettled([...Array(20)].map(() => lockFolder(folder)));
    const [winner, ...others] = all.filter((each) => each.status === 'fulfilled');
    expect(others).toEqual([]);
    const refusals = all.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(refusals).toHaveLength(19);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(FolderLockedError);
    await winner?.value.release();
  }
  // Nothing piles up.
  expect(await readdir(folder)).toHaveLength(1);
});

test('however takers and releases meet, never two hold it', async () => {
  let [holders, taken] = [0, 0];
  const take = async (): Promise<void> => {
    while (taken < 100) {
      const lock = await lockFolder(folder).catch((error: unknown) => {
        if (!(error instanceof FolderLockedError)) throw error;
      });
      if (!lock) continue;
      holders += 1;
      taken += 1;
      expect(holders).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      holders -= 1;
      await lock.release();
    }
  };
  await Promise.all([...Array(12)].map(take));
});

test('one who was slow to take a dead holder’s lock does not get it when others have had it since', async () => {
  const dead = JSON.stringify({ pid: process.pid, birth: 'of an earlier process with this id' });
  const living = JSON.stringify({ pid: process.pid, birth: await birthMark(process.pid) });
  const path = (number: number): string => join(folder, `hub-${number}.lock`);
  let late = 0;
  // Whatever it has come to when the others come by, between looking and taking among it.
  for (let round = 0; round < 160; round += 1) {
    await writeFile(path(1), dead);
    const slow = lockFolder(folder).then(
      () => 'has it',
      (error: unknown) => error,
    );
    for (let tick = 0; tick < round % 40; tick += 1) await new Promise((resolve) => setImmediate(resolve));
    if (!existsSync(path(2))) {
      late += 1;
      // One took it and ended, another one has it now.
      writeFileSync(path(3), living);
      rmSync(path(1));
      expect(await slow).toBeInstanceOf(FolderLockedError);
    }
    await slow;
    for (const name of await readdir(folder)) await rm(join(folder, name));
  }
  expect(late).toBeGreaterThan(0);
});

test.each(['', 'garbage', '{}', '[1]', 'null', '{"pid":-1}', '{"pid":"1"}'])(
  'a lock file that holds %j is nobody’s',
  async (text) => {
    await writeFile(join(folder, 'hub-12.lock'), text);
    const lock = await lockFolder(folder);
    expect(await readdir(folder)).toEqual(['hub-13.lock']);
    await lock.release();
  },
);

test('a folder with the name of a lock is nobody’s lock, and stays', async () => {
  await mkdir(join(folder, 'hub-5.lock'));
  const lock = await lockFolder(folder);
  expect((await readdir(folder)).toSorted()).toEqual(['hub-5.lock', 'hub-6.lock']);
  await expect(lockFolder(folder)).rejects.toBeInstanceOf(FolderLockedError);
  await lock.release();
});

test.each(['9007199254740991', '9007199254740992', '9'.repeat(200)])(
  'behind number %s there is none, which is said',
  async (number) => {
    await writeFile(join(folder, `hub-${number}.lock`), '');
    await expect(lockFolder(folder)).rejects.toThrow('remove that file');
    expect(await readdir(folder)).toEqual([`hub-${number}.lock`]);
  },
);

test('what killed takers left is removed, what living ones are about to take stays', async () => {
  const birth = await birthMark(process.pid);
  const drafts = {
    'hub-lock.dead': JSON.stringify({ pid: process.pid, birth: 'of an earlier process with this id' }),
    'hub-lock.living': JSON.stringify({ pid: process.pid, birth }),
    'hub-lock.begun': '',
  };
  for (const [name, text] of Object.entries(drafts)) await writeFile(join(folder, name), text);
  const lock = await lockFolder(folder);
  expect((await readdir(folder)).toSorted()).toEqual(['hub-1.lock', 'hub-lock.begun', 'hub-lock.living']);
  await lock.release();
});

describe('a lock of another place', () => {
  /** As this process would write it, with something else. */
  async function heldBy(change: (place: { host: string; pids: string }) => unknown): Promise<void> {
    const lock = await lockFolder(folder);
    const path = join(folder, 'hub-1.lock');
    const mine = JSON.parse(await readFile(path, 'utf8')) as { place: { host: string; pids: string } | null };
    await lock.release();
    const place = mine.place ?? { host: 'here', pids: 'boot pid' };
    await writeFile(path, JSON.stringify({ pid: process.pid, birth: 'unknown here', place: change(place) }));
  }
  const tells = existsSync('/proc/self/ns/pid');

  test('in another container is not taken, whoever may have its process id here', async () => {
    await heldBy(({ host, pids }) => ({ host, pids: `${pids}1` }));
    if (!tells) return;
    await expect(lockFolder(folder)).rejects.toMatchObject({ path: join(folder, 'hub-1.lock') });
    await rm(join(folder, 'hub-1.lock'));
    await (await lockFolder(folder)).release();
  });

  test('nor on another machine', async () => {
    await heldBy(() => ({ host: 'another', pids: 'another-boot pid:[1]' }));
    if (!tells) return;
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(FolderHeldElsewhereError);
  });

  test('on this machine before it was started anew is free', async () => {
    await heldBy(({ host }) => ({ host, pids: 'another-boot pid:[1]' }));
    await (await lockFolder(folder)).release();
  });
});

test('a folder that is gone by the time of the release is no fault', async () => {
  const lock = await lockFolder(folder);
  await rm(folder, { recursive: true });
  await expect(lock.release()).resolves.toBeUndefined();
});
