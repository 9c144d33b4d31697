import { tellRuns } from '../../../api/ingress/hints';
import { createPace, paceLimits } from '../../../api/ingress/pace';
import { createLogger } from '../../../platform/log';

/** How many of `count` short messages a run may be told at a moment. */
const at = (may: (id: string, bytes: number, now: number) => boolean, now: number, count = 100): number =>
  Array.from({ length: count }, () => may('run', 100, now)).filter(Boolean).length;

describe('the pace of one run', () => {
  test('is as many at once as come together, and then those that wait, some at a time', () => {
    const { mayTell, mayTellLater } = createPace();
    expect(at(mayTell, 0)).toBe(25);
    expect([1_000, 4_999, 5_000, 6_000, 10_000].map((now) => at(mayTellLater, now))).toEqual([
      0, 0, 10, 0, 10,
    ]);
  });

  test('lets nothing new pass by what waits, until the run was left alone', () => {
    const { mayTell, mayTellLater } = createPace();
    at(mayTell, 0);
    expect(at(mayTell, 6_000)).toBe(0);
    expect(at(mayTellLater, 6_000)).toBe(12);
    expect([12_000, 18_499].map((now) => at(mayTell, now))).toEqual([0, 0]);
    expect(at(mayTell, 18_501)).toBe(25);
  });

  test('leaves room for a second process below the hundred, however it is met', () => {
    const { mayTell, mayTellLater } = createPace();
    const told: number[] = [];
    for (let now = 0; now < 120_000; now += 100) {
      const count = at(mayTell, now, 5) + at(mayTellLater, now, 5);
      told.push(...Array.from({ length: count }, () => now));
    }
    const within = (from: number, ms: number): number =>
      told.filter((now) => now >= from && now < from + ms).length;
    expect(Math.max(...told.map((from) => within(from, 10_000)))).toBeLessThan(50);
    expect(told.length).toBeGreaterThan(120_000 / paceLimits.everyMs - 10);
  });

  test('counts a long message for several, and lets the longest pass all the same', () => {
    const { mayTell, mayTellLater } = createPace();
    const mega = 1024 * 1024;
    expect(mayTell('run', mega, 0)).toBe(true);
    expect(mayTell('run', 1, 0)).toBe(false);
    expect(mayTellLater('run', mega, 12_400)).toBe(false);
    expect(mayTellLater('run', mega, 12_500)).toBe(true);
  });

  test('is its own, and known of those that are told nothing now', () => {
    const { mayTell, mayTellLater, resting } = createPace();
    at(mayTell, 0);
    expect(mayTell('other', 1, 0)).toBe(true);
    expect([4_999, 5_000].map(resting)).toEqual([['run'], []]);
    at(mayTellLater, 5_000);
    expect(resting(5_500)).toEqual(['run']);
  });

  test('takes no more memory however many runs there are', () => {
    const { mayTell } = createPace({ most: 1, together: 1, everyMs: 1_000 }, 2);
    for (const name of ['a', 'b', 'c']) expect(mayTell(name, 1, 0)).toBe(true);
    expect(['c', 'a'].map((name) => mayTell(name, 1, 0))).toEqual([false, true]);
  });
});

test('a hint comes again for the run that has to wait, and the others hear it at once', async () => {
  const told: string[] = [];
  const outcome = await tellRuns(
    {
      log: createLogger({ level: 'silent', name: 'test' }),
      openRunsOf: async () => ['busy', 'idle'].map((workflowId) => ({ workflowId, isNew: false })),
      mayTell: (workflowId) => workflowId !== 'busy',
      runs: { openRunsOf: async () => [], hint: async (workflowId) => told.push(workflowId) > 0 },
    },
    { connectionId: 'con_1', opportunityId: 'o' },
    {} as never,
  );
  expect(outcome).toMatchObject({ reached: ['idle'], isEarly: true });
  expect(told).toEqual(['idle']);
});
