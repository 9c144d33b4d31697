/**
 * JSON from outside, without NUL characters in its texts: PostgreSQL keeps none, and one in a name that a vendor answers
 * must not keep a run from being recorded.
 * @throws SyntaxError when it is none
 */
export function parseJson(text: string): unknown {
  return JSON.parse(text, text.includes(String.raw`\u0000`) ? withoutNul : undefined) as unknown;
}

const withoutNul = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll('\0', '') : value;

/** What arrived as JSON; undefined where it is none. */
export function jsonOf(body: Buffer): unknown {
  try {
    return parseJson(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
