import fc from 'fast-check';
import { fullName, splitName } from '../../../vendors/person-name';

describe('the name of a person', () => {
  it.each([
    ['Ada Test', 'Ada', 'Test'],
    ['  Ada   Maria\u00a0Test ', 'Ada', 'Maria Test'],
    ['Sukarno', 'Sukarno', '-'],
    ['شهريار', 'شهريار', '-'],
    ['José de la Cruz', 'José', 'de la Cruz'],
    ['', 'Candidate', '-'],
    [' - ', 'Candidate', '-'],
    ['\u200b', 'Candidate', '-'],
  ])('%j is %j and %j', (name, firstName, lastName) => {
    expect(splitName(name)).toEqual({ firstName, lastName });
  });

  it('has two parts that are never empty, and together are all of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const { firstName, lastName } = splitName(name);
        expect(firstName.trim()).not.toBe('');
        expect(lastName.trim()).not.toBe('');
        const whole = fullName({ name, email: null });
        expect([firstName, `${firstName} ${lastName}`]).toContain(whole);
        expect(whole === firstName).toBe(lastName === '-' && !whole.endsWith(' -'));
      }),
    );
  });

  it('is what else is known where there is none', () => {
    expect(fullName({ name: ' ', email: 'ada@example.com' })).toBe('ada@example.com');
    expect(fullName({ name: '?', email: null })).toBe('Candidate');
    expect(fullName({ name: 'Ada  Test', email: 'ada@example.com' })).toBe('Ada Test');
  });
});
