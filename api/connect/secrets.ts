import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { safeEqual } from '../../platform/crypto/hmac';
import type { KeyRing, RingKey } from '../../platform/crypto/keyring';
import { openToken, sealToken } from '../../platform/crypto/seal';

/** The secrets by which a customer's browser is recognised on its way to Lever and back. */

/** 256 random bits, for an address or a cookie. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/** Of a random secret, so that whoever reads the database cannot use it. */
export const secretDigest = (secret: string): string =>
  createHash('sha256').update(secret, 'utf8').digest('base64url');

/** A reference code is short enough to be guessed from a plain digest; this one takes the key as well. */
export const referenceDigest = (ring: KeyRing, code: string): string => digestUnder(ring.first, code);

/** All digests that a row may carry: one per key, because rows keep the key of their time. */
export const referenceDigests = (ring: KeyRing, code: string): string[] =>
  ring.all.map((key) => digestUnder(key, code));

function digestUnder(key: RingKey, code: string): string {
  const derived = Buffer.from(hkdfSync('sha256', key.key, '', 'fulcrum connect reference', 32));
  return createHmac('sha256', derived).update(code, 'utf8').digest('base64url');
}

const ticketPurpose = 'connect-ticket';

/**
 * Stands in the form of our own pages for the link that was shown: whoever holds it came by the link's address or by
 * its reference code.
 */
export const sealTicket = (ring: KeyRing, linkId: string): string => sealToken(ring, linkId, ticketPurpose);
/** The link's id; null for anything that is not ours. */
export const openTicket = (ring: KeyRing, ticket: string): string | null =>
  openToken(ring, ticket, ticketPurpose);

/** What Lever gives back with its answer: which link it is about, and whose browser asked. */
export interface ConnectState {
  linkId: string;
  /** Digest of what the browser's cookie holds. */
  nonceDigest: string;
  /** When the browser was sent to Lever, ms since 1970. */
  at: number;
}

const statePurpose = 'connect-state';
/** Long enough to find the Super Admin's password, short enough that an address in a history opens nothing. */
export const stateLifeMs = 30 * 60_000;

export const sealState = (ring: KeyRing, { linkId, nonceDigest, at }: ConnectState): string =>
  sealToken(ring, JSON.stringify({ l: linkId, n: nonceDigest, t: at }), statePurpose);

/** Null for anything that is not ours. */
export function openState(ring: KeyRing, text: string): ConnectState | null {
  const opened = openToken(ring, text, statePurpose);
  if (opened === null) return null;
  // Sealed by us, so its shape is certain.
  const { l, n, t } = JSON.parse(opened) as { l: string; n: string; t: number };
  return { linkId: l, nonceDigest: n, at: t };
}

export const isOfNonce = (state: ConnectState, nonce: string): boolean =>
  safeEqual(secretDigest(nonce), state.nonceDigest);
