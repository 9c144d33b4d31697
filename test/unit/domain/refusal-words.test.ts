import fc from 'fast-check';
import { isServiceWord } from '../../../domain/refusal-vocabulary';
import { withoutPeople } from '../../../domain/refusal-words';

describe('what another service says about its refusal', () => {
  test.each([
    // Lever's, as clients have seen them.
    'Missing required parameter: perform_as',
    'Invalid offset token',
    'posting is not expandable',
    'limit must be between 1 and 100',
    'stages 5f0c1d2e-aaaa-4bbb-8ccc-1234567890ab was not found',
    'Insufficient scope: notes:write:admin is required',
    "The account's plan does not include the API",
    // Vendors'.
    'This position is closed',
    'No such package',
    'Candidate already has this interview',
    'Interview template not found',
    'This value is not a valid email address',
    'The package is not sold in this country',
    'has found another job',
    "the contact doesn't exist and isn't new",
    '"perform_as" is required',
    'body.candidate.firstname: This value should not be blank',
    'File too large: 30 MB at most',
    'POST /opportunities/:id/notes is not allowed, code 1703',
    'the order asm_0123456789abcdefghij is over',
    'BadRequestError in stages[0].id',
  ])('is shown as it is: %s', (text) => {
    expect(withoutPeople(text)).toBe(text);
  });

  test.each([
    ['User Dana Example (dana@example.com, +1 555 010 0199) may not write.', 'User … may not write'],
    ['DANA EXAMPLE is archived', '… is archived'],
    ['Opportunity of Dana is archived', 'Opportunity of … is archived'],
    ['Dana Fields is no user', '… is no user'],
    ["O'Brien-Müller has no phone", '… has no phone'],
    ['李雷 is not allowed', '… is not allowed'],
    ['Дана Пример is not allowed', '… is not allowed'],
    ['the contact "dana example" exists', 'the contact … exists'],
    ["the contact 'Dana Example' doesn't exist", "the contact … doesn't exist"],
    ['the contact «dana» exists', 'the contact … exists'],
    ['{"name":"dana"} is wrong', '… is wrong'],
    ['name="Dana Example" is invalid', '… is invalid'],
    ['quoted "dana and never closed', 'quoted …'],
    ['call 555 0100 or (030) 12 34 56', 'call … or …'],
    ['phone 555.0100 is taken', 'phone … is taken'],
    ['dana@example.com, ＤＡＮＡ＠example.com, dana%40example.com are taken', '… are taken'],
    ['dana\u200b@example.com is taken', '… is taken'],
    ['dana @ example.com and @dana are taken', '… are taken'],
    ['see https://hire.lever.co/candidates/dana', 'see …'],
    ['account dana.example1990 is locked', 'account … is locked'],
    ['mailto:dana www.dana.example tel:5550100', ''],
    ['Dana Example', ''],
    ['', ''],
    [' \u00a0\u2060 ', ''],
    ['...', ''],
  ])('names nobody: %s', (text, shown) => {
    expect(withoutPeople(text)).toBe(shown);
  });

  test('names nobody whom the request named, however it is written', () => {
    expect(withoutPeople('the name dana example is too long for dana', ['Dana Example'])).toBe(
      'the name … is too long for …',
    );
  });

  test('of nobody is nothing', () => {
    expect([withoutPeople(null), withoutPeople(undefined)]).toEqual(['', '']);
  });

  const word = fc
    .stringMatching(/^[A-ZÄÖÉŁ][a-zäöéł]{2,10}$/)
    .filter((name) => !isServiceWord(name) && !isServiceWord(name.normalize('NFKC')));
  const names = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' '));
  const emails = fc.emailAddress();
  const phones = fc
    .tuple(fc.constantFrom('+49 ', '(030) ', '0', '+1-'), fc.stringMatching(/^[1-9]\d{2}[ .-]\d{4}$/))
    .map((parts) => parts.join(''));
  const words = fc.constantFrom(
    'the',
    'is',
    'Missing',
    'required',
    '-',
    'not',
    'for',
    'User',
    '1703',
    'of',
    ',',
  );

  test('shows no name, address or telephone number, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 6 }),
        fc.array(fc.oneof(names, emails, phones), { minLength: 1, maxLength: 3 }),
        fc.array(words, { maxLength: 6 }),
        fc.constantFrom(' ', '\u00a0', '\n', '  '),
        (before, people, after, blank) => {
          const shown = withoutPeople([...before, ...people, ...after].join(blank));
          for (const person of people.flatMap((one) => (one.includes('@') ? [one] : one.split(' ')))) {
            // A short piece of a number, such as an area code, tells nobody apart.
            if (/^[\d+().-]{0,5}$/.test(person)) continue;
            expect(shown).not.toContain(person);
          }
        },
      ),
    );
  });

  test('is short, and read at once, however long and strange it is', () => {
    const pieces = fc.constantFrom(
      'a',
      'A',
      '@',
      '"',
      "'",
      '1',
      ' ',
      '\u200b',
      '(',
      '.',
      '\u00a0',
      'ﷺ',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), fc.integer({ min: 1, max: 200_000 }), (some, times) => {
        const shown = withoutPeople(some.join('').repeat(times));
        expect(shown.length).toBeLessThanOrEqual(200);
        expect(shown).not.toContain('@');
      }),
      { numRuns: 60 },
    );
  });

  test('is cut between words, never inside an address', () => {
    const long = `${'word '.repeat(199)}abc dana@example.com`;
    for (let length = 990; length < long.length; length += 1) {
      expect(withoutPeople(`${' '.repeat(800)}${long.slice(0, length)}`)).not.toContain('dana');
    }
    const shown = withoutPeople('word '.repeat(100));
    expect(shown).toBe('word '.repeat(40).trim());
  });
});
