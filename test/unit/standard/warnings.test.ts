import { parse } from '../../../vendors/standard/callback';
import { catalogue } from '../../../vendors/standard/catalogue';
import { order } from '../../../vendors/standard/contract';
import { faultsOf, inOneLine, mostErrors } from '../../../vendors/standard/faults';
import { warningsOf, warningsOfCatalogue } from '../../../vendors/standard/warnings';

const now = Date.UTC(2026, 0, 1);
const warn = (body: unknown) => warningsOf(order.parse(body), body, now);
const fields = (change: Record<string, unknown>): string[] =>
  warn({ order: 'asm-1', sequence: 1, status: 'in_progress', ...change }).map(({ path }) => path);

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

describe('however much is odd', () => {
  const oddFields = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`field-${index}`, 0]));
  const update = { order: 'asm-1', sequence: 1, status: 'in_progress' };

  test('fifty warnings are enough, and the last one counts the others', () => {
    const warnings = warn({ ...update, ...oddFields });
    expect(warnings).toHaveLength(mostErrors);
    expect(warnings.at(-1)).toEqual({ path: '', message: `and ${90_000 - 49} more like these` });
    const packages = [{ id: 'a', type: 'OTHER', name: 'A', ...oddFields }];
    const body = { packages };
    expect(warningsOfCatalogue(catalogue.parse(body), body)).toHaveLength(mostErrors);
    expect(fields(Object.fromEntries(Object.entries(oddFields).slice(0, 50)))).toHaveLength(50);
  });

  test('what is not looked at is not read, and no more faults are made of it than are told', () => {
    const read = jest.fn();
    const names = Object.keys(oddFields);
    const body = new Proxy<Record<string, unknown>>(
      { ...update, ...oddFields },
      {
        get(target, name) {
          read(name);
          return target[String(name)];
        },
      },
    );
    const has = jest.spyOn(Object, 'hasOwn');
    const warnings = warn(body);
    const looks = has.mock.calls.length;
    has.mockRestore();
    expect(warnings).toHaveLength(mostErrors);
    expect(looks).toBeLessThan(200);
    expect(read.mock.calls.flat().filter((name) => names.includes(String(name)))).toEqual([]);
  });

  test('others than unknown names are counted beside them', () => {
    const parts = Array.from({ length: 60 }, (_, index) => ({ label: `P${index}`, value: 1 }));
    const odd = Object.fromEntries(Object.entries(oddFields).slice(0, 30));
    const warnings = warn({ ...update, ...odd, parts });
    expect(warnings).toHaveLength(mostErrors);
    expect(warnings[30]).toMatchObject({ path: 'parts.0.max' });
    expect(warnings.at(-1)?.message).toBe('and 41 more like these');
  });

  test('a name of any length is named in short', () => {
    const [long] = fields({ ['x'.repeat(500_000)]: 1 });
    expect(long).toHaveLength(200);
  });

  test('so are the faults of what cannot be taken, in the list and in the sentence', () => {
    const packages = Array.from({ length: 1_000 }, () => ({ id: 1 }));
    const parsed = catalogue.safeParse({ packages });
    expect(parsed.error?.issues.length).toBeGreaterThan(2_000);
    const faults = faultsOf(parsed.error as NonNullable<typeof parsed.error>, {});
    expect(faults).toHaveLength(mostErrors);
    expect(inOneLine(faults).length).toBeLessThan(20_000);
  });
});

test('a message is read once, and says all that is asked of it', () => {
  const body = Buffer.from(JSON.stringify({ order: 'asm-1', sequence: 1, status: 'completed', odd: 1 }));
  const raw = { method: 'POST', headers: {}, pathRest: '', query: {}, body, receivedAt: now };
  const reads = jest.spyOn(JSON, 'parse');
  const { news, answer } = parse(raw, 'asm-1');
  expect(reads).toHaveBeenCalledTimes(1);
  expect(news).toHaveLength(1);
  expect(answer.warnings.map(({ path }) => path)).toEqual(['odd', 'status']);
  reads.mockRestore();
});
