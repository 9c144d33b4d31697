import fc from 'fast-check';
import { arrivalOf, leverClocksMs, pauseBeforeLook } from '../../../domain/lag';

const toldAt = Date.parse('2026-03-01T12:00:00Z');

describe('what Lever shows of a move', () => {
  test.each([
    { isIn: true, enteredAt: toldAt, arrival: 'there' },
    { isIn: true, enteredAt: toldAt - leverClocksMs, arrival: 'there' },
    { isIn: true, enteredAt: toldAt + 60_000, arrival: 'there' },
    { isIn: true, enteredAt: toldAt - leverClocksMs - 1, arrival: 'there_before' },
    { isIn: false, enteredAt: toldAt, arrival: 'left' },
    { isIn: false, enteredAt: toldAt - leverClocksMs - 1, arrival: 'not_yet' },
    { isIn: false, enteredAt: null, arrival: 'not_yet' },
  ])('$arrival: is in the stage: $isIn, last entry $enteredAt', ({ arrival, ...seen }) => {
    expect(arrivalOf(seen, toldAt)).toBe(arrival);
  });

  test('of a move whose time is not known only whether they are there', () => {
    expect(arrivalOf({ isIn: true, enteredAt: null }, null)).toBe('there');
    expect(arrivalOf({ isIn: false, enteredAt: toldAt }, null)).toBe('left');
  });
});

describe('the pauses between the looks', () => {
  test('are five in two minutes, each longer than the one before', () => {
    const pauses: number[] = [];
    let waited = 0;
    for (let pause = pauseBeforeLook(0, 120_000); pause !== null; pause = pauseBeforeLook(waited, 120_000)) {
      pauses.push(pause);
      waited += pause;
    }
    expect(pauses).toEqual([2_000, 6_000, 12_000, 30_000, 70_000]);
  });

  test('never reach beyond the patience, and come to an end', () => {
    fc.assert(
      fc.property(fc.nat(600_000), fc.integer({ min: 1, max: 600_000 }), (waited, patience) => {
        const pause = pauseBeforeLook(waited, patience);
        if (pause === null) return waited >= patience;
        return pause > 0 && waited + pause <= patience + 1;
      }),
    );
  });
});
