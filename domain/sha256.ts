/**
 * SHA-256 (FIPS 180-4) without Node, for names that workflow code, too, has to be able to make. Secrets are digested by
 * `node:crypto`, never here: this takes a time that depends on the text.
 */

const isPrime = (n: number): boolean => {
  for (let divisor = 2; divisor * divisor <= n; divisor += 1) if (n % divisor === 0) return false;
  return true;
};

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) if (isPrime(n)) primes.push(n);
  return primes;
}

/** The first 32 bits behind the point; roots of such small numbers are exact far beyond that. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0;

const roundConstants = firstPrimes(64).map((prime) => fraction(Math.cbrt(prime)));
const start = firstPrimes(8).map((prime) => fraction(Math.sqrt(prime)));

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** @returns 64 hex digits, of the text's UTF-8 */
export function sha256(text: string): string {
  const padded = pad(new TextEncoder().encode(text));
  const view = new DataView(padded.buffer);
  let state = start;
  for (let at = 0; at < padded.length; at += 64) state = compressed(state, view, at);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** One bit, noughts, and the length in bits, up to whole blocks. */
function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  return padded;
}

function compressed(state: readonly number[], view: DataView, at: number): number[] {
  const words = Array.from({ length: 16 }, (_, index) => view.getInt32(at + 4 * index));
  const word = (index: number): number => words[index] as number;
  for (let index = 16; index < 64; index += 1) {
    const [x, y] = [word(index - 15), word(index - 2)];
    const s0 = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
    const s1 = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
    words.push((word(index - 16) + s0 + word(index - 7) + s1) | 0);
  }
  let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number];
  for (let index = 0; index < 64; index += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const chosen = (e & f) ^ (~e & g);
    const one = (h + s1 + chosen + (roundConstants[index] as number) + word(index)) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((value, index) => ((state[index] as number) + value) | 0);
}
