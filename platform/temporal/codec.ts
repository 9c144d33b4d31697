import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { FulcrumError } from '../../domain/errors';
import type { KeyRing } from '../crypto/keyring';
import { decrypt, encrypt } from '../crypto/seal';

/**
 * Every Temporal payload is encrypted before it leaves the process (design D15): AES-256-GCM with the hub's key
 * ring, the key's id in the metadata, so that keys can be rotated while runs are open. Metadata names are those of
 * Temporal's own encryption samples.
 */

const encoding = 'binary/encrypted';
export const encodingKey = 'encoding';
export const keyIdKey = 'encryption-key-id';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const text = (value: Uint8Array | null | undefined): string => Buffer.from(value ?? []).toString('utf8');
const none = new Uint8Array(0);

export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly ring: KeyRing) {}

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const { id, key } = this.ring.first;
    return payloads.map((payload) => ({
      metadata: { [encodingKey]: bytes(encoding), [keyIdKey]: bytes(id) },
      // The whole payload, metadata included: its encoding and type say something about its content.
      data: encrypt(key, temporal.api.common.v1.Payload.encode(payload).finish(), none),
    }));
  }

  /** Payloads that are not encrypted pass through: a histories' older or foreign part stays readable. */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#decodeOne(payload));
  }

  #decodeOne(payload: Payload): Payload {
    if (text(payload.metadata?.[encodingKey]) !== encoding) return payload;
    const id = text(payload.metadata?.[keyIdKey]);
    const found = this.ring.find(id);
    if (found === null) {
      throw new FulcrumError(
        'internal',
        `A Temporal payload was sealed with the key "${id}", which is not in FULCRUM_KEYS: put that key back at the end of the ring.`,
        { detail: { keyId: id } },
      );
    }
    return temporal.api.common.v1.Payload.decode(decrypt(found.key, payload.data ?? none, none));
  }
}
