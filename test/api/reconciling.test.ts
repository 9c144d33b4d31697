import type { ReconcilingDeps } from '../../api/connections/reconciling';
import { createReconciling } from '../../api/connections/reconciling';
import type { Connection } from '../../domain/connection';
import { reasonOf } from '../../domain/connection-reasons';
import { FulcrumError } from '../../domain/errors';
import { createLogger } from '../../platform/log';
import type { ScheduleDefinition } from '../../platform/temporal/schedules';
import { smg } from '../../vendors/smg/definition';
import { aConnection } from '../helpers/domain';
import { until } from '../helpers/until';

/** How Schedules follow their connections; that Temporal keeps them is shown on the real server. */

const log = createLogger({ level: 'silent', name: 'test' });
const away = new FulcrumError('temporal.unavailable', 'away');

function follower(connections: Connection[], change: Partial<ReconcilingDeps> = {}) {
  const schedules = new Map<string, ScheduleDefinition>();
  const calls: string[] = [];
  const stages: Record<string, readonly string[]> = {};
  const fault: { of: (id: string) => Error | null } = { of: () => null };
  const call = (what: string, scheduleId: string): void => {
    calls.push(`${what} ${scheduleId}`);
    const error = fault.of(scheduleId);
    if (error) throw error;
  };
  const reconciling = createReconciling({
    connections: () => connections,
    isUnreadable: () => false,
    triggerStages: {
      set: async (id, stageIds) => {
        stages[id] = stageIds;
        return [];
      },
    },
    vendor: () => smg,
    ensure: async (definition) => {
      call('ensure', definition.scheduleId);
      schedules.set(definition.scheduleId, definition);
    },
    remove: async (scheduleId) => {
      call('remove', scheduleId);
      schedules.delete(scheduleId);
    },
    intervalMs: 600_000,
    timing: { startToCloseMs: 1, initialIntervalMs: 1, maxIntervalMs: 1 },
    log,
    compareMs: 10,
    ...change,
  });
  return { reconciling, schedules, calls, stages, fault };
}

const stages = [
  { id: 's-1', text: 'Assessment' },
  { id: 's-2', text: 'Review' },
];
const connection = (id: string, change: Partial<Connection> = {}): Connection =>
  aConnection({ id, status: 'active', stages, settings: { triggerStages: ['Assessment'] }, ...change });

let running: { stop(): Promise<void> } | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
});

test('every connection gets its own, spread over the interval, and each is written once', async () => {
  const all = Array.from({ length: 30 }, (_, index) => connection(`con_${index}`));
  let looks = 0;
  const connections = (): Connection[] => {
    looks += 1;
    return all;
  };
  const { reconciling, schedules, calls } = follower(all, { connections });
  running = reconciling;
  reconciling.start();
  await until(
    'all are there',
    () => schedules,
    ({ size }) => size === 30,
  );
  for (const one of all) await reconciling.changed(one);
  const before = looks;
  await until(
    'they were looked at again and again',
    () => looks,
    (count) => count >= before + 3,
  );
  expect(calls).toHaveLength(30);
  const offsets = [...schedules.values()].map(({ offset }) => offset ?? -1);
  expect(new Set(offsets).size).toBeGreaterThan(20);
  expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...offsets)).toBeLessThan(600_000);
  expect(schedules.get('reconcile/con_0')).toMatchObject({
    every: 600_000,
    paused: false,
    args: [{ connectionId: 'con_0', graceMs: 30_000 }],
  });
});

test('paused and disconnected ones say so and nothing that others have said, disabled ones have none', async () => {
  const all = [connection('con_1')];
  const { reconciling, schedules } = follower(all);
  running = reconciling;
  reconciling.start();
  for (const status of ['paused', 'disconnected'] as const) {
    all[0] = connection('con_1', {
      status,
      statusReason: reasonOf('to_be_corrected', 'because Dana has said so'),
    });
    const note = `the connection is ${status}`;
    await until(
      note,
      () => schedules.get('reconcile/con_1'),
      (schedule) => schedule?.note === note,
    );
    expect(schedules.get('reconcile/con_1')?.paused).toBe(true);
    expect(JSON.stringify(schedules.get('reconcile/con_1'))).not.toContain('Dana');
  }
  all[0] = connection('con_1', { statusReason: null });
  await until(
    'it goes on',
    () => schedules.get('reconcile/con_1'),
    (schedule) => schedule?.paused === false,
  );
  all[0] = connection('con_1', { status: 'disabled' });
  await until(
    'it is gone',
    () => schedules,
    ({ size }) => size === 0,
  );
});

test('one that is gone, since its creation was refused, leaves no Schedule behind', async () => {
  const all = [connection('con_1'), connection('con_2', { status: 'paused' })];
  const { reconciling, schedules, fault } = follower(all);
  running = reconciling;
  reconciling.start();
  await until(
    'both are there',
    () => schedules,
    ({ size }) => size === 2,
  );
  let refusals = 2;
  fault.of = () => (refusals-- > 0 ? away : null);
  all.pop();
  await until(
    'one is gone',
    () => schedules,
    ({ size }) => size === 1,
  );
  expect([...schedules.keys()]).toEqual(['reconcile/con_1']);
});

test('a change is noted although Temporal is away, and brought about after its return', async () => {
  const all = [connection('con_1'), connection('con_2')];
  const { reconciling, schedules, calls, stages: noted, fault } = follower(all);
  fault.of = () => away;
  running = reconciling;
  reconciling.start();
  await reconciling.changed(connection('con_1', { settings: { triggerStages: ['Review', 's-1'] } }));
  expect(noted).toEqual({ con_1: ['s-2', 's-1'] });
  await until(
    'it was tried',
    () => calls,
    ({ length }) => length > 1,
  );
  // One that waits for the deadline is enough.
  expect(new Set(calls)).toEqual(new Set(['ensure reconcile/con_1']));
  fault.of = () => null;
  await until(
    'both are there',
    () => schedules,
    ({ size }) => size === 2,
  );
});

test('one that Temporal refuses does not keep the others from theirs', async () => {
  const { reconciling, schedules, fault } = follower([connection('con_1'), connection('con_2')]);
  fault.of = (id) => (id.endsWith('con_1') ? new Error('refused') : null);
  running = reconciling;
  reconciling.start();
  await until(
    'the second is there',
    () => schedules,
    (all) => all.has('reconcile/con_2'),
  );
  fault.of = () => null;
  await until(
    'and then the first',
    () => schedules,
    (all) => all.has('reconcile/con_1'),
  );
});

test('a database that is away does not stop a change; unreadable settings change nothing', async () => {
  const broken = follower([], {
    triggerStages: { set: () => Promise.reject(new FulcrumError('db.unavailable', 'away')) },
  });
  await broken.reconciling.changed(connection('con_1'));
  const { reconciling, stages: noted } = follower([]);
  await reconciling.changed(connection('con_1', { settings: { triggerStages: 7 } }));
  expect(noted).toEqual({});
  await reconciling.changed(connection('con_1', { status: 'disabled' }));
  expect(noted).toEqual({ con_1: [] });
});
