import fc from 'fast-check';
import { findStage } from '../../../domain/connection';
import { plainText, shownText } from '../../../domain/typed-text';

/** What comes along with copy and paste and is not seen. */
const invisible = [
  '\u00ad', // soft hyphen
  '\u034f', // combining grapheme joiner
  '\u061c', // Arabic letter mark
  '\u180e', // Mongolian vowel separator
  '\u200b', // zero-width space
  '\u200c', // zero-width non-joiner
  '\u200d', // zero-width joiner
  '\u200e', // left-to-right mark
  '\u202a', // left-to-right embedding
  '\u202e', // right-to-left override
  '\u2060', // word joiner
  '\u2063', // invisible separator
  '\u2066', // left-to-right isolate
  '\u3164', // Hangul filler
  '\ufe0f', // variation selector
  '\ufeff', // byte order mark
  '\ufff9', // interlinear annotation anchor
  '\u{e0020}', // tag space
  '\u0000',
  '\u0008',
  '\u007f',
];
const blanks = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\u00a0',
  '\u1680',
  '\u2003',
  '\u2009',
  '\u2028',
  '\u202f',
  '\u205f',
  '\u2800',
  '\u3000',
];

describe('what people type and paste', () => {
  test.each(invisible)('is read without what nobody sees: %j', (character) => {
    expect(plainText(`${character}Store${character} Cl${character}erk${character}`)).toBe('Store Clerk');
    expect(plainText(character)).toBe('');
  });

  test.each(blanks)('is read with one kind of blank: %j', (blank) => {
    expect(plainText(`${blank}Store${blank}${blank}Clerk${blank}`)).toBe('Store Clerk');
    expect(plainText(blank)).toBe('');
  });

  test('reads letters the same however they are put together', () => {
    expect(plainText('Cafe\u0301')).toBe('Café');
    expect(plainText('Cafe\u200b\u0301')).toBe('Café');
    expect(plainText('café')).not.toBe(plainText('Café'));
  });

  const typed = fc
    .array(fc.oneof(fc.constantFrom(...invisible, ...blanks), fc.string({ unit: 'grapheme', maxLength: 3 })))
    .map((parts) => parts.join(''));

  test('reads what was read the same once more, and shows nothing where nothing can be seen', () => {
    fc.assert(
      fc.property(typed, (text) => {
        const plain = plainText(text);
        expect(plainText(plain)).toBe(plain);
        expect(shownText(text) === '').toBe(plain === '');
        expect(plainText(shownText(text))).toBe(plain);
      }),
    );
  });

  test('shows a name with what joins its letters', () => {
    const name = 'علی\u200cرضا';
    expect(shownText(` \u2060${name}\ufeff`)).toBe(name);
    expect(plainText(name)).not.toBe(name);
    expect(shownText(null)).toBe('');
  });
});

describe('a stage that settings name', () => {
  const stages = [
    { id: 'one', text: 'Phone\u00a0screen' },
    { id: 'two', text: 'Review' },
    { id: 'three', text: 'Review\u200b' },
  ];

  test.each([
    ['Phone screen', 'one'],
    [' Phone\u2003screen\ufeff', 'one'],
    ['\u2060two', 'two'],
    ['Review', 'two'],
    ['Review\u200b', 'three'],
    ['\u00a0Review ', 'two'],
  ])('is found by what is seen of it: %j', (given, id) => {
    expect(findStage(stages, given)?.id).toBe(id);
  });

  test.each(['', ' ', '\u200b', 'review', 'PhoneScreen'])('is not found by something else: %j', (given) => {
    expect(findStage([...stages, { id: 'four', text: '\u200b' }], given)?.id).not.toBe('one');
    expect(findStage(stages, given)).toBeNull();
  });
});
