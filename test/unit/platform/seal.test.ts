import fc from 'fast-check';
import { emailDigest, emailDigests, safeEqual } from '../../../platform/crypto/hmac';
import { KeyRingError, parseKeyRing } from '../../../platform/crypto/keyring';
import { open, openJson, openToken, seal, sealJson, sealToken } from '../../../platform/crypto/seal';
import { testRing, writtenKey } from '../../helpers/keys';

describe('key ring', () => {
  it.each([
    ['', 'at least one key'],
    ['justakey', 'id:base64'],
    ['a b:AAAA', 'id:base64'],
    ['k1:%%%', 'not base64'],
    ['k1:AAAA', 'has 3 bytes instead of 32'],
    [`${writtenKey('k1')},${writtenKey('k1')}`, 'twice'],
  ])('refuses %p and says why', (text, why) => {
    expect(() => parseKeyRing(text)).toThrow(KeyRingError);
    expect(() => parseKeyRing(text)).toThrow(why);
  });

  it('never repeats key bytes in its words', () => {
    const short = Buffer.alloc(31, 7).toString('base64');
    expect(() => parseKeyRing(`k1:${short}`)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(short) }),
    );
  });
});

describe('sealing', () => {
  const ring = testRing('k1');

  it('gives back whatever was sealed, under its context only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), fc.string(), (bytes, context, other) => {
        const sealed = seal(ring, Buffer.from(bytes), context);
        expect(open(ring, sealed, context)).toEqual(Buffer.from(bytes));
        if (other !== context) expect(() => open(ring, sealed, other)).toThrow('does not open');
      }),
    );
  });

  it('notices any changed byte', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, place, flip) => {
        const sealed = seal(ring, text, 'here');
        const index = place % sealed.length;
        sealed[index] = (sealed[index] as number) ^ flip;
        expect(() => open(ring, sealed, 'here')).toThrow();
      }),
    );
  });

  it('never seals twice to the same bytes', () => {
    expect(seal(ring, 'same')).not.toEqual(seal(ring, 'same'));
  });

  it('opens what an older key sealed, and names a key that is gone', () => {
    const old = seal(ring, 'kept', 'c');
    expect(open(testRing('k2', 'k1'), old, 'c').toString()).toBe('kept');
    expect(() => open(testRing('k2'), old, 'c')).toThrow('"k1"');
    expect(seal(testRing('k2', 'k1'), 'new').subarray(2, 4).toString()).toBe('k2');
  });

  it('tells a key that was exchanged under the same id', () => {
    const impostor = parseKeyRing(writtenKey('other').replace('other:', 'k1:'));
    expect(() => open(impostor, seal(ring, 'x'))).toThrow('the key of that id is another one');
  });

  it.each([Buffer.alloc(0), Buffer.from([1]), Buffer.from('plain text that was never sealed by anybody')])(
    'calls %p damaged',
    (bytes) => {
      expect(() => open(ring, bytes)).toThrow('damaged');
    },
  );

  it('carries JSON', () => {
    const value = { a: [1, null, 'ü'], b: { c: true } };
    expect(openJson(ring, sealJson(ring, value, 'p'), 'p')).toEqual(value);
  });
});

describe('sealed tokens', () => {
  const ring = testRing('k1');

  it('stand in an address and open for their purpose alone', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const token = sealToken(ring, text, 'callback-run');
        expect(encodeURIComponent(token)).toBe(token);
        expect(openToken(ring, token, 'callback-run')).toBe(text);
        expect(openToken(ring, token, 'callback-account')).toBeNull();
      }),
    );
  });

  it('answer null to anything made up', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(openToken(ring, text, 'p')).toBeNull();
      }),
    );
    expect(openToken(testRing('k2'), sealToken(ring, 'x', 'p'), 'p')).toBeNull();
  });
});

describe('digests of e-mail addresses', () => {
  it('do not see case and outer space, and differ by key', () => {
    const ring = testRing('k1', 'k2');
    expect(emailDigest(ring, ' Ann@Example.org ')).toBe(emailDigest(ring, 'ann@example.org'));
    expect(emailDigest(ring, 'ann@example.org')).not.toBe(emailDigest(ring, 'bob@example.org'));
    const digests = emailDigests(ring, 'ann@example.org');
    expect(digests[0]).toBe(emailDigest(testRing('k1'), 'ann@example.org'));
    expect(digests[1]).toBe(emailDigest(testRing('k2'), 'ann@example.org'));
  });
});

describe('safeEqual', () => {
  it('compares texts and bytes of any length without throwing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(safeEqual(a, b)).toBe(Buffer.from(a).equals(Buffer.from(b)));
        expect(safeEqual(a, Buffer.from(a))).toBe(true);
      }),
    );
  });
});
