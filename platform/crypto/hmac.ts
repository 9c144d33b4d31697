import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { KeyRing, RingKey } from './keyring';

/** People are found by a keyed digest of their e-mail address, never by the address itself (decision 0016). */

const derived = new WeakMap<RingKey, Buffer>();

/** A key of its own for digests, so that no digest says anything about the sealing key. */
function digestKey(key: RingKey): Buffer {
  const known = derived.get(key);
  if (known !== undefined) return known;
  const made = Buffer.from(hkdfSync('sha256', key.key, '', 'fulcrum e-mail digest', 32));
  derived.set(key, made);
  return made;
}

const digest = (key: RingKey, email: string): string =>
  createHmac('sha256', digestKey(key)).update(email.trim().toLowerCase(), 'utf8').digest('base64url');

/** The digest that is stored: of the trimmed, lower-case address under the ring's first key. */
export const emailDigest = (ring: KeyRing, email: string): string => digest(ring.first, email);

/** All digests that rows may carry: one per key, because rows keep the key of their time. */
export const emailDigests = (ring: KeyRing, email: string): string[] =>
  ring.all.map((key) => digest(key, email));

/** Whether two secrets are equal, in constant time; unequal lengths are simply unequal. */
export function safeEqual(a: string | Buffer, b: string | Buffer): boolean {
  const left = typeof a === 'string' ? Buffer.from(a, 'utf8') : a;
  const right = typeof b === 'string' ? Buffer.from(b, 'utf8') : b;
  return left.length === right.length && timingSafeEqual(left, right);
}
