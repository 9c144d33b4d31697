import { order } from '../../../vendors/standard/contract';
import { warningsOf } from '../../../vendors/standard/warnings';

const now = Date.UTC(2026, 0, 1);
const fields = (change: Record<string, unknown>): string[] =>
  warningsOf(order.parse({ order: 'asm-1', sequence: 1, status: 'in_progress', ...change }), now).map(
    ({ path }) => path,
  );

test('nothing is wrong with what the contract names', () => {
  const score = { value: 10, max: 10, band: 'Proceed' };
  const parts = [
    { label: 'Skills', value: 0, max: 5 },
    { label: 'Values', text: 'Calm' },
  ];
  const links = [{ label: 'Report', url: 'https://vendor.example/r' }];
  expect(
    fields({ attempt: 1, status: 'completed', score, parts, links, occurredAt: '2026-01-01T00:05:00Z' }),
  ).toEqual([]);
  expect(fields({ status: 'declined', message: 'no time', score: null, parts: null })).toEqual([]);
});

test('fields that nobody reads are named with their place', () => {
  const links = [{ label: 'Report', url: 'https://vendor.example/r', title: 'x' }];
  const parts = [
    { label: 'A', text: 'x' },
    { label: 'B', text: 'x', weight: 2 },
  ];
  expect(fields({ stauts: 'x', score: { value: 1, max: 2, percent: 50 }, parts, links })).toEqual([
    'stauts',
    'score.percent',
    'parts.1.weight',
    'links.0.title',
  ]);
  expect(fields({ constructor: 'x' })).toEqual(['constructor']);
});

test('figures that cannot be right are named', () => {
  const parts = [
    { label: 'A', value: 3, max: 2 },
    { label: 'B', value: 3 },
  ];
  expect(fields({ score: { value: 11, max: 10 }, parts })).toEqual([
    'score.value',
    'parts.0.value',
    'parts.1.max',
  ]);
});

test('an end without what people look for is named', () => {
  expect(fields({ status: 'completed' })).toEqual(['status']);
  for (const status of ['declined', 'cancelled', 'failed'])
    expect(fields({ status, message: ' ' })).toEqual(['message']);
  expect(fields({ occurredAt: '2026-01-01T00:05:01Z' })).toEqual(['occurredAt']);
});
