import fc from 'fast-check';
import { endedFor } from '../../../domain/end-reasons';
import type { Lifecycle } from '../../../domain/lifecycle';
import { isTerminal, nextWake, openLifecycle } from '../../../domain/lifecycle';
import { reduce } from '../../../domain/reducer';
import type { Command } from '../../../domain/reduction';
import type { PolicyInput } from '../../../domain/run-policy';
import { beginning, courses, hour, invitedRun, must, policies, quietCourses } from './arbitraries';

const tick = { type: 'tick' } as const;

/** Ticks until nothing is due any more, as the workflow does. */
function settle(start: Lifecycle, now: number): { state: Lifecycle; commands: Command[]; ticks: number } {
  let state = start;
  const commands: Command[] = [];
  for (let ticks = 0; ticks < 10; ticks += 1) {
    const reduction = reduce(state, tick, now);
    if (reduction.outcome !== 'applied') return { state, commands, ticks };
    state = reduction.state;
    commands.push(...reduction.commands);
  }
  throw new Error('the ticks do not come to an end');
}

const horizon = 200 * hour;
/** The shortest poll interval is an hour; reminders and the deadline come on top. */
const mostWakes = 300;

/** Sleeps from one due time to the next, and notes what happened when. */
function sleepThrough(start: Lifecycle): { at: number; command: Command }[] {
  const seen: { at: number; command: Command }[] = [];
  let state = start;
  for (let wakes = 0; wakes < mostWakes; wakes += 1) {
    const at = nextWake(state);
    if (at === null || at > beginning + horizon) return seen;
    const settled = settle(state, at);
    state = settled.state;
    seen.push(...settled.commands.map((command) => ({ at, command })));
  }
  throw new Error('the run wakes too often');
}

const count = (commands: readonly Command[], kind: Command['do']): number =>
  commands.filter((command) => command.do === kind).length;

describe('time, in any state that a run can be in', () => {
  /** Tries a property in the last state of many courses, at a moment not before it. */
  const inAnyState = (property: (state: Lifecycle, now: number) => void): void =>
    fc.assert(
      fc.property(policies, courses, fc.integer({ min: 0, max: 80 }), (policy, course, later) => {
        let state = openLifecycle(policy);
        let now = beginning;
        for (const { event, after } of course) {
          now += after;
          const reduction = reduce(state, event, now);
          if (reduction.outcome === 'applied') state = reduction.state;
        }
        property(state, now + later * hour);
      }),
      { numRuns: 400 },
    );

  it('comes to rest after three ticks at most, so that no run can spin', () => {
    inAnyState((state, now) => expect(settle(state, now).ticks).toBeLessThanOrEqual(3));
  });

  it('wakes next in the future once it is at rest', () => {
    inAnyState((state, now) => {
      const due = nextWake(settle(state, now).state);
      if (due !== null) expect(due).toBeGreaterThan(now);
    });
  });

  it('has something to do exactly when a timer has fired', () => {
    inAnyState((state, now) => {
      const due = nextWake(state);
      expect(reduce(state, tick, now).outcome === 'applied').toBe(due !== null && due <= now);
    });
  });

  it('wakes no run that is over', () => {
    inAnyState((state) => {
      if (isTerminal(state.status)) expect(nextWake(state)).toBeNull();
    });
  });

  it('keeps every time a number, so that it can be carried on', () => {
    inAnyState((state, now) => {
      const { state: rested } = settle(state, now);
      expect(JSON.parse(JSON.stringify(rested))).toEqual(rested);
    });
  });
});

describe('reminders', () => {
  it('go out once for each due time, unless the run ends before', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        const run = invitedRun(policy);
        const reminded = sleepThrough(run).filter(({ command }) => command.do === 'remind');
        const dueTimes = [...new Set(policy.reminderOffsetsMs.map((offset) => beginning + offset))];
        const deadline = run.deadlineAt ?? Infinity;
        expect(reminded.map(({ at }) => at)).toEqual(
          dueTimes.filter((at) => at < deadline).sort((a, b) => a - b),
        );
      }),
    );
  });

  it('are never more than the due times, however late the run wakes', () => {
    fc.assert(
      fc.property(policies, quietCourses, (policy, course) => {
        let state = invitedRun(policy);
        let now = beginning;
        let reminded = 0;
        for (const { after } of course) {
          now += after;
          const settled = settle(state, now);
          expect(count(settled.commands, 'remind')).toBeLessThanOrEqual(1);
          reminded += count(settled.commands, 'remind');
          state = settled.state;
        }
        expect(reminded).toBeLessThanOrEqual(new Set(policy.reminderOffsetsMs).size);
      }),
    );
  });

  it('at half time stand between the invitation and the deadline, whoever set that', () => {
    const halfway = { ...plain, reminderOffsetsMs: [hour, 7 * hour], remindsAtHalf: true };
    const hours = (run: Lifecycle): number[] => run.remindersAt.map((at) => (at - beginning) / hour);
    expect(hours(invitedRun(halfway))).toEqual([1, 5, 7]);
    // The vendor's own end comes first.
    expect(hours(invitedRun(halfway, beginning + 4 * hour))).toEqual([1, 2, 7]);
    const endless = { ...halfway, expiresAfterMs: null };
    expect(hours(invitedRun(endless, beginning + 4 * hour))).toEqual([1, 2, 7]);
    expect(hours(invitedRun(endless))).toEqual([1, 7]);
  });

  it('stop while Lever cannot be written to, and those that fell due meanwhile are dropped', () => {
    const run = invitedRun({ ...plain, reminderOffsetsMs: [hour, 5 * hour], suspendLimitMs: 99 * hour });
    const suspended = must(run, { type: 'suspended' }, beginning);
    expect(settle(suspended, beginning + 2 * hour).commands).toEqual([]);
    const resumed = must(suspended, { type: 'resumed' }, beginning + 2 * hour);
    expect(settle(resumed, beginning + 2 * hour).commands).toEqual([]);
    expect(settle(resumed, beginning + 5 * hour).commands).toEqual([{ do: 'remind' }]);
  });
});

describe('the deadline', () => {
  const deadline = beginning + 10 * hour;

  it('is the earlier one of ours and the vendor’s', () => {
    expect(invitedRun(plain).deadlineAt).toBe(deadline);
    expect(invitedRun(plain, beginning + hour).deadlineAt).toBe(beginning + hour);
    expect(invitedRun({ ...plain, expiresAfterMs: null }, null).deadlineAt).toBeNull();
  });

  it('asks the vendor once more before it ends the run, where the vendor can be asked', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 0, max: 50 }), (policy, late) => {
        const run = invitedRun({ ...policy, expiresAfterMs: 10 * hour });
        // Whatever fell due before has been done.
        const before = settle(run, deadline - 1).state;
        const { state, commands } = settle(before, deadline + late * hour);
        expect(state).toMatchObject({ status: 'expired', reason: endedFor('deadline') });
        expect(commands).toEqual([
          ...(policy.poll === null ? [] : [{ do: 'poll' }]),
          { do: 'cancelAtVendor' },
          { do: 'plan', trigger: 'expired', reason: null },
        ]);
      }),
    );
  });

  it('does not end a run that the last look shows to be completed', () => {
    const run = invitedRun(polled);
    const looked = must(settle(run, deadline - 1).state, tick, deadline);
    const told = must(looked, { type: 'completed' }, deadline);
    const completed = must(told, { type: 'resultFetched' }, deadline);
    expect(settle(completed, deadline + hour).state.status).toBe('completed');
    const unshown = must(told, { type: 'resultMissing', reason: 'not yet', never: false }, deadline);
    expect(settle(unshown, deadline + hour).state.status).toBe('awaiting_result');
  });

  it('can be put off, even between the last look and the end, and is then looked at anew', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.integer({ min: 1, max: 50 }), (looked, hours) => {
        const run = settle(invitedRun(polled), deadline - 1).state;
        const atDeadline = looked ? must(run, tick, deadline) : run;
        const until = deadline + hours * hour;
        const extended = must(atDeadline, { type: 'extended', by: 'Kim', until }, deadline);
        expect(settle(extended, until - 1).state.status).toBe('invited');
        const { state, commands } = settle(settle(extended, until - 1).state, until);
        expect(state.status).toBe('expired');
        expect(count(commands, 'poll')).toBe(1);
      }),
    );
  });

  it('is not put off into the past, nor for a run without an invitation', () => {
    const back = { type: 'extended', by: 'Kim', until: beginning } as const;
    expect(reduce(invitedRun(plain), back, beginning)).toMatchObject({ outcome: 'ignored' });
    const forth = { ...back, until: beginning + hour };
    expect(reduce(openLifecycle(plain), forth, beginning)).toMatchObject({ outcome: 'ignored' });
  });
});

describe('polling', () => {
  it('backs off to the longest interval, and is quick again after news', () => {
    const run = invitedRun({ ...polled, expiresAfterMs: null });
    const times = sleepThrough(run).map(({ at }) => (at - beginning) / hour);
    expect(times.slice(0, 6)).toEqual([1, 3, 7, 11, 15, 19]);
    const started = must(settle(run, beginning + 7 * hour).state, { type: 'started' }, beginning + 8 * hour);
    expect(started).toMatchObject({ nextPollAt: beginning + 9 * hour, pollIntervalMs: hour });
  });

  it('asks once however long the run slept', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 500 }), (policy, hours) => {
        const run = invitedRun({ ...policy, expiresAfterMs: null });
        const { commands } = settle(run, beginning + hours * hour);
        expect(count(commands, 'poll')).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('does not happen where the vendor cannot be asked', () => {
    expect(sleepThrough(invitedRun(plain)).map(({ command }) => command.do)).not.toContain('poll');
  });
});

describe('a run that Lever does not let us write', () => {
  it('ends as unwritten at the limit, wherever it is', () => {
    for (const state of [openLifecycle(plain), invitedRun(plain)]) {
      const suspended = must(state, { type: 'suspended' }, beginning);
      expect(settle(suspended, beginning + 3 * hour - 1).state.status).toBe(state.status);
      expect(settle(suspended, beginning + 3 * hour)).toMatchObject({
        state: { status: 'unwritten' },
        commands: [],
      });
    }
  });

  it('has its whole time again after a resumption', () => {
    const suspended = must(invitedRun(plain), { type: 'suspended' }, beginning);
    const resumed = must(suspended, { type: 'resumed' }, beginning + hour);
    const again = must(resumed, { type: 'suspended' }, beginning + 2 * hour);
    expect(settle(again, beginning + 4 * hour).state.status).toBe('invited');
    expect(reduce(again, { type: 'suspended' }, beginning + 3 * hour).outcome).toBe('ignored');
  });
});

const plain: PolicyInput = {
  expiresAfterMs: 10 * hour,
  reminderOffsetsMs: [],
  onLeaveStage: 'keep',
  suspendLimitMs: 3 * hour,
  poll: null,
};
const polled: PolicyInput = { ...plain, poll: { minMs: hour, maxMs: 4 * hour } };
