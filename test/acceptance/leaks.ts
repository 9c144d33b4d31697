/** Looks for what must not be there, however it may be written. */

/** What a search for one word looks for in bytes. */
interface Trace {
  word: string;
  writing: string;
  bytes: Buffer;
}

/**
 * A text in every writing that passes for "readable" here: UTF-8 and UTF-16, percent-encoded, hex, and base64 at each of
 * its three alignments (there only the middle, which does not depend on what stands around it).
 */
function tracesOf(word: string): Trace[] {
  const trace = (writing: string, bytes: Buffer): Trace => ({ word, writing, bytes });
  const utf8 = Buffer.from(word, 'utf8');
  return [
    trace('plain', utf8),
    trace('UTF-16', Buffer.from(word, 'utf16le')),
    trace('UTF-16 big-endian', Buffer.from(word, 'utf16le').swap16()),
    trace('hex', Buffer.from(utf8.toString('hex'))),
    ...(encodeURIComponent(word) === word
      ? []
      : [trace('percent-encoded', Buffer.from(encodeURIComponent(word)))]),
    ...[0, 1, 2].map((offset) => {
      const padded = Buffer.concat([Buffer.alloc(offset), utf8])
        .toString('base64')
        .replace(/(?<!=)=+$/, '');
      const start = Math.ceil((offset * 8) / 6);
      const end = Math.floor(((offset + utf8.length) * 8) / 6);
      return trace(`base64, offset ${offset}`, Buffer.from(padded.slice(start, end)));
    }),
  ];
}

/** Latin letters in lower case, everything else as it is: one search finds every spelling. */
function folded(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (const [index, byte] of copy.entries()) if (byte >= 65 && byte <= 90) copy[index] = byte + 32;
  return copy;
}

/** Where which of the words stands, with a little of what stands around it; empty when there is no trace. */
export function leaks(place: string, bytes: Buffer, words: readonly string[]): string[] {
  const lower = folded(bytes);
  return words.flatMap(tracesOf).flatMap(({ word, writing, bytes: wanted }) => {
    // Base64 tells capitals from small letters; all the rest is looked for in either.
    const at = writing.startsWith('base64') ? bytes.indexOf(wanted) : lower.indexOf(folded(wanted));
    if (at < 0) return [];
    const around = bytes.subarray(Math.max(0, at - 60), at + wanted.length + 60).toString('latin1');
    return [`${place}: "${word}" (${writing}) in …${around.replace(/[^\x20-\x7e]/g, '.')}…`];
  });
}
