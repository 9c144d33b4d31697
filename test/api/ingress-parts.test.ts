import { type Arrival, digestKey, outcome } from '../../api/ingress/arrival';
import { createIntake } from '../../api/ingress/intake';
import { decide } from '../../api/ingress/lever-decision';
import { newsKey } from '../../api/ingress/news';
import { createOutbox } from '../../api/ingress/outbox';
import { type Entry, entryBytes } from '../../api/ingress/recorder';
import { createAllowance, createRemembered, createRowBudget, rowLimits } from '../../api/ingress/row-budget';
import { createTally } from '../../api/ingress/tally';
import { createWrite } from '../../api/ingress/write';
import { createHeldRelease } from '../../db/held-release';
import type { Connection } from '../../domain/connection';
import { openCallbackKey, sealAccountKey, sealRunKey } from '../../platform/crypto/callback-key';
import { parseKeyRing } from '../../platform/crypto/keyring';
import { createLogger } from '../../platform/log';
import { smg } from '../../vendors/smg/definition';
import { aNote } from '../helpers/domain';

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

test('the name of news is theirs as far as an index takes it, and then its digest', () => {
  const news = (eventKey: string | null) =>
    ({ eventKey, event: { type: 'started' }, vendorRef: null }) as const;
  const arrival = { body: Buffer.from('{}'), workflowId: 'w' };
  for (const name of ['evt_1', 'é'.repeat(1_000)]) expect(newsKey(news(name), arrival)).toBe(name);
  const long = 'é'.repeat(1_001);
  expect(newsKey(news(long), arrival)).toBe(digestKey(long));
  expect(newsKey(news(null), arrival)).not.toBe(newsKey(news(null), { ...arrival, workflowId: 'v' }));
});

describe('the limits on held deliveries', () => {
  const now = Date.now();
  const hour = 3_600_000;
  const resume = async (waiting: { id: string; receivedAt: number }[]) => {
    const done: string[] = [];
    const held = {
      forResume: async (_connection: string, limit: number) => waiting.slice(0, limit),
      release: async (id: string) => void done.push(`${id} goes on`),
      leaveToPerson: async (_connection: string, reason: string, ids?: readonly string[]) => {
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
    ).toEqual(['old waits: too_old', 'first goes on', 'second goes on']);
  });

  test('fifty go on, more than fifty all wait', async () => {
    const waiting = Array.from({ length: 51 }, (_, index) => ({ id: `${index}`, receivedAt: now }));
    expect(await resume(waiting.slice(1))).toHaveLength(50);
    expect(await resume(waiting)).toEqual(['everything waits: too_many']);
  });
});

describe('rows of what nothing follows from', () => {
  test('are so many at once under a name, and one more after each pause', () => {
    const may = createAllowance({ rows: 2, everyMs: 1_000 });
    expect([0, 1, 2, 999].map((now) => may('a', now))).toEqual([true, true, false, false]);
    expect(may('b', 999)).toBe(true);
    expect([1_002, 1_003, 100_000, 100_001, 100_002].map((now) => may('a', now))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  test('take no more memory however many names there are', () => {
    const may = createAllowance({ rows: 1, everyMs: 1_000 }, 2);
    expect(['a', 'b', 'a', 'c'].map((name) => may(name, 0))).toEqual([true, true, false, true]);
    // "b" was quiet for longest, and is a new one again.
    expect(['a', 'b'].map((name) => may(name, 0))).toEqual([false, true]);
  });

  test('are remembered by name, the latest', () => {
    const remembered = createRemembered(2);
    for (const name of ['a', 'b', 'a', 'c']) remembered.add(name);
    expect(['a', 'b', 'c'].map((name) => remembered.has(name))).toEqual([false, true, true]);
  });

  test("of one stranger's refused messages are taken from no other sender, and proven ones from neither", () => {
    const budget = createRowBudget({
      refused: { rows: 5, everyMs: 60_000 },
      refusedOfAddress: { rows: 2, everyMs: 60_000 },
      replayable: { rows: 10, everyMs: 60_000 },
      replayableOfAddress: { rows: 9, everyMs: 60_000 },
      noEffect: { rows: 1, everyMs: 60_000 },
    });
    const refused = (address: string) => budget.mayKeepRefused('lever con_1', address, 0);
    expect(Array.from({ length: 100 }, () => refused('stranger')).filter(Boolean)).toHaveLength(2);
    expect(refused('lever')).toBe(true);
    expect(['x', 'y', 'z', 'u'].map(refused)).toEqual([true, true, false, false]);
    expect(budget.mayKeepRefused('lever con_2', 'z', 0)).toBe(true);
    expect([0, 1].map((now) => budget.mayKeepEffectless('lever con_1', now))).toEqual([true, false]);
    // What may be replayed has its own, by its length.
    const replayable = (address: string, bytes: number) =>
      budget.mayKeepReplayable('lever con_1', address, 0, bytes);
    expect(replayable('stranger', 16 * 1024)).toBe(true);
    expect([2 * 1024, 1].map((bytes) => replayable('stranger', bytes))).toEqual([true, false]);
    expect([2 * 1024 + 1, 700, 1].map((bytes) => replayable('lever', bytes))).toEqual([false, true, false]);
  });
});

const arrival: Arrival = {
  ...aNote({ source: 'smg' }),
  workflowId: null,
  reference: null,
  request: { method: 'POST', pathRest: '', query: {}, headers: {} },
  body: Buffer.alloc(0),
};

describe('a refused message that waits for the database', () => {
  const refused = async (change: Partial<Arrival>, isLikeSenders: boolean): Promise<Entry> => {
    const kept: Entry[] = [];
    const intake = createIntake({
      dispatch: () => Promise.reject(new Error('it is refused')),
      recorder: { record: async (entry) => (kept.push(entry), 'rejected') },
      budget: createRowBudget(),
      tally: { add: () => undefined, flush: async () => undefined },
      counted: () => undefined,
      log,
    });
    await intake.refuse({ ...arrival, ...change }, new Error('no proof'), {
      address: '198.51.100.1',
      isLikeSenders: () => isLikeSenders,
      repeatKey: isLikeSenders ? 'token' : null,
    });
    return kept[0] as Entry;
  };
  const request = {
    method: 'POST',
    pathRest: 'p'.repeat(5_000),
    query: { q: 'q'.repeat(5_000) },
    headers: { 'content-type': 'text/plain', 'x-padding': 'y'.repeat(5_000) },
  };

  test.each([
    ['too long', 900 * 1024, true],
    ["not shaped like the sender's", 100, false],
  ])('holds nothing of what it said where it is %s', async (_what, length, isLikeSenders) => {
    const entry = await refused({ body: Buffer.alloc(length, 1), request }, isLikeSenders);
    expect(entry).toMatchObject({ isBare: true, outcome: { verdict: 'rejected' } });
    expect(entry.arrival.body).toHaveLength(0);
    expect(entry.arrival.request.headers).toEqual({ 'content-type': 'text/plain' });
    expect(entryBytes(entry)).toBeLessThan(2_000);
  });

  test('counts whole where it is kept whole', async () => {
    const entry = await refused({ body: Buffer.alloc(10_000, 1), request }, true);
    expect(entry.isBare).toBeUndefined();
    expect(entryBytes(entry)).toBeGreaterThan(25_000);
  });
});

describe('a repeat that the database does not take at once', () => {
  test.each([
    ['with a row', 2, [true, true], []],
    ['without one', 0, [false, false], ['duplicate']],
  ])(
    '%s comes out of the budget once, however often it is written',
    async (_what, rows, answers, counted) => {
      const noEffect = { rows, everyMs: 60_000 };
      const budget = createRowBudget({ ...rowLimits, noEffect });
      const asked: boolean[] = [];
      const tallied: string[] = [];
      const write = createWrite({
        record: async (_row, keepsRepeat) => {
          asked.push(keepsRepeat?.() ?? true);
          if (asked.length === 1) throw new Error('away, just now');
          return { verdict: 'duplicate' };
        },
        budget,
        tally: { add: (_of, verdict) => void tallied.push(verdict), flush: async () => undefined },
      });
      const entry = { arrival, outcome: outcome('signalled') };
      await expect(write(entry)).rejects.toThrow('away');
      await write(entry);
      expect([asked, tallied]).toEqual([answers, counted]);
      // What is left is another one's.
      await write({ ...entry });
      expect(asked.at(-1)).toBe(rows > 0);
    },
  );
});

test('what is only counted is added up, and kept until the database has it', async () => {
  const store = { open: false, written: [] as unknown[] };
  const tally = createTally({
    write: async (tallies) => {
      if (!store.open) throw new Error('away');
      store.written.push(...tallies);
    },
    log,
  });
  const of = { source: 'smg', connectionId: 'con_1', receivedAt: Date.UTC(2026, 0, 31, 23, 59) };
  tally.add(of, 'rejected');
  await tally.flush();
  tally.add(of, 'rejected', 2);
  tally.add({ ...of, receivedAt: of.receivedAt + 60_000 }, 'rejected');
  tally.add(of, 'ignored');
  store.open = true;
  await tally.flush();
  await tally.flush();
  const { receivedAt: _, ...common } = of;
  expect(store.written).toEqual([
    { ...common, verdict: 'rejected', day: '2026-01-31', count: 3 },
    { ...common, verdict: 'rejected', day: '2026-02-01', count: 1 },
    { ...common, verdict: 'ignored', day: '2026-01-31', count: 1 },
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
    for (const made of [
      sealRunKey(old, run),
      sealAccountKey(old.first, 'con_1', 0),
      sealAccountKey(old.first, 'con_1', 2),
    ]) {
      expect(openCallbackKey(rotated, made)).toMatchObject({ connectionId: 'con_1' });
      expect(openCallbackKey(parseKeyRing(key('old', 3)), made)).toBeNull();
      expect(openCallbackKey(old, `${made.slice(0, -2)}AA`)).toBeNull();
    }
    expect(openCallbackKey(old, sealRunKey(old, run))).toEqual({ kind: 'run', ...run });
    expect(openCallbackKey(old, '')).toBeNull();
  });

  test("an account's key is the same each time it is shown", () => {
    expect(sealAccountKey(old.first, 'con_1', 0)).toBe(sealAccountKey(old.first, 'con_1', 0));
  });
});
