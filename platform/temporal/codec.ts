import type { Payload, PayloadCodec } from '@temporalio/common';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { FulcrumError } from '../../domain/errors';
import { unsealed } from '../../domain/unsealed';
import type { KeyRing } from '../crypto/keyring';
import { decrypt, encrypt } from '../crypto/seal';

/**
 * Every Temporal payload is encrypted before it leaves the process (decision 0016): AES-256-GCM with the hub's key
 * ring, the key's id in the metadata, so that keys can be rotated while runs are open. Metadata names are those of
 * Temporal's own encryption samples.
 */

const encoding = 'binary/encrypted';
export const encodingKey = 'encoding';
export const keyIdKey = 'encryption-key-id';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const text = (value: Uint8Array | null | undefined): string => Buffer.from(value ?? []).toString('utf8');
const none = new Uint8Array(0);

/** What a payload becomes that no key of the hub has sealed: itself, for whoever looks, or a mark, for whoever acts on it. */
export type Unsealed = 'shown' | 'marked';

const marked = (): Payload => defaultPayloadConverter.toPayload(unsealed);

export class EncryptionCodec implements PayloadCodec {
  /** Keys that have opened something in this process: what one of them does not open was not sealed by it. */
  readonly #proven = new Set<string>();

  constructor(
    private readonly ring: KeyRing,
    private readonly unsealed: Unsealed = 'shown',
  ) {}

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const { id, key } = this.ring.first;
    return payloads.map((payload) => ({
      metadata: { [encodingKey]: bytes(encoding), [keyIdKey]: bytes(id) },
      // The whole payload, metadata included: its encoding and type say something about its content.
      data: encrypt(key, temporal.api.common.v1.Payload.encode(payload).finish(), none),
    }));
  }

  /**
   * Nothing unsealed throws where it is to be acted on: a run whose signal cannot be decoded would be stopped for good.
   * @throws FulcrumError `internal` for a key that is not in the ring, or that has opened nothing so far: it may be the ring
   *   that is wrong, and then nothing that waits for it may be taken for somebody else's
   */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.#decodeOne(payload));
  }

  #decodeOne(payload: Payload): Payload {
    if (text(payload.metadata?.[encodingKey]) !== encoding) {
      return this.unsealed === 'shown' ? payload : marked();
    }
    const id = text(payload.metadata?.[keyIdKey]);
    const found = this.ring.find(id);
    if (found === null) {
      throw new FulcrumError(
        'internal',
        `A Temporal payload was sealed with the key "${id}", which is not in FULCRUM_KEYS: put that key back at the end of the ring.`,
        { detail: { keyId: id } },
      );
    }
    try {
      const opened = temporal.api.common.v1.Payload.decode(decrypt(found.key, payload.data ?? none, none));
      this.#proven.add(id);
      return opened;
    } catch (error) {
      if (this.unsealed === 'marked' && this.#proven.has(id)) return marked();
      throw error;
    }
  }
}
