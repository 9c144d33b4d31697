import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { FulcrumError } from '../../domain/errors';
import type { KeyRing } from './keyring';

/**
 * Sealing at rest: AES-256-GCM, the key's id in front in the clear (it is also authenticated).
 *
 *     version (1 byte) │ length of the key id (1) │ key id │ nonce (12) │ ciphertext │ tag (16)
 *
 * A `context` binds a sealed value to its place: one row's secret does not open in another row.
 */

const version = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** nonce │ ciphertext │ tag. Random nonces are safe here: far fewer than 2^32 messages per key. */
export function encrypt(key: Buffer, plain: Uint8Array, associated: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Reverse of {@link encrypt}. @throws Error when the data, the key or the associated data is not the same */
export function decrypt(key: Buffer, sealed: Uint8Array, associated: Uint8Array): Buffer {
  if (sealed.length < nonceBytes + tagBytes) throw new Error('too short');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const body = sealed.subarray(nonceBytes, sealed.length - tagBytes);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}

/** With what everything begins that the key of this id has sealed. */
export function sealedHead(keyId: string): Buffer {
  const id = Buffer.from(keyId, 'utf8');
  return Buffer.concat([Buffer.from([version, id.length]), id]);
}

/** Id of the key that sealed a value, or of the key that its head alone names; null: it does not begin as the hub writes it. */
export function keyIdOf(sealed: Buffer): string | null {
  const end = 2 + (sealed[1] ?? 0);
  return sealed[0] !== version || end === 2 || sealed.length < end ? null : sealed.toString('utf8', 2, end);
}

/** Seals with the ring's first key. */
export function seal(ring: KeyRing, plain: Buffer | string, context = ''): Buffer {
  const head = sealedHead(ring.first.id);
  const bytes = typeof plain === 'string' ? Buffer.from(plain, 'utf8') : plain;
  return Buffer.concat([head, encrypt(ring.first.key, bytes, associatedData(head, context))]);
}

/**
 * Opens what {@link seal} made, with whichever key of the ring sealed it.
 * @throws FulcrumError `internal`, naming the missing key id, or when the value was changed or belongs elsewhere
 */
export function open(ring: KeyRing, sealed: Buffer, context = ''): Buffer {
  const idLength = sealed[1] ?? 0;
  if (sealed[0] !== version || sealed.length < 2 + idLength + nonceBytes + tagBytes) {
    throw new FulcrumError('internal', 'A sealed value is damaged: it does not begin as the hub writes it.');
  }
  const head = sealed.subarray(0, 2 + idLength);
  const id = head.subarray(2).toString('utf8');
  const found = ring.find(id);
  if (found === null) {
    throw new FulcrumError(
      'internal',
      `A value was sealed with the key "${id}", which is not in FULCRUM_KEYS: put that key back at the end of the ring.`,
      { detail: { keyId: id } },
    );
  }
  try {
    return decrypt(found.key, sealed.subarray(head.length), associatedData(head, context));
  } catch (cause) {
    throw new FulcrumError(
      'internal',
      `A value sealed with the key "${id}" does not open: it was changed, or the key of that id is another one.`,
      { cause, detail: { keyId: id } },
    );
  }
}

const associatedData = (head: Buffer, context: string): Buffer =>
  Buffer.concat([head, Buffer.from(context, 'utf8')]);

export const sealJson = (ring: KeyRing, value: unknown, context = ''): Buffer =>
  seal(ring, JSON.stringify(value), context);

/** The caller names the type: what was sealed is what comes out. @throws as {@link open} */
export const openJson = <T>(ring: KeyRing, sealed: Buffer, context = ''): T =>
  JSON.parse(open(ring, sealed, context).toString('utf8')) as T;

/** A sealed text that can stand in an address. `purpose` keeps tokens of one kind from being used as another. */
export const sealToken = (ring: KeyRing, text: string, purpose: string): string =>
  seal(ring, text, `token:${purpose}`).toString('base64url');

/** What {@link sealToken} sealed; null for anything else, because an address comes from outside. */
export function openToken(ring: KeyRing, token: string, purpose: string): string | null {
  if (!/^[A-Za-z0-9_-]+$/.test(token)) return null;
  try {
    return open(ring, Buffer.from(token, 'base64url'), `token:${purpose}`).toString('utf8');
  } catch {
    return null;
  }
}
