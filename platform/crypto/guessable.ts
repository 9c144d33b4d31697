/** Secrets that somebody typed to get past a check, and that somebody else would try first. */

const words =
  /pass ?wor[dt]|change.?me|replace.?me|secret|placeholder|example|letmein|insecure|default|admin|operator|fulcrum|token/g;
/** What is left without such words has to be long enough by itself. */
const fewestLeft = 16;
/** Whatever lies beside each other here is typed without thinking. */
const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
/** Of 16 random hexadecimal digits, the least that is taken, fewer than this are different ones once in 100,000 times. */
const fewestCharacters = 6;

/** True for what nobody has drawn at random: `aaaaaaaaaaaaaaaa`, `abcabcabcabcabca`, `1234567890123456`, `change-me-please`. */
export function isGuessable(secret: string): boolean {
  const whole = secret.toLowerCase();
  const text = whole.replaceAll(words, '');
  return (
    (text !== whole && text.length < fewestLeft) ||
    new Set(text).size < fewestCharacters ||
    isRepeated(text) ||
    pairsOf(text).filter(isRun).length > (2 / 3) * (text.length - 1)
  );
}

/** 32 random bytes hold some 30 different ones. */
export const isGuessableKey = (key: Uint8Array): boolean => new Set(key).size < key.length / 2;

function isRepeated(text: string): boolean {
  for (let part = 1; part <= text.length / 2; part += 1) {
    if (
      text ===
      text
        .slice(0, part)
        .repeat(Math.ceil(text.length / part))
        .slice(0, text.length)
    )
      return true;
  }
  return false;
}

const pairsOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));

const isRun = (pair: string): boolean =>
  pair[0] === pair[1] || rows.some((row) => row.includes(pair) || row.includes(`${pair[1]}${pair[0]}`));
