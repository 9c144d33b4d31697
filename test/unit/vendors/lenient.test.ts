import fc from 'fast-check';
import { z } from 'zod';
import { entries, figure, flag, identifier, link, reference, within, words } from '../../../vendors/lenient';

/** Whatever may stand in a field. */
const anything = fc.anything({ withBigInt: false });
const fields = { words, reference, figure, flag, link };
const answer = z.looseObject({
  ...fields,
  inner: within(z.looseObject(fields)),
  list: entries(z.looseObject({ id: identifier, ...fields })),
});

describe('a lenient field', () => {
  it('never costs the answer, whatever stands in it, or if it is missing', () => {
    const odd = fc.record(
      {
        words: anything,
        figure: anything,
        flag: anything,
        reference: anything,
        link: anything,
        inner: anything,
        list: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(odd, (given) => {
        const read = answer.parse(given);
        expect([null, 'string']).toContain(read.words === null ? null : typeof read.words);
        expect([null, 'number']).toContain(read.figure === null ? null : typeof read.figure);
        expect([null, 'boolean']).toContain(read.flag === null ? null : typeof read.flag);
        expect(read.link === null || typeof read.link === 'string').toBe(true);
        expect((read.reference ?? '').length).toBeLessThanOrEqual(200);
        expect(Array.isArray(read.list)).toBe(true);
      }),
    );
  });

  it('reads an object as no flag, whatever its members are called', () => {
    expect(flag.parse({ toString: 0 })).toBeNull();
    expect(flag.parse([{ toString: 0 }])).toBeNull();
  });

  it('reads a number however it is written, and an empty text as none', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(figure.parse(value)).toBe(value);
        expect(figure.parse(` ${value} `)).toBe(Number(String(value)));
      }),
    );
    expect(figure.parse('72,5')).toBe(72.5);
    for (const none of ['', ' ', 'n/a', true, false, [], {}, null, undefined, Number.NaN]) {
      expect(figure.parse(none)).toBeNull();
    }
  });

  it('takes numbers for text, and nothing else', () => {
    expect([7, 'a ', '', ' ', true, {}, ['a']].map((given) => words.parse(given))).toEqual([
      ...['7', 'a', null, null, null, null, null],
    ]);
  });

  it('reads yes and no', () => {
    const given = [true, 1, '1', 'TRUE', 'yes', false, 0, '0', 'no', '', 'maybe', null, 2];
    expect(given.map((one) => flag.parse(one))).toEqual([
      ...[true, true, true, true, true],
      ...[false, false, false, false],
      ...[null, null, null, null],
    ]);
  });

  it('takes no more of a text than a note has use for, and no piece of a long id for an id', () => {
    const long = fc.string({ minLength: 2_001, maxLength: 100_000, size: 'max' });
    fc.assert(
      fc.property(long, (given) => {
        const {
          words: text,
          reference: id,
          link: address,
        } = answer.parse({
          words: given,
          reference: given,
          link: given,
        });
        expect((text ?? '').length).toBeLessThanOrEqual(2_000);
        expect(id).toBeNull();
        expect((address ?? '').length).toBeLessThanOrEqual(4_500);
      }),
    );
    expect(reference.parse(`${'a'.repeat(100)}${' '.repeat(1_999)}b`)).toBeNull();
    expect(reference.parse('a'.repeat(200))).toBe('a'.repeat(200));
    expect(reference.parse('a'.repeat(201))).toBeNull();
    expect(identifier.safeParse('a'.repeat(201)).success).toBe(false);
  });

  it('leaves entries out that are nothing without what they miss', () => {
    const list = entries(z.looseObject({ id: identifier, name: words }));
    expect(list.parse([{ id: 1, name: 'One' }, { name: 'None' }, null, 'x', { id: 'b', name: {} }])).toEqual([
      { id: '1', name: 'One' },
      { id: 'b', name: null },
    ]);
    expect(list.parse({ id: 1 })).toEqual([]);
  });
});
