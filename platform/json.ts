/**
 * JSON from outside, without NUL characters in its texts: PostgreSQL keeps none, and one in a name that a vendor answers
 * must not keep a run from being recorded.
 * @throws SyntaxError when it is none
 */
export function parseJson(text: string): unknown {
  const parsed = JSON.parse(text) as unknown;
  // It is JSON, so whatever looks like an escape is one.
  return text.includes(nul) ? (JSON.parse(withoutNul(text)) as unknown) : parsed;
}

const nul = String.raw`\u0000`;

/** By its text, not by what it means: that may be nested deeper than any function can call itself. */
function withoutNul(text: string): string {
  const pieces: string[] = [];
  let kept = 0;
  for (let at = text.indexOf(nul); at !== -1; at = text.indexOf(nul, at + 1)) {
    // Behind an odd number of backslashes it is the text "\u0000" itself.
    let first = at;
    while (text[first - 1] === '\\') first -= 1;
    if ((at - first) % 2 === 1) continue;
    pieces.push(text.slice(kept, at));
    kept = at + nul.length;
  }
  return pieces.join('') + text.slice(kept);
}

/** What arrived as JSON; undefined where it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return parseJson(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** It would be JSON, of more values than anybody reads. */
export class TooManyValues extends Error {
  override readonly name = 'TooManyValues';
}

/** As many as the longest page of people has, several times. What reads a value takes some microseconds for it. */
const mostValues = 250_000;
/** Each value but the first stands behind one of these, outside of any text. */
const [comma, brace, bracket, quote, backslash] = [...Buffer.from(',{["\\')];

/**
 * What an answer holds. Eight megabytes of one text are read at once, of `{},` they are three million objects, over each of
 * which everybody waits.
 * @throws TooManyValues before any of it is read
 * @throws SyntaxError when it is no JSON
 */
export function jsonOfAnswer(body: Buffer): unknown {
  if (hasMore(body, mostValues)) throw new TooManyValues(`it holds more than ${mostValues} values`);
  return parseJson(body.toString('utf8'));
}

function hasMore(body: Buffer, most: number): boolean {
  if (body.length <= most) return false;
  let count = 0;
  let isInText = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (isInText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) isInText = false;
    } else if (byte === quote) isInText = true;
    else if (byte === comma || byte === brace || byte === bracket) {
      count += 1;
      if (count > most) return true;
    }
  }
  return false;
}
