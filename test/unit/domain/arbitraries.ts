import fc from 'fast-check';
import type { ToldResult } from '../../../domain/assessment';
import type { EventPosition } from '../../../domain/event-position';
import type {
  LifecycleEvent,
  OperatorEvent,
  OpportunityEvent,
  Presumption,
  VendorEvent,
  VendorFinding,
} from '../../../domain/events';
import type { SkipReason } from '../../../domain/events';
import { skipReasons } from '../../../domain/events';
import type { Lifecycle } from '../../../domain/lifecycle';
import { openLifecycle } from '../../../domain/lifecycle';
import { reduce } from '../../../domain/reducer';
import type { PolicyInput } from '../../../domain/run-policy';

/** What the properties of the domain are tried with. */

export const hour = 3_600_000;
/** Runs of the tests begin here, ms since 1970. */
export const beginning = 1_700_000_000_000;

const everyVendorEvent: Record<VendorEvent['type'], true> = {
  started: true,
  progress: true,
  completed: true,
  expired: true,
  declined: true,
  cancelled: true,
  failed: true,
  changed: true,
};
export const vendorEventTypes = Object.keys(everyVendorEvent) as readonly VendorEvent['type'][];

/** Few different times on purpose: things that fall due together are where order matters. */
const someHours = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((hours) => hours * hour);

export const policies: fc.Arbitrary<PolicyInput> = fc.record({
  expiresAfterMs: fc.option(someHours(0, 60)),
  reminderOffsetsMs: fc.array(someHours(0, 60), { maxLength: 4 }),
  onLeaveStage: fc.constantFrom('keep', 'cancel'),
  suspendLimitMs: someHours(0, 60),
  poll: fc.option(fc.record({ minMs: someHours(1, 5), maxMs: someHours(1, 20) })),
  result: fc.record({ looksWithinMs: someHours(1, 5), patienceMs: someHours(5, 30) }),
});

const at = fc.integer({ min: beginning - hour, max: beginning + 100 * hour });
const words = fc.constantFrom('no longer interested', 'übersprungen', '');

export const positions: fc.Arbitrary<EventPosition> = fc.record({
  attempt: fc.integer({ min: 1, max: 2 }),
  sequence: fc.integer({ min: 0, max: 5 }),
});

/** With a place among the vendor's news, or without: not every vendor counts them. */
const perhapsCounted = <T extends VendorEvent>(events: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc
    .tuple(events, fc.option(positions))
    .map(([event, position]) => (position === null ? event : { ...event, position }));

const told: fc.Arbitrary<ToldResult> = fc.constantFrom({}, { score: 61 }, { band: 'Proceed', reports: [] });
const presumed: fc.Arbitrary<Presumption> = fc.record(
  { type: fc.constant('completed' as const), told },
  { requiredKeys: ['type'] },
);

/** Some vendors cannot sign. */
const perhapsUnproven = <T extends VendorEvent>(events: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc
    .tuple(events, fc.boolean())
    .map(([event, unproven]) => (unproven ? { ...event, unproven: true as const } : event));

const resultEvents: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  fc.constant<LifecycleEvent>({ type: 'resultFetched' }),
  fc.record({
    type: fc.constant('resultMissing' as const),
    reason: fc.constant('it is not shown yet'),
    never: fc.boolean(),
  }),
);

/** One of each type, so that none is left out. */
const findings: { [Type in VendorFinding['type']]: fc.Arbitrary<Extract<VendorFinding, { type: Type }>> } = {
  started: fc.record({ type: fc.constant('started' as const), at }, { requiredKeys: ['type'] }),
  progress: fc.record(
    { type: fc.constant('progress' as const), step: fc.constantFrom('one', 'two', ''), at },
    { requiredKeys: ['type', 'step'] },
  ),
  completed: fc.record({ type: fc.constant('completed' as const), at, told }, { requiredKeys: ['type'] }),
  expired: fc.record({ type: fc.constant('expired' as const), at }, { requiredKeys: ['type'] }),
  declined: fc.record({ type: fc.constant('declined' as const), reason: words }, { requiredKeys: ['type'] }),
  cancelled: fc.record(
    { type: fc.constant('cancelled' as const), reason: words },
    { requiredKeys: ['type'] },
  ),
  failed: fc.record({ type: fc.constant('failed' as const), reason: words }),
};
export const vendorFindings: fc.Arbitrary<VendorFinding> = fc.oneof(...Object.values(findings));

export const vendorEvents: fc.Arbitrary<VendorEvent> = fc.oneof(
  { weight: 7, arbitrary: vendorFindings },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('changed' as const), at, presumed }, { requiredKeys: ['type'] }),
  },
);

const opportunityEvents: fc.Arbitrary<OpportunityEvent> = fc.constantFrom<OpportunityEvent>(
  { type: 'opportunityArchived' },
  { type: 'opportunityHired' },
  { type: 'opportunityDeleted' },
  { type: 'opportunityLeftStage', toStageId: 'elsewhere' },
);

export const operatorEvents: fc.Arbitrary<OperatorEvent> = fc.oneof(
  fc.record({ type: fc.constant('cancelRequested' as const), by: words, reason: words }),
  fc.record({ type: fc.constant('extended' as const), by: words, until: at }),
  fc.record({ type: fc.constant('remindRequested' as const), by: words }),
);

const ticks = fc.constant<LifecycleEvent>({ type: 'tick' });

const runEvents: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  fc.constant<LifecycleEvent>({ type: 'routed' }),
  fc.record({ type: fc.constant('invited' as const), expiresAt: fc.option(at) }),
  fc
    .constantFrom(...(Object.keys(skipReasons) as SkipReason[]))
    .map((reason): LifecycleEvent => ({ type: 'skipped', reason })),
  fc.record({ type: fc.constant('invitationFailed' as const), reason: words }),
  fc.constantFrom<LifecycleEvent>({ type: 'suspended' }, { type: 'resumed' }),
);

export const lifecycleEvents: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  { weight: 3, arbitrary: perhapsCounted(perhapsUnproven(vendorEvents)) },
  { weight: 2, arbitrary: resultEvents },
  { weight: 1, arbitrary: opportunityEvents },
  { weight: 2, arbitrary: operatorEvents },
  { weight: 3, arbitrary: runEvents },
  { weight: 4, arbitrary: ticks },
);

export interface TimedEvent {
  event: LifecycleEvent;
  /** Since the one before, ms. */
  after: number;
}

const timed = (events: fc.Arbitrary<LifecycleEvent>): fc.Arbitrary<TimedEvent> =>
  fc.record({ event: events, after: fc.oneof(fc.constant(0), someHours(0, 20)) });

const routed: TimedEvent = { event: { type: 'routed' }, after: 0 };
const invited: TimedEvent = { event: { type: 'invited', expiresAt: null }, after: 0 };
const suspended: TimedEvent = { event: { type: 'suspended' }, after: 0 };

const usualBeginnings: fc.Arbitrary<TimedEvent[]> = fc.constantFrom<TimedEvent[]>(
  [],
  [routed],
  [routed, invited],
  [routed, invited, suspended],
);

/** What happens to a run: anything, but often after it got as far as an invitation. */
export const courses: fc.Arbitrary<TimedEvent[]> = fc
  .tuple(usualBeginnings, fc.array(timed(lifecycleEvents), { maxLength: 25 }))
  .map(([first, then]) => [...first, ...then]);

/** What the run does by itself, from an open invitation on. */
export const quietCourses: fc.Arbitrary<TimedEvent[]> = fc.array(timed(ticks), { maxLength: 25 });

/** A run that has just been invited, at {@link beginning}. */
export function invitedRun(policy: PolicyInput, expiresAt: number | null = null): Lifecycle {
  const routed = must(openLifecycle(policy), { type: 'routed' }, beginning);
  return must(routed, { type: 'invited', expiresAt }, beginning);
}

/** The state after an event that has to apply. */
export function must(state: Lifecycle, event: LifecycleEvent, now: number): Lifecycle {
  const reduction = reduce(state, event, now);
  if (reduction.outcome !== 'applied') throw new Error(`${event.type} did not apply: ${reduction.reason}`);
  return reduction.state;
}

/** So that a change in place is an error instead of a surprise. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
