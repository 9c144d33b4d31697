import fc from 'fast-check';
import { jsonOf, jsonOfAnswer, parseJson, TooManyValues } from '../../../platform/json';

test('texts come without NUL characters, everything else as it is', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\0', '\\', '"', 'u0000', '\u00fc') });
  fc.assert(
    fc.property(fc.array(fc.record({ text, number: fc.integer() })), (value) => {
      const clean = value.map((each) => ({ ...each, text: each.text.replaceAll('\0', '') }));
      expect(parseJson(JSON.stringify(value))).toEqual(clean);
    }),
  );
  expect(parseJson(String.raw`{"name":"A\u0000B","path":"C:\\u0000"}`)).toEqual({
    name: 'AB',
    path: String.raw`C:\u0000`,
  });
});

test('what is no JSON is nothing', () => {
  expect(jsonOf(Buffer.from('{'))).toBeUndefined();
  expect(() => parseJson('{')).toThrow(SyntaxError);
});

test('however deep it is nested', () => {
  const depth = 400_000;
  const text = `{"name":"A\\u0000B","deep":${'['.repeat(depth)}"\\u0000"${']'.repeat(depth)}}`;
  const read = parseJson(text) as { name: string; deep: unknown };
  expect(read.name).toBe('AB');
  let inmost = read.deep;
  while (Array.isArray(inmost)) inmost = inmost[0];
  expect(inmost).toBe('');
});

test('an escape outside of a text makes no JSON', () => {
  expect(() => parseJson(String.raw`{\u0000}`)).toThrow(SyntaxError);
  expect(parseJson(String.raw`{"a\u0000":"\\\u0000"}`)).toEqual({ a: '\\' });
});

describe('an answer', () => {
  const parse = jest.spyOn(JSON, 'parse');
  beforeEach(() => parse.mockClear());
  afterAll(() => parse.mockRestore());

  const nested = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
  test.each([
    ['objects', `[${'{},'.repeat(250_000)}{}]`],
    ['numbers', `[${'0,'.repeat(250_000)}0]`],
    ['members', `{${Array.from({ length: 250_001 }, (_, index) => `"${index}":0`).join()}}`],
    ['lists within lists', nested],
  ])('of too many %s is not read', (_, text) => {
    expect(() => jsonOfAnswer(Buffer.from(text))).toThrow(TooManyValues);
    expect(parse).not.toHaveBeenCalled();
  });

  test('may hold any text', () => {
    const value = { text: '{[,"\\'.repeat(100_000), more: [1, { a: '"' }] };
    expect(jsonOfAnswer(Buffer.from(JSON.stringify(value)))).toEqual(value);
    expect(() => jsonOfAnswer(Buffer.from('"'.repeat(300_001)))).toThrow(SyntaxError);
  });
});
