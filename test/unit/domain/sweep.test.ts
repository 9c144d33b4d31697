import fc from 'fast-check';
import { exceedsSweepLimit } from '../../../domain/sweep';

const limit = { rows: 20, share: 0.05 };

test('more than twenty rows are never closed without a person, however many are open', () => {
  fc.assert(
    fc.property(fc.integer({ min: 21, max: 5_000 }), fc.nat(100_000), (lost, more) => {
      expect(exceedsSweepLimit(lost, lost + more, limit)).toBe(true);
    }),
  );
});

test('more than five per cent neither, but a handful is', () => {
  expect(exceedsSweepLimit(6, 119, limit)).toBe(true);
  expect(exceedsSweepLimit(6, 120, limit)).toBe(false);
  expect(exceedsSweepLimit(20, 400, limit)).toBe(false);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.nat(100), (lost, more) => {
      expect(exceedsSweepLimit(lost, lost + more, limit)).toBe(false);
    }),
  );
});

test('whoever has more runs than most may set it higher', () => {
  expect(exceedsSweepLimit(300, 1_000, { rows: 500, share: 1 })).toBe(false);
});
