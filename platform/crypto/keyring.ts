/** The hub's keys: the first seals, all open, so that a key is changed by putting a new one in front (decision 0016). */

export interface RingKey {
  readonly id: string;
  readonly key: Buffer;
}

export interface KeyRing {
  /** Seals everything new. */
  readonly first: RingKey;
  readonly all: readonly RingKey[];
  find(id: string): RingKey | null;
}

/** Everything that is wrong with a written key ring; never names a key's bytes. */
export class KeyRingError extends Error {
  override readonly name = 'KeyRingError';
}

const idPattern = /^[A-Za-z0-9_-]{1,32}$/;
export const keyBytes = 32;

/**
 * `id:base64,id:base64`, each key 32 bytes.
 * @throws KeyRingError saying which entry cannot be used and why
 */
export function parseKeyRing(text: string): KeyRing {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) throw new KeyRingError('a key ring needs at least one key, written id:base64');
  const all = entries.map(parseEntry);
  const ids = new Set(all.map((entry) => entry.id));
  if (ids.size !== all.length) throw new KeyRingError('the same key id stands in the key ring twice');
  const byId = new Map(all.map((entry) => [entry.id, entry]));
  return Object.freeze({
    first: all[0] as RingKey,
    all,
    find: (id: string) => byId.get(id) ?? null,
  });
}

function parseEntry(entry: string, index: number): RingKey {
  const place = `key ${index + 1} of the ring`;
  const colon = entry.indexOf(':');
  const id = entry.slice(0, colon);
  if (colon < 0 || !idPattern.test(id)) {
    throw new KeyRingError(`${place} must be written id:base64, the id in letters, digits, "_" or "-"`);
  }
  // Buffer.from would silently skip what is not base64.
  const written = entry.slice(colon + 1);
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(written)) throw new KeyRingError(`${place} (${id}) is not base64`);
  const key = Buffer.from(written, 'base64');
  if (key.length !== keyBytes) {
    throw new KeyRingError(`${place} (${id}) has ${key.length} bytes instead of ${keyBytes}`);
  }
  return Object.freeze({ id, key });
}
