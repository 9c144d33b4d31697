import type { KeyRing } from '../platform/crypto/keyring';
import { openToken, sealToken } from '../platform/crypto/seal';

/**
 * Temporal Web UI of the embedded dev server cannot be given a bearer token, only an address: there the codec's address
 * itself is the secret. Never served unless that server was started by the hub.
 */
const purpose = 'codec';

/** The part of the address that lets the embedded Web UI read payloads. */
export const codecTicket = (ring: KeyRing): string => sealToken(ring, purpose, purpose);

export const isCodecTicket = (ring: KeyRing, ticket: string): boolean =>
  openToken(ring, ticket, purpose) === purpose;
