import fc from 'fast-check';
import { isoTime } from '../../../vendors/reading';

describe('a time that a vendor writes', () => {
  it('is read as ISO 8601 writes it', () => {
    const dates = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') });
    fc.assert(fc.property(dates, (date) => expect(isoTime(date.toISOString())).toBe(date.getTime())));
    expect(isoTime(' 2026-01-31 12:00:00+02:00 ')).toBe(Date.UTC(2026, 0, 31, 10));
    expect(isoTime('2026-01-31')).toBe(Date.UTC(2026, 0, 31));
  });

  it.each([
    '',
    '12',
    '1767225600',
    'yesterday',
    '31.01.2026',
    '2026-01-31 or so',
    '2026-13-01',
    null,
    undefined,
  ])('is none: %j', (value) => expect(isoTime(value)).toBeNull());
});
