import { whyGivenUp, whyPatient } from '../../../domain/refused-access';

const minute = 60_000;
const times = { patienceMs: 15 * minute, probeEveryMs: 60 * minute, probeForMs: 7 * 24 * 60 * minute };

test('the patience with a Lever that answers 401 is told in words', () => {
  const since = Date.UTC(2026, 0, 2, 3, 4, 5);
  expect(whyPatient(since)).toContain('since 2026-01-02T03:04:05Z');
  const words = whyGivenUp(since, times);
  expect(words).toContain('asks again every 1h until 2026-01-09T03:19:05Z');
  expect(words).toContain('connect again');
});
