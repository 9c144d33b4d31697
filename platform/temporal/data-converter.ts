import type { DataConverter } from '@temporalio/common';
import type { KeyRing } from '../crypto/keyring';
import { EncryptionCodec } from './codec';

const made = new WeakMap<KeyRing, DataConverter>();

/** The one converter of a ring, for client, worker and replay alike. */
export function createDataConverter(ring: KeyRing): DataConverter {
  const known = made.get(ring);
  if (known !== undefined) return known;
  const converter: DataConverter = {
    payloadCodecs: [new EncryptionCodec(ring, 'marked')],
    failureConverterPath: require.resolve('./failure-converter'),
  };
  made.set(ring, converter);
  return converter;
}
