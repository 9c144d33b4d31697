import { reasonOf } from '../../domain/connection-reasons';
import type { DatabaseTap } from '../helpers/database-tap';
import { startDatabaseTap } from '../helpers/database-tap';
import { startTcpProxy } from '../helpers/tcp-proxy';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import type { RefreshProcess } from './refresh-world';
import { startRefreshWorld } from './refresh-world';

/** Lever has given a new pair of tokens, and the row that should hold it was not written. */

const world = useWorld(() => startRefreshWorld());
let tap: DatabaseTap;
let survivor: RefreshProcess;
beforeAll(async () => {
  tap = await startDatabaseTap(world.databaseUrl);
  survivor = await world.startProcess();
});
afterAll(() => tap?.stop());

const storing = 'update "grants" set';

/** A process dies between Lever's answer and the store. */
async function lose(connectionId: string): Promise<void> {
  const victim = await world.startProcess({ DATABASE_URL: tap.url });
  const struck = tap.strike({ statement: storing, when: 'arrives', act: () => victim.kill() });
  await expect(victim.call(connectionId, 10)).rejects.toThrow('the process ended');
  await struck;
  expect(world.refreshes()).toBe(1);
}

describe('when the process is killed in that moment', () => {
  it.each(['rotate-leeway', 'reusable'] as const)('the next one goes on, in mode %s', async (tokenMode) => {
    const id = await world.connected('refreshToken', { tokenMode, leewaySeconds: 30 });
    await lose(id);
    expect(await survivor.call(id, 10)).toEqual({ succeeded: 10, failures: [] });
    expect(world.refreshes()).toBe(2);
    expect((await world.connections.get(id))?.status).toBe('active');
  });

  it('the connection is called disconnected in mode rotate-strict, and Lever is not asked on and on', async () => {
    const id = await world.connected('refreshToken', { tokenMode: 'rotate-strict' });
    await lose(id);
    const first = await survivor.call(id, 10);
    expect(first.succeeded).toBe(0);
    expect(new Set(first.failures)).toEqual(new Set(['connection.disconnected']));
    expect(await world.connections.get(id)).toMatchObject({
      status: 'disconnected',
      statusReason: reasonOf('access_refused'),
    });
    expect(world.refreshes()).toBe(2);
    expect((await survivor.call(id, 10)).failures).toHaveLength(10);
    expect(world.refreshes()).toBe(2);
  });
});

describe('when the database goes away in that moment', () => {
  it('the process goes on with the new pair, and stores it when the database is back', async () => {
    const id = await world.connected('refreshToken', { tokenMode: 'rotate-strict' });
    const { hostname, port } = new URL(tap.url);
    const wire = await startTcpProxy({ host: hostname, port: Number(port) });
    try {
      const url = new URL(tap.url);
      url.port = String(wire.port);
      const process = await world.startProcess({ DATABASE_URL: url.href });
      const struck = tap.strike({ statement: storing, when: 'arrives', act: () => wire.cut() });
      expect(await process.call(id, 10)).toEqual({ succeeded: 10, failures: [] });
      await struck;
      const before = await world.grants.read(id);
      expect(before).toMatchObject({ accessToken: null });
      expect(await process.call(id, 10)).toEqual({ succeeded: 10, failures: [] });
      expect(world.refreshes()).toBe(1);

      await wire.mend();
      await until(
        'the new pair is stored',
        () => world.grants.read(id),
        (now) => now?.kind === 'oauth' && now.accessToken !== null,
      );
      // Another process goes on from there.
      expect(await survivor.call(id, 10)).toEqual({ succeeded: 10, failures: [] });
      expect(world.refreshes()).toBe(1);
    } finally {
      await wire.stop();
    }
  });

  it('an answer of the database that is lost does no harm: the pair was stored', async () => {
    const id = await world.connected('refreshToken', { tokenMode: 'rotate-strict' });
    const process = await world.startProcess({ DATABASE_URL: tap.url });
    const struck = tap.strike({ statement: 'commit', when: 'answered', act: () => Promise.resolve() });
    const { failures } = await process.call(id, 10);
    await struck;
    expect(failures).toEqual([]);
    expect(await survivor.call(id, 10)).toEqual({ succeeded: 10, failures: [] });
    expect(world.refreshes()).toBe(1);
  });
});
