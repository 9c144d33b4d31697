import fc from 'fast-check';
import { jsonOf, parseJson } from '../../../platform/json';

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
