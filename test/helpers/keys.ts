import { createHash } from 'node:crypto';
import { parseKeyRing } from '../../platform/crypto/keyring';

/** A written key; the same name always gives the same key. */
export const writtenKey = (id: string): string =>
  `${id}:${createHash('sha256').update(`test key ${id}`).digest('base64')}`;

export const testRing = (...ids: string[]) =>
  parseKeyRing((ids.length === 0 ? ['t1'] : ids).map(writtenKey).join(','));
