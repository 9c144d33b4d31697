import { reasonOf } from '../../domain/connection-reasons';
import { until } from '../helpers/until';
import { useWorld } from '../helpers/use-world';
import type { RefreshProcess } from './refresh-world';
import { startRefreshWorld } from './refresh-world';

/** Two processes that need a new token at the same moment (decision 0015; lever-api 2.2). */

const world = useWorld(startRefreshWorld);
let processes: RefreshProcess[];
beforeAll(async () => {
  processes = await Promise.all([world.startProcess(), world.startProcess()]);
});

const calls = 50;
const everyCall = { succeeded: calls, failures: [] };
const callFromBoth = (connectionId: string) =>
  Promise.all(processes.map((process) => process.call(connectionId, calls)));
const hour = 3_600_000;

describe.each(['rotate-strict', 'rotate-leeway', 'reusable'] as const)('Lever in mode %s', (tokenMode) => {
  const behaviour = { tokenMode, leewaySeconds: 30 } as const;

  it('is asked for one new pair by two processes with 50 calls each, and no call fails', async () => {
    const id = await world.connected('refreshToken', behaviour);
    expect(await callFromBoth(id)).toEqual([everyCall, everyCall]);
    expect(world.refreshes()).toBe(1);
    expect(world.refusals()).toBe(0);
    expect(world.lever.admin.requests({ path: '/v1/stages', status: 200 })).toHaveLength(2 * calls);
  });

  it('is asked for one new pair when the token that both use has run out unexpectedly', async () => {
    const id = await world.connected('pair', behaviour);
    expect(await callFromBoth(id)).toEqual([everyCall, everyCall]);
    expect(world.refreshes()).toBe(0);
    world.lever.admin.advanceClock(2 * hour);
    expect(await callFromBoth(id)).toEqual([everyCall, everyCall]);
    expect(world.refreshes()).toBe(1);
    // Each refused call was repeated with the new token, once.
    expect(world.refusals()).toBeLessThanOrEqual(2 * calls);
  });
});

it('the account that the first token names is noted for both', async () => {
  const id = await world.connected('refreshToken');
  await callFromBoth(id);
  expect((await world.connections.get(id))?.leverAccountId).toMatch(/^[\w-]+$/);
});

describe('a connection that ends on our side', () => {
  it('is used by no process any more, though each remembers its token', async () => {
    const id = await world.connected('pair');
    expect(await callFromBoth(id)).toEqual([everyCall, everyCall]);
    await world.connections.update(id, {
      status: 'disabled',
      statusReason: reasonOf('disabled_by_operator'),
    });
    await world.grants.remove(id);
    // The word of it goes round by the database's notice, which takes a moment.
    for (const process of processes) {
      await until(
        'the process has heard of it',
        () => process.call(id, 1),
        ({ succeeded }) => succeeded === 0,
      );
    }
    world.lever.admin.clearRequests();
    for (const process of processes) {
      expect(await process.call(id, 2)).toEqual({
        succeeded: 0,
        failures: ['connection.disconnected', 'connection.disconnected'],
      });
    }
    expect(world.lever.admin.requests()).toEqual([]);
    expect((await world.connections.get(id))?.status).toBe('disabled');
  });
});
