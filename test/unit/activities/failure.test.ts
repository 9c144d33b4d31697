import fc from 'fast-check';
import { pauseBefore } from '../../../activities/failure';
import { isWorthTelling, tellsAfterMs, tellsFromAttempt } from '../../../domain/trouble';

const times = { unclearRetryDelayMs: 15_000, initialIntervalMs: 1_000, maxIntervalMs: 300_000 };

describe('the pause before the next attempt', () => {
  it('grows with a Retry-After as well, up to the longest', () => {
    const pauses = Array.from({ length: 12 }, (_, index) =>
      pauseBefore({ code: 'lever.unclear', retryAfterMs: 5_000 }, index + 1, times),
    );
    // 15 s are the least after an unclear answer; from then on the pauses double.
    expect(pauses).toEqual([
      15_000, 15_000, 15_000, 15_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000,
    ]);
  });

  it.each(['lever.unclear', 'lever.rate_limited', 'vendor.unavailable', 'vendor.unclear'] as const)(
    'of %s is never shorter than asked, and never longer than an hour',
    (code) => {
      fc.assert(
        fc.property(fc.nat(86_400_000), fc.integer({ min: 1, max: 1_000 }), (asked, attempt) => {
          const pause = pauseBefore({ code, retryAfterMs: asked }, attempt, times);
          expect(pause).toBeGreaterThanOrEqual(Math.min(asked, 3_600_000));
          expect(pause).toBeLessThanOrEqual(3_600_000);
          expect(pause).toBeLessThanOrEqual(pauseBefore({ code, retryAfterMs: asked }, attempt + 1, times));
        }),
      );
    },
  );
});

describe('what keeps failing', () => {
  it('is told of from the third attempt on, or before it is 45 seconds old', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.nat(120_000),
        fc.nat(600_000),
        (attempt, age, nextIn) => {
          const silent = attempt < tellsFromAttempt && age + nextIn < tellsAfterMs;
          expect(isWorthTelling(attempt, age, nextIn)).toBe(!silent);
        },
      ),
    );
  });
});
