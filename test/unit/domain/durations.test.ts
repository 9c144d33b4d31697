import fc from 'fast-check';
import { duration, formatDuration, parseDuration } from '../../../domain/durations';

const tenYears = 3_650 * 86_400_000;

describe('durations', () => {
  it.each([
    ['3d', 259_200_000],
    ['36h', 129_600_000],
    ['10m', 600_000],
    ['90s', 90_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    ['0s', 0],
    [' 1s ', 1_000],
    ['3650d', tenYears],
  ])('"%s" is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each([
    '',
    '3',
    'd',
    '3 d',
    '3D',
    '-1s',
    '+1s',
    '1e3s',
    '.5h',
    '1.h',
    '1d2h',
    '3651d',
    `${'9'.repeat(400)}d`,
  ])('"%s" is none', (text) => expect(parseDuration(text)).toBeNull());

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: tenYears }), (ms) =>
        expect(parseDuration(formatDuration(ms))).toBe(ms),
      ),
    );
  });

  it('are written in the longest whole unit', () => {
    const written = [259_200_000, 129_600_000, 60_000, 90_000, 1_500, 0].map(formatDuration);
    expect(written).toEqual(['3d', '36h', '1m', '90s', '1500ms', '0ms']);
  });

  it('are a whole, finite number of milliseconds whatever is written', () => {
    const written = fc.tuple(fc.double({ noNaN: true, min: 0 }), fc.constantFrom('ms', 's', 'm', 'h', 'd'));
    fc.assert(
      fc.property(
        fc.oneof(
          written.map(([n, unit]) => `${n}${unit}`),
          fc.string(),
        ),
        (text) => {
          const ms = parseDuration(text);
          if (ms !== null) expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
        },
      ),
    );
  });

  it('say how to write one', () => {
    expect(duration.parse('1h')).toBe(3_600_000);
    expect(duration.safeParse('an hour').error?.issues[0]?.message).toMatch(/3d, 36h/);
    expect(duration.safeParse(60).success).toBe(false);
  });
});
