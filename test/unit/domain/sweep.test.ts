import fc from 'fast-check';
import { brakes } from '../../../domain/sweep';

const brake = { rows: 20, share: 0.05 };

test('more than twenty rows are never closed without a person, however many are open', () => {
  fc.assert(
    fc.property(fc.integer({ min: 21, max: 5_000 }), fc.nat(100_000), (lost, more) => {
      expect(brakes(lost, lost + more, brake)).toBe(true);
    }),
  );
});

test('more than five per cent neither, but a handful is', () => {
  expect(brakes(6, 119, brake)).toBe(true);
  expect(brakes(6, 120, brake)).toBe(false);
  expect(brakes(20, 400, brake)).toBe(false);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.nat(100), (lost, more) => {
      expect(brakes(lost, lost + more, brake)).toBe(false);
    }),
  );
});

test('whoever has more runs than most may set it higher', () => {
  expect(brakes(300, 1_000, { rows: 500, share: 1 })).toBe(false);
});
