import fc from 'fast-check';
import { isLeverId } from '../../../domain/lever-id';

describe('an id of Lever', () => {
  it.each([
    '2c2f1f6e-6f4c-4b6e-9a53-0d3f4a1b2c3d',
    'offer',
    'lead-reached-out',
    'applicant-new',
    '5f0c1d2eaaaa4bbb8ccc1234567890ab',
    'a'.repeat(128),
  ])('is %s', (id) => {
    expect(isLeverId(id)).toBe(true);
  });

  it.each([
    '',
    '.',
    '..',
    '../users',
    'a/b',
    'a\\b',
    'a b',
    'a?b',
    'a#b',
    'é',
    '%2e%2e',
    'a\n',
    'a'.repeat(129),
  ])('is not %j', (id) => {
    expect(isLeverId(id)).toBe(false);
  });

  it('stays where it is put in a path, whatever is written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom('.', '..', '%2e', './', '..;')), (text) => {
        if (!isLeverId(text)) return;
        expect(new URL(`https://api.lever.co/v1/opportunities/${text}`).pathname).toBe(
          `/v1/opportunities/${text}`,
        );
      }),
    );
  });
});
