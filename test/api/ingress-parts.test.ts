import { decide } from '../../api/ingress/lever-decision';
import { createOutbox } from '../../api/ingress/outbox';
import { createRefusalBudget } from '../../api/ingress/refusals';
import { createHeldRelease } from '../../db/held-release';
import type { Connection } from '../../domain/connection';
import { brakeReasons } from '../../domain/reconciling';
import { openCallbackKey, sealAccountKey, sealRunKey } from '../../platform/crypto/callback-key';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createLogger } from '../../platform/log';
import { smg } from '../../vendors/smg/definition';

const log = createLogger({ level: 'silent', name: 'test' });

describe('the outbox', () => {
  const away = new Error('away');
  const withStore = (limits: { maxItems?: number; maxBytes?: number } = {}) => {
    const store = { open: false, written: [] as string[] };
    const outbox = createOutbox<string>({
      write: async (item) => {
        if (!store.open) throw away;
        store.written.push(item);
      },
      isAway: (error) => error === away,
      bytesOf: (item) => item.length,
      log,
      ...limits,
    });
    return { store, outbox };
  };

  test('keeps the order, and writes each once however often it is flushed', async () => {
    const { store, outbox } = withStore();
    for (const item of ['a', 'b', 'c']) outbox.add(item);
    await outbox.flush();
    expect(outbox.size()).toBe(3);
    store.open = true;
    await Promise.all([outbox.flush(), outbox.flush()]);
    expect(store.written).toEqual(['a', 'b', 'c']);
    expect(outbox.size()).toBe(0);
  });

  test('drops the oldest when there is no room', async () => {
    const few = withStore({ maxItems: 2 });
    const small = withStore({ maxBytes: 5 });
    for (const item of ['aaa', 'bb', 'cc']) {
      few.outbox.add(item);
      small.outbox.add(item);
    }
    for (const { store, outbox } of [few, small]) {
      store.open = true;
      await outbox.flush();
      expect(store.written).toEqual(['bb', 'cc']);
    }
  });
});

describe('the brakes on held deliveries', () => {
  const now = Date.now();
  const hour = 3_600_000;
  const resume = async (waiting: { id: string; receivedAt: number }[]) => {
    const done: string[] = [];
    const held = {
      forResume: async (_connection: string, limit: number) => waiting.slice(0, limit),
      release: async (id: string) => void done.push(`${id} goes on`),
      brake: async (_connection: string, reason: string, ids?: readonly string[]) => {
        for (const id of ids ?? ['everything']) done.push(`${id} waits: ${reason}`);
      },
      releasable: () => Promise.reject(new Error('not here')),
      discard: () => Promise.reject(new Error('not here')),
      count: () => Promise.reject(new Error('not here')),
    };
    await createHeldRelease({ held, log }).resume('con', now);
    return done;
  };

  test('fresh ones go on in their order, old ones wait for a person', async () => {
    expect(
      await resume([
        { id: 'old', receivedAt: now - 73 * hour },
        { id: 'first', receivedAt: now - 72 * hour },
        { id: 'second', receivedAt: now },
      ]),
    ).toEqual([`old waits: ${brakeReasons.tooOld}`, 'first goes on', 'second goes on']);
  });

  test('fifty go on, more than fifty all wait', async () => {
    const waiting = Array.from({ length: 51 }, (_, index) => ({ id: `${index}`, receivedAt: now }));
    expect(await resume(waiting.slice(1))).toHaveLength(50);
    expect(await resume(waiting)).toEqual([`everything waits: ${brakeReasons.tooMany}`]);
  });
});

test('refusals are recorded up to a limit a minute', () => {
  const may = createRefusalBudget(2);
  expect([may('a', 0), may('a', 1), may('a', 2), may('b', 2), may('a', 60_000)]).toEqual([
    true,
    true,
    false,
    true,
    true,
  ]);
});

describe('what a stage change means', () => {
  const connection = {
    status: 'active',
    stages: [
      { id: 'applicant-new', text: 'New applicant' },
      { id: 's-1', text: 'Assessment' },
    ],
  } as Connection;
  const settings = (given: object) => smg.settings.parse(given);
  const news = (toStageId: string) => ({ kind: 'stageChange' as const, opportunityId: 'o', toStageId });

  test.each([
    ['a trigger stage by its name', connection, {}, 's-1', 'start'],
    ['a trigger stage by its id', connection, { triggerStages: ['applicant-new'] }, 'applicant-new', 'start'],
    ['a stage unknown to the hub', connection, {}, 's-new', 'start'],
    ['another stage', connection, {}, 'applicant-new', 'ignore'],
    ['another stage where leaving cancels', connection, { onLeaveStage: 'cancel' }, 'applicant-new', 'hint'],
    ['no trigger stage at all', connection, { triggerStages: [] }, 's-new', 'ignore'],
    ['a paused connection', { ...connection, status: 'paused' }, {}, 's-1', 'hold'],
    ['a disconnected connection', { ...connection, status: 'disconnected' }, {}, 's-1', 'hold'],
  ] as const)('%s', (_what, given, wanted, stageId, expected) => {
    expect(decide(given, settings(wanted), news(stageId)).do).toBe(expected);
  });

  test('settings that the vendor no longer accepts hold it for a person', () => {
    expect(decide(connection, null, news('s-1')).do).toBe('hold');
  });
});

describe('callback keys', () => {
  const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
  const old = parseKeyRing(key('old', 1));
  const rotated = parseKeyRing(`${key('new', 2)},${key('old', 1)}`);
  const run = { assessmentId: 'asm_1', workflowId: 'assessment/smg/c/o/t', connectionId: 'con_1' };

  test('open with the ring that made them, also after a rotation, and with no other', () => {
    for (const made of [sealRunKey(old, run), sealAccountKey(old, 'con_1')]) {
      expect(openCallbackKey(rotated, made)).toMatchObject({ connectionId: 'con_1' });
      expect(openCallbackKey(parseKeyRing(key('old', 3)), made)).toBeNull();
      expect(openCallbackKey(old, `${made.slice(0, -2)}AA`)).toBeNull();
    }
    expect(openCallbackKey(old, sealRunKey(old, run))).toEqual({ kind: 'run', ...run });
    expect(openCallbackKey(old, '')).toBeNull();
  });

  test("an account's key is the same each time it is shown", () => {
    expect(sealAccountKey(old, 'con_1')).toBe(sealAccountKey(old, 'con_1'));
  });
});
