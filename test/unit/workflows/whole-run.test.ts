import fc from 'fast-check';
import type { VendorEvent } from '../../../domain/events';
import { isTerminal } from '../../../domain/lifecycle';
import type { PolicyInput } from '../../../domain/run-policy';
import type { InboxItem } from '../../../workflows/assessment/inbox';
import { hour, operatorEvents, policies, vendorEvents, vendorFindings } from '../domain/arbitraries';
import type { Ending } from './model-lever';
import { ModelLever } from './model-lever';
import { breathe, invitation, report, RunModel, status } from './run-model';

// The only thing of the SDK that a plan runner needs outside the sandbox: waiting for a condition.
jest.mock('@temporalio/workflow', () => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  condition: async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
  },
}));

type Step =
  | { what: 'arrives'; item: InboxItem }
  /** Something that arrived before arrives again. */
  | { what: 'repeats'; which: number }
  | { what: 'takeOne' | 'advance' | 'failToInvite' | 'suspend' | 'resume' }
  | { what: 'passes'; hours: number }
  | { what: 'leverAnswers'; pick: number; ending: Ending }
  | { what: 'retry' | 'dismiss'; which: number }
  | { what: 'nobodyCame' };

const keys = fc.integer({ min: 0, max: 1_000_000 }).map((n) => `key-${n}`);
const items: fc.Arbitrary<InboxItem> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('vendor' as const),
      key: keys,
      event: vendorEvents,
      vendorRef: fc.constant(null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('operator' as const), key: keys, event: operatorEvents }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('opportunity' as const),
      key: keys,
      hint: fc.constantFrom('archived', 'hired', 'moved', 'nothing'),
    }),
  },
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: items.map((item): Step => ({ what: 'arrives', item })) },
  { weight: 2, arbitrary: fc.nat({ max: 20 }).map((which): Step => ({ what: 'repeats', which })) },
  { weight: 5, arbitrary: fc.constant<Step>({ what: 'takeOne' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ what: 'advance' }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ what: 'suspend' }, { what: 'resume' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ what: 'failToInvite' }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 15 }).map((hours): Step => ({ what: 'passes', hours })) },
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant('leverAnswers' as const),
      pick: fc.nat({ max: 5 }),
      ending: fc.constantFrom<Ending>('done', 'done', 'done', 'refused', 'lost'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom('retry' as const, 'dismiss' as const),
      which: fc.nat({ max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ what: 'nobodyCame' }) },
);

/** Lasting enough that the end of a run is usually an event and not the suspend limit. */
const patient = policies.map((policy): PolicyInput => ({ ...policy, suspendLimitMs: 10_000 * hour }));

/** What an earlier run may have left on the opportunity. */
const earlierTags = fc.constantFrom<string[]>(
  [],
  ['Team A'],
  [status.completed],
  [status.error],
  [status.inProgress],
);

const endings: fc.Arbitrary<InboxItem> = fc.oneof(
  fc
    .constantFrom<VendorEvent>(
      { type: 'completed' },
      { type: 'expired' },
      { type: 'declined', reason: 'no time' },
      { type: 'cancelled' },
      { type: 'failed', reason: 'technical' },
    )
    .map((event): InboxItem => ({ kind: 'vendor', key: 'the end', event, vendorRef: null })),
  fc
    .constantFrom('archived', 'hired')
    .map((hint): InboxItem => ({ kind: 'opportunity', key: 'the end', hint })),
  fc.constant<InboxItem>({
    kind: 'operator',
    key: 'the end',
    event: { type: 'cancelRequested', by: 'Kim', reason: 'wrong candidate' },
  }),
);

const courses = fc.record({
  policy: patient,
  present: earlierTags,
  polled: fc.array(vendorFindings, { maxLength: 2 }),
  unshown: fc.nat({ max: 2 }),
  course: fc.array(steps, { maxLength: 45 }),
  last: endings,
});
type Course = typeof courses extends fc.Arbitrary<infer T> ? T : never;

interface Outcome {
  run: RunModel;
  lever: ModelLever;
  /** Whether an effect was given up on the way; then Lever need not show the end. */
  gaveUp: boolean;
}

/** Plays a course to its very end, watching at every change what must never be. */
async function play({ policy, present, polled, unshown, course, last }: Course): Promise<Outcome> {
  const lever = new ModelLever(present, ({ tags }) => {
    if (tags.has(status.inProgress) && tags.has(status.completed)) {
      throw new Error('in progress and completed at once');
    }
  });
  const run = new RunModel(policy, lever, present, polled, unshown);
  const arrived: InboxItem[] = [];
  const waits: Promise<void>[] = [];
  let gaveUp = false;

  for (const step of course) {
    switch (step.what) {
      case 'arrives':
        if (run.inbox.put(step.item)) arrived.push(step.item);
        break;
      case 'repeats': {
        const again = arrived[step.which % Math.max(arrived.length, 1)];
        if (again !== undefined) expect(run.inbox.put(again)).toBe(false);
        break;
      }
      case 'takeOne':
      case 'advance':
      case 'failToInvite':
        run[step.what]();
        break;
      case 'suspend':
        run.apply({ type: 'suspended' });
        break;
      case 'resume':
        run.apply({ type: 'resumed' });
        break;
      case 'passes':
        run.now += step.hours * hour;
        run.apply({ type: 'tick' });
        break;
      case 'leverAnswers':
        lever.answer(step.pick, step.ending);
        break;
      case 'retry':
      case 'dismiss': {
        const { failed } = run.plans;
        const id = failed[step.which % Math.max(failed.length, 1)]?.id;
        if (id === undefined) break;
        gaveUp ||= step.what === 'dismiss';
        waits.push(step.what === 'retry' ? run.plans.retry(id) : run.plans.dismiss(id, 'Kim', 'not needed'));
        break;
      }
      case 'nobodyCame':
        gaveUp ||= run.plans.failed.length > 0;
        run.plans.dismissAll('nobody came');
        break;
    }
    await breathe();
    // Never two plans at once.
    expect(new Set(lever.pending.map(({ call }) => planOf(call.effectId))).size).toBeLessThanOrEqual(1);
  }

  run.advance();
  run.advance();
  // As the workflow does behind its beginning, whatever became of the invitation.
  run.inbox.release();
  run.inbox.put(last);
  run.takeAll();
  run.awaitResult();
  await drain(run, lever);
  await Promise.all(waits);
  return { run, lever, gaveUp };
}

const planOf = (effectId: string): string => effectId.slice(0, effectId.lastIndexOf('/'));

/** Lever works again, and an operator has everything retried. */
async function drain(run: RunModel, lever: ModelLever): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    await breathe();
    if (lever.pending.length > 0) lever.answer(round, 'done');
    else if (run.plans.failed[0] !== undefined) void run.plans.retry(run.plans.failed[0].id);
    else return;
  }
  throw new Error('the plans do not come to an end');
}

const statusTags = (lever: ModelLever): string[] =>
  Object.values(status).filter((tag) => lever.tags.has(tag));

/**
 * The status tags that this run has set. What an earlier run left is there as long as nobody was invited, and where it
 * could not be taken away before the run ended.
 */
function ownTags(run: RunModel, lever: ModelLever): string[] {
  const wasCleared =
    run.state.invitedAt !== null &&
    !run.changes.some((change) => change.what === 'failed' && change.effectId === 'invited/clear-status');
  const left = wasCleared || run.state.status === 'completed' ? [] : run.presentTags;
  return statusTags(lever).filter(
    (tag) => !left.includes(tag) || (tag === status.error && run.state.status !== 'cancelled'),
  );
}

const whateverHappens = (property: (outcome: Outcome) => void, numRuns = 60): Promise<void> =>
  fc.assert(
    fc.asyncProperty(courses, async (course) => property(await play(course))),
    { numRuns },
  );

describe('a whole run: events in any order, early, repeated or lost, and effects that fail', () => {
  it('ends in exactly one terminal state, with nothing left to do', () =>
    whateverHappens(({ run }) => {
      expect(isTerminal(run.state.status)).toBe(true);
      expect(run.endings).toEqual([run.state.status]);
      expect(run.plans).toMatchObject({ isBusy: false, hasReachedSuspendLimit: false, failed: [] });
      expect(run.inbox.snapshot()).toMatchObject({ waiting: [], held: [] });
      expect(run.cancelledAtVendor).toBeLessThanOrEqual(1);
    }));

  it('ignores nothing without a reason', () =>
    whateverHappens(({ run }) => {
      expect(run.reasons.filter((reason) => reason.trim() === '')).toEqual([]);
    }));

  it('carries out one plan after the other', () =>
    whateverHappens(({ run }) => {
      const marks = run.changes.filter(({ what }) => what === 'started' || what === 'finished');
      marks.forEach((mark, index) => {
        expect(mark.what).toBe(index % 2 === 0 ? 'started' : 'finished');
        if (index % 2 === 1) expect(mark).toMatchObject({ ...marks[index - 1], what: 'finished' });
      });
      expect(marks.length % 2).toBe(0);
    }));

  it('writes each note once', () =>
    whateverHappens(({ lever }) => {
      const written = lever.notes.map(({ effectId }) => effectId);
      expect(written).toEqual([...new Set(written)]);
    }));

  it('leaves the tags, links, notes and stage of its end when every effect got through at last', () =>
    whateverHappens(({ run, lever, gaveUp }) => {
      if (gaveUp) return;
      const wasInvited = run.state.invitedAt !== null;
      const notes = lever.notes.filter(({ effectId }) => planOf(effectId) === run.state.status);
      expect(notes).toHaveLength(1);
      switch (run.state.status) {
        case 'completed':
          expect(statusTags(lever)).toEqual([status.completed]);
          expect(lever.links).toEqual(new Set([invitation.url, report]));
          expect(notes[0]?.text).toBe('Score 61');
          expect(lever.stageId).toBe('results');
          return;
        case 'expired':
        case 'declined':
        case 'failed':
          expect(ownTags(run, lever)).toEqual([status.error]);
          break;
        default:
          expect(ownTags(run, lever)).toEqual([]);
      }
      expect(lever.links).toEqual(new Set(wasInvited ? [invitation.url] : []));
      expect(lever.stageId).toBe('trigger');
    }, 400));

  it('shows a completion that is heard of after the end', () =>
    fc.assert(
      fc.asyncProperty(courses, async (course) => {
        const { run, lever, gaveUp } = await play(course);
        if (gaveUp || run.state.invitedAt === null) return;
        run.amendToCompleted();
        await drain(run, lever);
        expect(statusTags(lever)).toEqual([status.completed]);
        expect(lever.links).toEqual(new Set([invitation.url, report]));
      }),
      { numRuns: 60 },
    ));
});
