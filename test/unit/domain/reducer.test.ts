import fc from 'fast-check';
import type { ToldResult } from '../../../domain/assessment';
import { endedFor } from '../../../domain/end-reasons';
import type { LifecycleEvent, Presumption, VendorEvent } from '../../../domain/events';
import type { Lifecycle, Status } from '../../../domain/lifecycle';
import {
  canMove,
  canMoveAfterEnd,
  isOpenAtVendor,
  isTerminal,
  isUnderWay,
  openLifecycle,
  statuses,
  transitions,
} from '../../../domain/lifecycle';
import { reduce } from '../../../domain/reducer';
import type { Reduction } from '../../../domain/reduction';
import type { PolicyInput } from '../../../domain/run-policy';
import type { TimedEvent } from './arbitraries';
import {
  beginning,
  courses,
  deepFreeze,
  hour,
  invitedRun,
  lifecycleEvents,
  must,
  policies,
  vendorEventTypes,
} from './arbitraries';

interface Step {
  before: Lifecycle;
  event: LifecycleEvent;
  now: number;
  reduction: Reduction;
}

/** Every step of a course, from the start of a run. */
function walk(policy: PolicyInput, course: readonly TimedEvent[]): Step[] {
  let state = openLifecycle(policy);
  let now = beginning;
  return course.map(({ event, after }) => {
    now += after;
    const before = deepFreeze(state);
    const reduction = reduce(before, event, now);
    if (reduction.outcome === 'applied') state = reduction.state;
    return { before, event, now, reduction };
  });
}

/** Of a message whose sender has proven to be the vendor. */
const proves = (event: LifecycleEvent): event is VendorEvent => !('unproven' in event);
const toldBy = (event: LifecycleEvent): ToldResult | undefined => {
  if (!proves(event)) return undefined;
  return event.type === 'changed'
    ? event.presumed?.told
    : event.type === 'completed'
      ? event.told
      : undefined;
};
const presumedBy = (event: LifecycleEvent): Presumption | undefined =>
  proves(event) && event.type === 'changed' ? event.presumed : undefined;

/** Tries a property at every step of many courses. */
const atEveryStep = (property: (step: Step) => void): void =>
  fc.assert(
    fc.property(policies, courses, (policy, course) => walk(policy, course).forEach(property)),
    { numRuns: 200 },
  );

const isVendorEvent = (event: LifecycleEvent): boolean =>
  (vendorEventTypes as readonly string[]).includes(event.type);

/** Suspension stands beside the state: it asks for nothing, in whatever state it comes. */
const isFlag = (event: Step['event']): boolean => event.type === 'suspended' || event.type === 'resumed';

describe('the reducer, whatever happens to a run', () => {
  it('never changes the state it is given', () => {
    // The states are frozen, and the tests run in strict mode.
    atEveryStep(({ reduction }) => expect(reduction).toBeDefined());
  });

  it('says the same when it is asked again', () => {
    atEveryStep(({ before, event, now, reduction }) => expect(reduce(before, event, now)).toEqual(reduction));
  });

  it('moves only along the table of transitions', () => {
    atEveryStep(({ before, reduction }) => {
      if (reduction.outcome !== 'applied' || reduction.state.status === before.status) return;
      expect(canMove(before.status, reduction.state.status)).toBe(true);
    });
  });

  it('keeps a terminal state for ever, and says so of every event', () => {
    atEveryStep(({ before, event, reduction }) => {
      if (!isTerminal(before.status)) return;
      if (isFlag(event)) {
        // What is still to be written may wait for Lever; the state itself stays.
        if (reduction.outcome === 'applied') expect(reduction.state.status).toBe(before.status);
        return;
      }
      expect(reduction).toEqual({ outcome: 'ignored', reason: expect.stringContaining(before.status) });
    });
  });

  it('lets the way to Lever open and close in every state, and changes nothing else by it but overdue reminders', () => {
    atEveryStep(({ before, event, now, reduction }) => {
      if (!isFlag(event)) return;
      const suspends = event.type === 'suspended';
      if (suspends !== (before.suspendedAt === null)) {
        expect(reduction.outcome).toBe('ignored');
        return;
      }
      const remindersAt = before.remindersAt.filter((at) => suspends || at > now);
      const state = { ...before, suspendedAt: suspends ? now : null, remindersAt };
      expect(reduction).toEqual({ outcome: 'applied', state, commands: [] });
    });
  });

  it('ignores and holds nothing without a reason', () => {
    atEveryStep(({ reduction }) => {
      if (reduction.outcome !== 'applied') expect(reduction.reason.trim()).not.toBe('');
    });
  });

  it('holds exactly the news of the vendor that come before the invitation', () => {
    atEveryStep(({ before, event, reduction }) => {
      const isEarly = before.status === 'routing' || before.status === 'inviting';
      expect(reduction.outcome === 'held').toBe(isEarly && isVendorEvent(event));
    });
  });

  it('asks for one plan at most per event, and for the result only while somebody claims that there is one', () => {
    atEveryStep(({ before, event, reduction }) => {
      if (reduction.outcome !== 'applied' || isFlag(event)) return;
      const { commands, state } = reduction;
      const plans = commands.filter((command) => command.do === 'plan' || command.do === 'fetchResult');
      expect(plans.length).toBeLessThanOrEqual(1);
      if (!commands.some((command) => command.do === 'fetchResult')) return;
      expect(state.claim ?? before.claim).toBeDefined();
      expect(isUnderWay(state.status)).toBe(true);
    });
  });

  it('hands on what a message told, or what it most likely means, to whoever asks the vendor', () => {
    atEveryStep(({ before, event, reduction }) => {
      if (reduction.outcome !== 'applied') return;
      const { claim } = before;
      for (const command of reduction.commands) {
        if (command.do === 'fetchResult') expect(command.told).toEqual(toldBy(event) ?? claim?.told);
        if (command.do === 'poll') {
          const may = event.type === 'tick' ? [undefined, claim?.presumed] : [presumedBy(event)];
          expect(may).toContainEqual(command.presumed);
        }
      }
    });
  });

  it('tells Lever of every end, unless there is nobody to tell', () => {
    atEveryStep(({ event, reduction }) => {
      if (reduction.outcome !== 'applied' || !isTerminal(reduction.state.status) || isFlag(event)) return;
      const { status } = reduction.state;
      const untold = status === 'skipped' || status === 'unwritten' || event.type === 'opportunityDeleted';
      const plans = reduction.commands.flatMap((command) => (command.do === 'plan' ? [command.trigger] : []));
      // The plan of a result comes with the result.
      expect(plans).toEqual(untold || event.type === 'resultFetched' ? [] : [status]);
    });
  });

  it('never speaks to the vendor about a candidate who is not open there', () => {
    atEveryStep(({ before, reduction }) => {
      if (reduction.outcome !== 'applied' || isUnderWay(before.status)) return;
      const toVendor = reduction.commands.filter((command) => command.do !== 'plan');
      expect(toVendor).toEqual([]);
    });
  });

  it('knows a step of the vendor only once', () => {
    atEveryStep(({ reduction }) => {
      if (reduction.outcome !== 'applied') return;
      const { steps } = reduction.state;
      expect(new Set(steps).size).toBe(steps.length);
    });
  });

  it('refuses an event that it does not know', () => {
    const unknown = { type: 'nonsense' } as unknown as LifecycleEvent;
    expect(() => reduce(openLifecycle(plainPolicy), unknown, beginning)).toThrow(/nonsense/);
  });
});

const plainPolicy: PolicyInput = {
  expiresAfterMs: 10 * hour,
  reminderOffsetsMs: [hour],
  onLeaveStage: 'cancel',
  suspendLimitMs: hour,
  poll: null,
};

describe('the table of transitions', () => {
  const routing = openLifecycle(plainPolicy);
  const inviting = must(routing, { type: 'routed' }, beginning);
  const invited = invitedRun(plainPolicy);
  const started = must(invited, { type: 'started' }, beginning);
  const finished = must(invited, { type: 'completed' }, beginning);
  const open: Lifecycle[] = [
    routing,
    inviting,
    invited,
    started,
    finished,
    must(started, { type: 'completed' }, beginning),
    must(finished, { type: 'resultMissing', reason: 'not shown yet', never: false }, beginning),
  ];

  it('is all of it used, and nothing but it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...open),
        fc.boolean(),
        lifecycleEvents,
        fc.integer({ min: 0, max: 20 }),
        (start, isSuspended, event, hours) => {
          const state = isSuspended ? must(start, { type: 'suspended' }, beginning) : start;
          const reduction = reduce(state, event, beginning + hours * hour);
          if (reduction.outcome !== 'applied' || reduction.state.status === state.status) return;
          seen.add(`${state.status} > ${reduction.state.status}`);
        },
      ),
      { numRuns: 20_000 },
    );
    expect([...seen].sort()).toEqual(transitions.map(({ from, to }) => `${from} > ${to}`).sort());
  });

  it('ends every run in a state of its own', () => {
    const terminal: Status[] = [
      'completed',
      'expired',
      'declined',
      'cancelled',
      'failed',
      'skipped',
      'unwritten',
    ];
    expect(statuses.filter(isTerminal)).toEqual(terminal);
  });

  it('lets a run that is open at the vendor end in every way', () => {
    const ends: Status[] = ['completed', 'expired', 'declined', 'cancelled', 'failed', 'unwritten'];
    for (const from of statuses.filter(isOpenAtVendor)) {
      expect(ends.filter((to) => !canMove(from, to))).toEqual([]);
    }
  });

  it('lets each run that left Temporal without a word be closed as failed, and reopens none', () => {
    for (const from of statuses.filter((status) => !isTerminal(status)))
      expect(canMoveAfterEnd(from, 'failed')).toBe(true);
    const back = statuses.flatMap((from) =>
      statuses.filter((to) => !isTerminal(to) && canMoveAfterEnd(from, to)),
    );
    expect(back).toEqual([]);
  });

  it('leaves no state that cannot be reached', () => {
    const reached = new Set<Status>(['routing', ...transitions.map(({ to }) => to)]);
    expect(statuses.filter((status) => !reached.has(status))).toEqual([]);
  });
});

describe('what Lever and operators can do to a run', () => {
  const invited = invitedRun(plainPolicy);

  it.each([
    ['opportunityArchived', 'archived'],
    ['opportunityHired', 'hired'],
  ] as const)('%s cancels it, at the vendor too, and says why', (type, reason) => {
    expect(reduce(invited, { type }, beginning)).toMatchObject({
      outcome: 'applied',
      state: { status: 'cancelled', reason: endedFor(reason) },
      commands: [{ do: 'cancelAtVendor' }, { do: 'plan', trigger: 'cancelled', reason: endedFor(reason) }],
    });
  });

  it('a deleted opportunity cancels it without a word to Lever', () => {
    expect(reduce(invited, { type: 'opportunityDeleted' }, beginning)).toMatchObject({
      state: { status: 'cancelled', reason: endedFor('deleted') },
      commands: [{ do: 'cancelAtVendor' }],
    });
  });

  it('leaving the stage cancels it only where the connection wants that', () => {
    const left = { type: 'opportunityLeftStage', toStageId: 'elsewhere' } as const;
    const keeping = invitedRun({ ...plainPolicy, onLeaveStage: 'keep' });
    expect(reduce(invited, left, beginning)).toMatchObject({ state: { reason: endedFor('left') } });
    expect(reduce(keeping, left, beginning)).toMatchObject({ outcome: 'ignored' });
  });

  it('a run that nobody was invited to is cancelled on our side only', () => {
    const reduction = reduce(
      openLifecycle(plainPolicy),
      { type: 'cancelRequested', by: 'Kim', reason: 'wrong posting' },
      beginning,
    );
    expect(reduction).toMatchObject({
      state: { status: 'cancelled', reason: endedFor('called_off', 'wrong posting') },
      commands: [{ do: 'plan', trigger: 'cancelled', reason: endedFor('called_off', 'wrong posting') }],
    });
  });
});
