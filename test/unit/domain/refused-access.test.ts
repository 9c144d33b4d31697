import fc from 'fast-check';
import {
  isOutOfPatience,
  nextProbeAt,
  probedWhenRefusedSince,
  whyGivenUp,
  whyPatient,
} from '../../../domain/refused-access';

const minute = 60_000;
const times = { patienceMs: 15 * minute, probeEveryMs: 60 * minute, probeForMs: 7 * 24 * 60 * minute };

/** When Lever is asked during an outage that begins at `since`, until the patience is over. */
function probes(since: number, patienceMs: number): number[] {
  const asked: number[] = [];
  let now = since;
  while (!isOutOfPatience(since, now, { patienceMs })) {
    now = nextProbeAt(since, now, { patienceMs });
    asked.push(now);
  }
  return asked;
}

describe('the patience with a Lever that answers 401', () => {
  it('asks soon at first, then less often, and for the last time as it ends', () => {
    const asked = probes(0, times.patienceMs);
    expect(asked[0]).toBe(15_000);
    expect(asked.length).toBeLessThan(15);
    expect(asked.at(-1)).toBe(15 * minute);
  });

  it('ends whatever its length, with a pause before each probe', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 60, max: 86_400_000 }), (since, patienceMs) => {
        const asked = probes(since, patienceMs);
        const pauses = asked.map((at, index) => at - (asked[index - 1] ?? since));
        expect(asked.at(-1)).toBe(since + patienceMs);
        expect(asked.length).toBeLessThan(30);
        expect(Math.max(...pauses)).toBeLessThanOrEqual(Math.ceil(patienceMs / 5));
        expect(Math.min(...pauses)).toBeGreaterThan(0);
      }),
    );
  });

  it('of no length at all is over at once', () => {
    expect(isOutOfPatience(5, 5, { patienceMs: 0 })).toBe(true);
    expect(nextProbeAt(5, 5, { patienceMs: 0 })).toBe(5);
  });

  it('and the days after it are told apart', () => {
    expect(isOutOfPatience(0, 15 * minute - 1, times)).toBe(false);
    expect(isOutOfPatience(0, 15 * minute, times)).toBe(true);
    expect(probedWhenRefusedSince(times.patienceMs + times.probeForMs, times)).toBe(0);
  });

  it('is told in words', () => {
    const since = Date.UTC(2026, 0, 2, 3, 4, 5);
    expect(whyPatient(since)).toContain('since 2026-01-02T03:04:05Z');
    const words = whyGivenUp(since, times);
    expect(words).toContain('asks again every 1h until 2026-01-09T03:19:05Z');
    expect(words).toContain('connect again');
  });
});
