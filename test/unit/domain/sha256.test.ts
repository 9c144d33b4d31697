import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { sha256 } from '../../../domain/sha256';

test.each([
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  // FIPS 180-4, examples: one block, and two.
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
])('the digest of "%s" is the standard\'s', (text, digest) => expect(sha256(text)).toBe(digest));

test("every text's digest is Node's", () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.nat({ max: 300 }).map((length) => 'a'.repeat(length)),
  );
  fc.assert(
    fc.property(texts, (text) =>
      expect(sha256(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex')),
    ),
  );
});
