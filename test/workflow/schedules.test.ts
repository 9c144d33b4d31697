import type { ScheduleDescription } from '@temporalio/client';
import { Client, Connection } from '@temporalio/client';
import { createDataConverter } from '../../platform/temporal/data-converter';
import type { ScheduleDefinition } from '../../platform/temporal/schedules';
import { deleteSchedule, ensureSchedule } from '../../platform/temporal/schedules';
import { searchAttributes } from '../../workflows/search-attributes';
import { testRing } from '../helpers/keys';
import { freshNamespace, temporalAddress } from '../helpers/temporal';
import { until } from '../helpers/until';

describe('a Schedule that is to exist with exactly one definition', () => {
  let connection: Connection;
  let client: Client;
  let number = 0;

  beforeAll(async () => {
    const address = temporalAddress();
    const namespace = await freshNamespace(address);
    connection = await Connection.connect({ address });
    client = new Client({
      connection,
      namespace,
      dataConverter: createDataConverter(testRing()),
    });
  });
  afterAll(() => connection.close());

  const day = 86_400_000;
  const definition = (change: Partial<ScheduleDefinition> = {}): ScheduleDefinition => ({
    scheduleId: `look-around-${number}`,
    every: day,
    offset: 7_200_000,
    jitter: 5_000,
    catchupWindow: 3_600_000,
    workflowType: 'lookAround',
    taskQueue: 'nobody-listens',
    args: [{ connectionId: 'con_1', limits: [1, 2], none: null }],
    summary: 'looks around',
    fairnessKey: 'con_1',
    searchAttributes: [{ key: searchAttributes.connection, value: 'con_1' }],
    ...change,
  });
  const describeIt = (): Promise<ScheduleDescription> =>
    client.schedule.getHandle(definition().scheduleId).describe();

  beforeEach(() => {
    number += 1;
  });
  afterEach(() => deleteSchedule(client, definition().scheduleId));

  test('several processes that make it at once end with the one', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ensureSchedule(client, definition())));
    const made = await describeIt();
    expect(made.spec.intervals).toEqual([{ every: day, offset: 7_200_000 }]);
    expect(made.spec.jitter).toBe(5_000);
    expect(made.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 3_600_000 });
    expect(made.action).toMatchObject({
      workflowId: definition().scheduleId,
      workflowType: 'lookAround',
      taskQueue: 'nobody-listens',
      args: definition().args,
      staticSummary: 'looks around',
      priority: { fairnessKey: 'con_1' },
    });
    expect(made.action.typedSearchAttributes).toEqual(made.typedSearchAttributes);
    expect(made.typedSearchAttributes.get(searchAttributes.connection)).toBe('con_1');
  });

  test('the same definition again writes nothing', async () => {
    await ensureSchedule(client, definition());
    await ensureSchedule(client, definition());
    expect((await describeIt()).info.lastUpdatedAt).toBeUndefined();
  });

  test.each<[string, Partial<ScheduleDefinition>]>([
    ['interval', { every: 2 * day }],
    ['offset', { offset: 0 }],
    ['jitter', { jitter: 0 }],
    ['catch-up window', { catchupWindow: 60_000 }],
    ['workflow', { workflowType: 'lookElsewhere' }],
    ['task queue', { taskQueue: 'another' }],
    ['arguments', { args: [] }],
    ['summary', { summary: 'looks elsewhere' }],
    ['fairness key', { fairnessKey: 'con_2' }],
    ['search attributes', { searchAttributes: [{ key: searchAttributes.connection, value: 'con_2' }] }],
    ['state', { paused: true, note: 'while the customer is away' }],
  ])('another %s is taken over, once', async (_what, change) => {
    await ensureSchedule(client, definition());
    await Promise.all([
      ensureSchedule(client, definition(change)),
      ensureSchedule(client, definition(change)),
    ]);
    // The server applies an update a moment after it has answered.
    const updated = await until(
      'the update shows',
      describeIt,
      ({ info }) => info.lastUpdatedAt !== undefined,
    );
    await ensureSchedule(client, definition(change));
    const again = await describeIt();
    expect(again.info.lastUpdatedAt).toEqual(updated.info.lastUpdatedAt);
    expect(again.action.args).toEqual(change.args ?? definition().args);
    expect(again.state.paused).toBe(change.paused ?? false);
  });

  test("an operator's pause is kept, unless the definition speaks of it", async () => {
    await ensureSchedule(client, definition());
    const handle = client.schedule.getHandle(definition().scheduleId);
    await handle.pause('we move house');
    await ensureSchedule(client, definition({ every: 2 * day }));
    const kept = await until(
      'the update shows',
      describeIt,
      ({ spec }) => spec.intervals?.[0]?.every === 2 * day,
    );
    expect(kept.state).toMatchObject({ paused: true, note: 'we move house' });

    await ensureSchedule(client, definition({ every: 2 * day, paused: false }));
    await until('it goes on', describeIt, ({ state }) => !state.paused);
  });

  test('it can be taken away twice, and made again', async () => {
    await ensureSchedule(client, definition());
    await deleteSchedule(client, definition().scheduleId);
    await deleteSchedule(client, definition().scheduleId);
    await expect(describeIt()).rejects.toThrow();
    await ensureSchedule(client, definition());
    expect((await describeIt()).action.workflowType).toBe('lookAround');
  });
});
