import fc from 'fast-check';
import { amend } from '../../../domain/amendment';
import type { EventPosition } from '../../../domain/event-position';
import {
  higherOf,
  highWaterMarkOf,
  isOlder,
  overtaken,
  positioned,
  positionOf,
} from '../../../domain/event-position';
import type { VendorEvent } from '../../../domain/events';
import type { Lifecycle } from '../../../domain/lifecycle';
import { isTerminal } from '../../../domain/lifecycle';
import { hear, reduce } from '../../../domain/reducer';
import { beginning, invitedRun, must, policies, positions, vendorFindings } from './arbitraries';

/** News that overtake each other on their way, or come again. */

type Counted = VendorEvent & { position: EventPosition };

/** A vendor's news in the order in which they happened, each with a later rank than the one before. */
const histories: fc.Arbitrary<Counted[]> = fc
  .array(fc.tuple(vendorFindings, fc.boolean()), { minLength: 1, maxLength: 8 })
  .map((news) => {
    let position: EventPosition = { attempt: 1, sequence: 0 };
    return news.map(([event, anew]) => {
      position = anew
        ? { attempt: position.attempt + 1, sequence: 0 }
        : { attempt: position.attempt, sequence: position.sequence + 1 };
      return { ...event, position };
    });
  });

/** … as they arrive: in any order, some of them twice. */
const arrivals = (history: readonly Counted[]): fc.Arbitrary<Counted[]> =>
  fc
    .subarray([...history])
    .chain((again) =>
      fc.shuffledSubarray([...history, ...again], { minLength: history.length + again.length }),
    );

/** What a run, and the amendment that speaks for it once it is over, makes of one piece of news. */
function take(state: Lifecycle, event: VendorEvent): Lifecycle {
  if (!isTerminal(state.status)) {
    const reduction = reduce(state, event, beginning);
    if (reduction.outcome === 'held') return state;
    const heard = reduction.state ?? state;
    const looks =
      reduction.outcome === 'applied' && reduction.commands.some((one) => one.do === 'fetchResult');
    // The vendor shows the result at the first look.
    return looks ? must(heard, { type: 'resultFetched' }, beginning) : heard;
  }
  const amendment = amend(state, event);
  const heard = hear(state, event.position);
  return amendment.do === 'ignore' ? heard : { ...heard, status: amendment.status };
}

const overtakenCourses = fc
  .tuple(policies, histories)
  .chain(([policy, history]) =>
    arrivals(history).map((arriving) => ({ run: invitedRun(policy), history, arriving })),
  );

describe('news that overtake each other', () => {
  it('change nothing when they are older than what is known', () => {
    fc.assert(
      fc.property(overtakenCourses, ({ run, arriving }) => {
        let state = run;
        for (const event of arriving) {
          const after = take(state, event);
          if (isOlder(event.position, state.highWaterMark)) expect(after).toEqual(state);
          state = after;
        }
      }),
    );
  });

  it('leave the newest that was heard, whatever the order', () => {
    fc.assert(
      fc.property(overtakenCourses, ({ run, history, arriving }) => {
        expect(arriving.reduce(take, run).highWaterMark).toEqual(history.at(-1)?.position);
      }),
    );
  });

  it('let a completion stand that is the last thing to happen', () => {
    fc.assert(
      fc.property(policies, histories, fc.gen(), (policy, before, pick) => {
        const { attempt, sequence } = before.at(-1)?.position ?? { attempt: 1, sequence: 0 };
        const last: Counted = { type: 'completed', position: { attempt, sequence: sequence + 1 } };
        const arriving = pick(() => arrivals([...before, last]));
        expect(arriving.reduce(take, invitedRun(policy)).status).toBe('completed');
      }),
    );
  });

  it('are ignored with the reason, and ranked ones that change nothing are still heard', () => {
    const policy = invitedRun({
      expiresAfterMs: null,
      reminderOffsetsMs: [],
      onLeaveStage: 'keep',
      suspendLimitMs: 1,
      poll: null,
    });
    const begun = take(policy, { type: 'started', position: { attempt: 1, sequence: 3 } });
    expect(reduce(begun, { type: 'declined', position: { attempt: 1, sequence: 2 } }, beginning)).toEqual({
      outcome: 'ignored',
      reason: overtaken({ attempt: 1, sequence: 2 }, { attempt: 1, sequence: 3 }),
    });
    const again = reduce(begun, { type: 'started', position: { attempt: 2, sequence: 0 } }, beginning);
    expect(again).toMatchObject({ outcome: 'ignored', state: { newest: { attempt: 2, sequence: 0 } } });
    // A vendor that does not count is believed as before.
    expect(reduce(begun, { type: 'declined' }, beginning)).toMatchObject({ outcome: 'applied' });
    expect(
      amend({ status: 'completed', highWaterMark: { attempt: 1, sequence: 3 } }, { type: 'declined' }).do,
    ).toBe('plan');
  });
});

describe('the order of positions', () => {
  it('is by attempt, then by number, and total', () => {
    fc.assert(
      fc.property(positions, positions, (one, other) => {
        const same = one.attempt === other.attempt && one.sequence === other.sequence;
        expect(Number(isOlder(one, other)) + Number(isOlder(other, one))).toBe(same ? 0 : 1);
        expect(isOlder(higherOf(one, other) ?? undefined, one)).toBe(false);
        expect(isOlder(higherOf(one, other) ?? undefined, other)).toBe(false);
      }),
    );
    expect(isOlder({ attempt: 1, sequence: 9 }, { attempt: 2, sequence: 0 })).toBe(true);
  });

  it('says nothing about news without one', () => {
    const position = { attempt: 1, sequence: 1 };
    expect([isOlder(undefined, position), isOlder(position, undefined)]).toEqual([false, false]);
    expect([
      higherOf(undefined, position),
      higherOf(position, undefined),
      higherOf(undefined, undefined),
    ]).toEqual([position, position, null]);
  });

  it('is the same under the names of both releases; of two marks the higher one counts', () => {
    const [low, high] = [
      { attempt: 1, sequence: 1 },
      { attempt: 1, sequence: 4 },
    ];
    expect([positionOf({ rank: low }), positionOf(positioned(low))]).toEqual([low, low]);
    expect(highWaterMarkOf({ newest: high, highWaterMark: low })).toEqual(high);
    expect(highWaterMarkOf({ newest: low, highWaterMark: high })).toEqual(high);
    expect([highWaterMarkOf({ newest: low }), highWaterMarkOf({})]).toEqual([low, undefined]);
  });
});
