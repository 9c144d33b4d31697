import { retryAfterMs } from '../../../platform/http/retry-after';

const now = Date.parse('2026-03-01T12:00:00Z');

it.each<[string | undefined, number | undefined]>([
  ['0', 0],
  ['3', 3000],
  [' 2 ', 2000],
  ['0.5', 500],
  ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
  ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ['99999999', 86_400_000],
  [undefined, undefined],
  ['', undefined],
  ['-1', undefined],
  ['soon', undefined],
  ['1e9', undefined],
])('%p is %p', (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});
