import fc from 'fast-check';
import { endedFor } from '../../../domain/end-reasons';
import type { LifecycleEvent } from '../../../domain/events';
import type { Lifecycle } from '../../../domain/lifecycle';
import { isOpenAtVendor, isTerminal, nextWake, openLifecycle } from '../../../domain/lifecycle';
import { reduce } from '../../../domain/reducer';
import type { Command } from '../../../domain/reduction';
import type { PolicyInput } from '../../../domain/run-policy';
import { beginning, courses, hour, invitedRun, must, policies } from './arbitraries';

const minute = 60_000;
const policy: PolicyInput = {
  expiresAfterMs: 10 * hour,
  reminderOffsetsMs: [hour],
  onLeaveStage: 'cancel',
  suspendLimitMs: 300 * hour,
  poll: { minMs: hour, maxMs: 8 * hour },
};
const notYet: LifecycleEvent = { type: 'resultMissing', reason: 'it is not shown yet', never: false };
const refused: LifecycleEvent = { type: 'resultMissing', reason: 'there is none', never: true };
const proven = { type: 'completed' } as const;
const unproven: LifecycleEvent = { type: 'completed', unproven: true };

/** A run whose vendor said that the candidate has finished, and did not show it. */
const awaiting = (of: PolicyInput = policy): Lifecycle =>
  must(must(invitedRun(of), proven, beginning), notYet, beginning);

interface Seen {
  at: number;
  command: Command;
}

/** Sleeps from one due time to the next while the vendor answers the same to every look. */
function sleepThrough(
  start: Lifecycle,
  answer: LifecycleEvent,
  until: number,
): { end: Lifecycle; seen: Seen[] } {
  const seen: Seen[] = [];
  let state = start;
  const take = (event: LifecycleEvent, at: number): void => {
    const reduction = reduce(state, event, at);
    if (reduction.outcome === 'ignored') state = reduction.state ?? state;
    if (reduction.outcome !== 'applied') return;
    state = reduction.state;
    for (const command of reduction.commands) {
      seen.push({ at, command });
      if (command.do === 'fetchResult') take(answer, at);
    }
  };
  for (let wakes = 0; wakes < 500; wakes += 1) {
    const at = nextWake(state);
    if (at === null || at > until) return { end: state, seen };
    take({ type: 'tick' }, at);
  }
  throw new Error('the run wakes too often');
}

const minutesOf = (seen: Seen[], kind: Command['do']): number[] =>
  seen.filter(({ command }) => command.do === kind).map(({ at }) => (at - beginning) / minute);

describe('the word that a candidate has finished', () => {
  it('is looked into at once, and changes nothing before the vendor has answered', () => {
    for (const word of [proven, unproven]) {
      expect(reduce(invitedRun(policy), word, beginning)).toMatchObject({
        outcome: 'applied',
        state: { status: 'invited' },
        commands: [{ do: 'fetchResult' }],
      });
    }
  });

  it('completes a run with the result and never without, but where the vendor refuses it or a day has passed', () => {
    fc.assert(
      fc.property(policies, courses, (any, course) => {
        let state = openLifecycle(any);
        let now = beginning;
        for (const { event, after } of course) {
          now += after;
          const reduction = reduce(state, event, now);
          if (reduction.outcome !== 'applied') continue;
          const before = state;
          state = reduction.state;
          if (state.status !== 'completed' || before.status === 'completed') continue;
          if (event.type === 'resultFetched') continue;
          expect(before.claim?.proven).toBe(true);
          expect(reduction.commands).toEqual([
            { do: 'plan', trigger: 'completed', reason: expect.objectContaining({ code: 'no_result' }) },
          ]);
          if (event.type !== 'resultMissing') {
            expect(now - (before.claim?.at ?? now)).toBeGreaterThanOrEqual(
              any.result?.patienceMs ?? Infinity,
            );
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('moves no run by itself where nobody has signed it, whatever it says and however often', () => {
    fc.assert(
      fc.property(policies, courses, (any, course) => {
        let state = openLifecycle(any);
        let now = beginning;
        for (const { event, after } of course) {
          now += after;
          const before = state;
          const reduction = reduce(state, { ...event, unproven: true } as LifecycleEvent, now);
          if (reduction.outcome === 'applied') state = reduction.state;
          const isNews =
            'unproven' in event || ['completed', 'declined', 'expired', 'failed'].includes(event.type);
          if (isNews) expect(state.status).toBe(before.status);
          expect(state.status).not.toBe('awaiting_result');
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a run that awaits its result', () => {
  it('looks several times within ten minutes, then at the pace of polling, and once more before it goes on without', () => {
    const { end, seen } = sleepThrough(awaiting(), notYet, beginning + 48 * hour);
    expect(minutesOf(seen, 'fetchResult')).toEqual([
      ...[1 / 6, 0.5, 1, 2.5, 5, 10],
      // An hour after the last of them, then ever less often.
      ...[70, 190, 430, 910, 1390],
      1440,
    ]);
    expect(end.status).toBe('completed');
    expect(seen.at(-1)).toEqual({
      at: beginning + 24 * hour,
      command: {
        do: 'plan',
        trigger: 'completed',
        reason: endedFor('no_result', 'it is not shown yet'),
      },
    });
  });

  it('neither reminds nor expires nor speaks of leaving', () => {
    const { seen } = sleepThrough(awaiting(), notYet, beginning + 23 * hour);
    expect(new Set(seen.map(({ command }) => command.do))).toEqual(new Set(['fetchResult']));
    for (const type of ['opportunityArchived', 'opportunityHired'] as const) {
      expect(reduce(awaiting(), { type }, beginning).outcome).toBe('ignored');
    }
    const news = ['started', 'expired', 'cancelled'] as const;
    for (const type of news) expect(reduce(awaiting(), { type }, beginning).outcome).toBe('ignored');
  });

  it('can be called off, here and at the vendor, at every moment', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), (hours) => {
        const at = beginning + hours * hour;
        const { end } = sleepThrough(awaiting(), notYet, at);
        expect(reduce(end, { type: 'cancelRequested', by: 'Kim', reason: 'mistaken' }, at)).toMatchObject({
          outcome: 'applied',
          state: { status: 'cancelled' },
          commands: [{ do: 'cancelAtVendor' }, { do: 'plan', trigger: 'cancelled' }],
        });
      }),
    );
  });

  it('is completed by the first look that finds it', () => {
    const { end, seen } = sleepThrough(awaiting(), { type: 'resultFetched' }, beginning + 48 * hour);
    expect(end).toMatchObject({ status: 'completed', reason: null });
    expect(end.claim).toBeUndefined();
    expect(minutesOf(seen, 'fetchResult')).toEqual([1 / 6]);
  });

  it('does not wait for one that the vendor refuses', () => {
    expect(reduce(awaiting(), refused, beginning)).toMatchObject({
      state: { status: 'completed' },
      commands: [{ do: 'plan', trigger: 'completed', reason: endedFor('no_result', 'there is none') }],
    });
  });

  it('looks at once when it is told again, and hears that the candidate has declined after all', () => {
    const state = awaiting();
    const again = reduce(state, proven, beginning + minute);
    expect(again).toEqual({ outcome: 'applied', state, commands: [{ do: 'fetchResult' }] });
    expect(reduce(state, { type: 'declined', reason: 'no time' }, beginning)).toMatchObject({
      state: { status: 'declined', reason: endedFor('told_by_vendor', 'no time') },
    });
  });

  it('ends always, whatever the settings', () => {
    fc.assert(
      fc.property(policies, (any) => {
        const { end } = sleepThrough(
          awaiting({ ...any, suspendLimitMs: 300 * hour }),
          notYet,
          beginning + 100 * hour,
        );
        expect(end.status).toBe('completed');
      }),
    );
  });
});

describe('a completion that nobody has signed and the vendor does not show', () => {
  it('is looked into for ten minutes, while reminders, expiry and polling go on as if nobody had spoken', () => {
    const claimed = must(invitedRun(policy), unproven, beginning);
    const { end, seen } = sleepThrough(claimed, notYet, beginning + 48 * hour);
    expect(minutesOf(seen, 'fetchResult')).toEqual([1 / 6, 0.5, 1, 2.5, 5, 10]);
    expect(minutesOf(seen, 'remind')).toEqual([60]);
    expect(minutesOf(seen, 'poll')).toEqual([60, 180, 420, 600]);
    expect(end).toMatchObject({ status: 'expired', reason: endedFor('deadline') });
  });

  it('is asked about when the vendor refuses the result, and the answer counts', () => {
    const claimed = must(invitedRun(policy), unproven, beginning);
    const reduction = reduce(claimed, refused, beginning);
    expect(reduction).toMatchObject({ state: { status: 'invited' }, commands: [{ do: 'poll' }] });
    const told = must(must(claimed, refused, beginning), proven, beginning);
    expect(reduce(told, refused, beginning)).toMatchObject({ state: { status: 'completed' } });
  });

  it('gives way to a word that is proven', () => {
    const claimed = must(invitedRun(policy), unproven, beginning);
    const believed = must(claimed, proven, beginning + minute);
    expect(must(believed, notYet, beginning + minute).status).toBe('awaiting_result');
    // … and takes nothing from one.
    expect(must(believed, unproven, beginning + 2 * minute).claim).toEqual(believed.claim);
  });

  it('is no more than news where the vendor does not say what has happened: it is asked as often', () => {
    const told = must(invitedRun(policy), { type: 'changed' }, beginning);
    const { seen } = sleepThrough(told, notYet, beginning + 2 * hour);
    expect(minutesOf(seen, 'poll')).toEqual([1 / 6, 0.5, 1, 2.5, 5, 10, 60]);
    expect(minutesOf(seen, 'fetchResult')).toEqual([]);
    const cannotAsk = must(invitedRun({ ...policy, poll: null }), { type: 'changed' }, beginning);
    expect(cannotAsk.claim).toBeUndefined();
  });

  it('keeps the run as open as it was', () => {
    const claimed = must(invitedRun(policy), unproven, beginning);
    expect(isOpenAtVendor(claimed.status)).toBe(true);
    expect(isTerminal(claimed.status)).toBe(false);
  });
});

describe('what the message says of a result', () => {
  const told = { score: 61 };
  const look = (state: Lifecycle, event: LifecycleEvent, at: number): Command[] => {
    const reduction = reduce(state, event, at);
    return reduction.outcome === 'applied' ? reduction.commands : [];
  };

  it('goes along with every look until the result is there, and gives way to a later word', () => {
    const { seen } = sleepThrough(
      must(invitedRun(policy), { ...proven, told }, beginning),
      notYet,
      beginning + 2 * hour,
    );
    expect(seen.length).toBeGreaterThan(6);
    for (const { command } of seen) expect(command).toEqual({ do: 'fetchResult', told });
    const again = { ...proven, told: { score: 62 } };
    const state = must(must(invitedRun(policy), { ...proven, told }, beginning), notYet, beginning);
    expect(look(state, again, beginning + minute)).toEqual([{ do: 'fetchResult', told: { score: 62 } }]);
    expect(look(state, { type: 'changed' }, beginning + minute)).toEqual([{ do: 'fetchResult', told }]);
  });

  it('counts for nothing where nobody has signed', () => {
    const forged: LifecycleEvent = { type: 'completed', told, unproven: true };
    expect(look(invitedRun(policy), forged, beginning)).toEqual([{ do: 'fetchResult' }]);
    expect(look(awaiting(), forged, beginning)).toEqual([{ do: 'fetchResult' }]);
    const presumed = { type: 'completed', told } as const;
    const hinted: LifecycleEvent = { type: 'changed', presumed, unproven: true };
    expect(look(invitedRun(policy), hinted, beginning)).toEqual([{ do: 'poll' }]);
    expect(look(invitedRun(policy), { type: 'changed', presumed }, beginning)).toEqual([
      { do: 'poll', presumed },
    ]);
  });

  it('goes along with the later looks for news, too', () => {
    const presumed = { type: 'completed', told } as const;
    const start = must(invitedRun(policy), { type: 'changed', presumed }, beginning);
    const { seen } = sleepThrough(start, notYet, beginning + 10 * minute);
    expect(seen.map(({ command }) => command)).toEqual(Array(6).fill({ do: 'poll', presumed }));
  });

  it('may do once the vendor was looked to in vain often enough: the looks are counted', () => {
    const once = awaiting();
    expect(once.claim?.looks).toBe(1);
    const twice = reduce(once, notYet, beginning + minute);
    expect(twice.outcome === 'ignored' && twice.state?.claim?.looks).toBe(2);
  });
});

describe('a run that awaits its result and waits for its connection', () => {
  const suspended = must(awaiting(), { type: 'suspended' }, beginning + minute);

  it('does not lose its patience meanwhile: the result may be hidden by nothing else', () => {
    const { end } = sleepThrough(suspended, notYet, beginning + 100 * hour);
    expect(end.status).toBe('awaiting_result');
    const resumed = must(end, { type: 'resumed' }, beginning + 100 * hour);
    expect(sleepThrough(resumed, notYet, beginning + 101 * hour).end.status).toBe('completed');
  });

  it('ends with its suspend limit', () => {
    expect(sleepThrough(suspended, notYet, beginning + 400 * hour).end.status).toBe('unwritten');
  });
});
